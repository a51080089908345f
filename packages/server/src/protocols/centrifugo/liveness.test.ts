import { describe, expect, test } from "bun:test";
import { Capacity } from "../../core/capacity.ts";
import { userId } from "../../core/ids.ts";
import {
  everybody,
  signToken,
  TestServer,
  type TestClient,
  type TestServerOptions,
} from "./test-server.test.ts";

const options: TestServerOptions = { namespaces: { open: { subscribe: everybody } } };

/** Answers pings for so many seconds, as an SDK does; what else came. */
function live(server: TestServer, seconds: number, ...clients: readonly TestClient[]): unknown[] {
  const others: unknown[] = [];
  for (let i = 0; i < seconds; i += 1) {
    server.clock.advance(1_000);
    for (const client of clients)
      for (const text of client.takeText()) {
        if (text === "{}") client.send("{}");
        else others.push(JSON.parse(text));
      }
  }
  return others;
}

describe("pings", () => {
  test("come once an interval, and whoever answers stays", () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    let pings = 0;
    for (let i = 0; i < 100; i += 1) {
      server.clock.advance(1_000);
      for (const text of client.takeText()) {
        expect(text).toBe("{}");
        pings += 1;
        client.send("{}");
      }
    }
    expect(pings).toBe(4);
    expect(client.closeCode).toBeUndefined();
  });

  test("whoever does not answer is closed, whatever else it says", () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    for (let i = 0; i < 24; i += 1) server.clock.advance(1_000);
    for (let i = 0; i < 9; i += 1) {
      client.send({ id: 2 + i, rpc: {} });
      server.clock.advance(1_000);
    }
    expect(client.outlet.closedWith).toEqual({ code: 3012, reason: "no pong" });
    expect(server.connections.ended).toEqual(["no-pong"]);
  });

  test("a second answer to one ping is a bad request, and so is one without a ping", () => {
    const server = new TestServer(options);
    const [twice, early] = [server.connected("1"), server.connected("2")];
    early.send("{}");
    expect(early.closeCode).toBe(3501);
    while (twice.take().length === 0) server.clock.advance(1_000);
    twice.send("{}");
    expect(twice.closeCode).toBeUndefined();
    twice.send("{}");
    expect(twice.closeCode).toBe(3501);
  });

  test("are none where they are off: a pong is a bad request then", () => {
    const server = new TestServer({ client: { pingInterval: -1 } });
    const client = server.connected("42");
    server.clock.advance(100_000);
    expect(client.take()).toEqual([]);
    expect(client.closeCode).toBeUndefined();
    client.send("{}");
    expect(client.closeCode).toBe(3501);
  });
});

describe("time that runs out", () => {
  test("without a connect command: 3502", () => {
    const server = new TestServer(options);
    const [silent, busy] = [server.open(), server.connected("42")];
    server.clock.advance(9_900);
    expect(silent.closeCode).toBeUndefined();
    server.clock.advance(1_200);
    expect(silent.outlet.closedWith).toEqual({ code: 3502, reason: "stale" });
    expect(busy.closeCode).toBeUndefined();
  });

  test("a connection that is not refreshed is closed, one that is goes on", () => {
    const server = new TestServer(options);
    const exp = server.seconds + 60;
    const [lazy, keen, free] = [
      server.connected("1", { exp }),
      server.connected("2", { exp }),
      server.connected("3", { exp }),
    ];
    live(server, 50, lazy, keen, free);
    keen.send({ id: 2, refresh: { token: signToken({ sub: "2", exp: exp + 60 }) } });
    free.send({ id: 2, refresh: { token: signToken({ sub: "3" }) } });
    live(server, 34, lazy, keen, free);
    expect(lazy.closeCode).toBeUndefined();
    live(server, 3, lazy, keen, free);
    expect(lazy.outlet.closedWith).toEqual({ code: 3005, reason: "connection expired" });
    expect(keen.closeCode).toBeUndefined();
    live(server, 60, keen, free);
    expect(keen.closeCode).toBe(3005);
    live(server, 120, free);
    expect(free.closeCode).toBeUndefined();
  });

  test("the application puts a connection's end off, takes it away, sets it or makes it now", () => {
    const server = new TestServer(options);
    const at = server.seconds;
    const orders = [
      { expired: false, expireAt: at + 120, info: '{"n": 1.0}' },
      { expired: false, expireAt: 0, info: undefined },
      { expired: false, expireAt: at - 1, info: undefined },
      { expired: true, expireAt: at + 120, info: undefined },
    ];
    const clients = orders.map((_, i) => server.connected(String(i), { exp: at + 10 }));
    const told = clients.map((client, i) => {
      const whom = { user: userId(String(i)), client: undefined, whitelist: [] };
      const refresh = orders[i] ?? { expired: true, expireAt: 0, info: undefined };
      server.hub.control({ kind: "refresh", app: server.app.id, whom, refresh });
      return client.take();
    });
    expect(told.slice(0, 2)).toEqual([
      [{ push: { refresh: { expires: true, ttl: 120 } } }],
      [{ push: { refresh: {} } }],
    ]);
    expect(clients.map(({ closeCode }) => closeCode)).toEqual([undefined, undefined, 3005, 3005]);
    const [later, free] = clients;
    if (later === undefined || free === undefined) throw new Error("both are there");
    live(server, 140, later, free);
    expect([later.closeCode, free.closeCode]).toEqual([undefined, undefined]);
    live(server, 10, later, free);
    expect([later.closeCode, free.closeCode]).toEqual([3005, undefined]);
  });

  test("a subscription that is not refreshed ends, one that is goes on", () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    const exp = server.seconds + 10;
    for (const channel of ["open:a", "open:b"])
      client.send({ id: 2, subscribe: { channel, token: signToken({ sub: "42", channel, exp }) } });
    client.take();
    const channel = "open:b";
    client.send({ id: 3, sub_refresh: { channel, token: signToken({ sub: "42", channel, exp: exp + 60 }) } });
    client.take();
    expect(live(server, 37, client)).toEqual([
      { push: { channel: "open:a", unsubscribe: { code: 2501, reason: "subscription expired" } } },
    ]);
    server.publish("open:a", "1");
    server.publish("open:b", "2");
    expect(client.take()).toEqual([{ push: { channel: "open:b", pub: { data: 2 } } }]);
    expect(live(server, 70, client)).toMatchObject([
      { push: { channel: "open:b", unsubscribe: { code: 2501 } } },
    ]);
    expect(client.closeCode).toBeUndefined();
  });

  test("a server-side subscription that runs out takes the connection with it", () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    const whom = { user: "42" as never, client: undefined, whitelist: [] };
    const grant = {
      channel: "open:a",
      chanInfo: undefined,
      data: undefined,
      expireAt: server.seconds + 5,
      override: {},
      since: undefined,
    };
    void server.broker.control({ kind: "subscribe", app: server.app.id, whom, grant });
    live(server, 29, client);
    expect(client.closeCode).toBeUndefined();
    live(server, 4, client);
    expect(client.outlet.closedWith).toEqual({ code: 3006, reason: "subscription expired" });
  });
});

describe("the handshake", () => {
  const accepted = (server: TestServer, query = "", headers: Record<string, string> = {}): unknown => {
    const answer = server.handshake(query, headers);
    return "status" in answer ? answer.status : (answer.subprotocol ?? "plain");
  };

  test.each<[string, string, Record<string, string>, unknown]>([
    ["nothing special", "", {}, "plain"],
    ["format=json and a protocol version", "format=json&cf_protocol_version=v2", {}, "plain"],
    ["the app's key", "app=app-key", {}, "plain"],
    ["a key on its way out", "app=app-key-before", {}, "plain"],
    ["an unknown key", "app=other", {}, 404],
    ["the subprotocol for JSON", "", { "sec-websocket-protocol": "centrifuge-json" }, "centrifuge-json"],
    [
      "both subprotocols",
      "",
      { "sec-websocket-protocol": "centrifuge-protobuf, centrifuge-json" },
      "centrifuge-json",
    ],
    ["an unknown subprotocol", "", { "sec-websocket-protocol": "mqtt" }, "plain"],
    [
      "the subprotocol for protobuf",
      "",
      { "sec-websocket-protocol": "centrifuge-protobuf" },
      "centrifuge-protobuf",
    ],
    ["format=protobuf", "format=protobuf", {}, "plain"],
    [
      "cf_protocol=protobuf",
      "cf_protocol=protobuf",
      { "sec-websocket-protocol": "centrifuge-json" },
      "centrifuge-json",
    ],
    ["native pings", "cf_ws_frame_ping_pong=true", {}, 400],
    ["an origin where none is allowed", "", { origin: "https://a.example" }, 403],
  ])("%s", (_, query, headers, answer) => {
    expect(accepted(new TestServer(), query, headers)).toBe(answer as never);
  });

  test.each<[string, string[], unknown]>([
    ["https://app.example", ["https://app.example"], "plain"],
    ["HTTPS://App.Example", ["https://APP.example"], "plain"],
    ["https://a.app.example", ["https://*.app.example"], "plain"],
    ["https://evil.example/.app.example", ["https://*.app.example"], 403],
    ["https://appXexample", ["https://app.example"], 403],
    ["https://app.example.evil", ["https://app.example"], 403],
    ["null", ["https://app.example"], 403],
    ["anything", ["*"], "plain"],
  ])("the origin %s against %p", (origin, allowedOrigins, answer) => {
    expect(accepted(new TestServer({ entry: { allowedOrigins } }), "", { origin })).toBe(answer as never);
  });

  test("connections are counted, those without a connect command too", () => {
    const server = new TestServer({ capacity: new Capacity(2) });
    const [first] = [server.open(), server.connected("42")];
    expect(accepted(server)).toBe(503);
    first.connection.gone("client", 1000);
    expect(accepted(server)).toBe("plain");
  });
});
