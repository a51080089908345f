import { describe, expect, test } from "bun:test";
import { CentrifugoApi } from "../clients.ts";
import { keys, startTestServer, type TestServer } from "../server.ts";
import { Application } from "./application.ts";
import { Centrifuge, State, type PublicationContext } from "centrifuge";
import { connect, connected, type Seen } from "./official-client.ts";
import { centrifugoUrl, openCentrifugo } from "./raw-centrifugo.ts";
import { RawSocket } from "./raw-socket.ts";
import { RawStream } from "./raw-stream.ts";
import { seconds, token } from "./tokens.ts";

const namespaces = [
  {
    name: "room",
    presence: true,
    history_size: 10,
    history_ttl: "60s",
    force_recovery: true,
    force_recovery_mode: "cache",
    allow_presence_for_subscriber: true,
  },
  { name: "plain", allow_presence_for_subscriber: true },
];

function serverFor(application: Application, client: object = {}, proxy: object = {}): TestServer {
  return startTestServer({
    client: {
      allowed_origins: ["*"],
      token: { hmac_secret_key: keys.hmac },
      proxy: { connect: { enabled: true, ...application.proxy("connect", proxy) } },
      ...client,
    },
    channel: {
      without_namespace: {
        presence: true,
        allow_presence_for_subscriber: true,
        allow_presence_for_anonymous: true,
      },
      namespaces,
    },
  });
}

describe("what the application says of a client is what the client and others see", () => {
  const clientOf = async ({ centrifuge, context }: Seen, channel: string): Promise<unknown> =>
    (await centrifuge.presence(channel)).clients[context.client];
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

  test.each<[string, object, (seen: Seen, server: TestServer) => Promise<unknown>, unknown]>([
    [
      "user and info",
      { user: "ann", info: { name: "Ann" }, channels: ["lobby"] },
      (seen) => clientOf(seen, "lobby"),
      expect.objectContaining({ user: "ann", connInfo: { name: "Ann" } }),
    ],
    [
      "b64info, which wins",
      { user: "ann", info: 1, b64info: base64({ n: 2 }), channels: ["lobby"] },
      (seen) => clientOf(seen, "lobby"),
      expect.objectContaining({ connInfo: { n: 2 } }),
    ],
    [
      "no user at all",
      { channels: ["lobby"] },
      (seen) => clientOf(seen, "lobby"),
      expect.objectContaining({ user: "" }),
    ],
    [
      "data",
      { user: "ann", data: { big: [1.5] } },
      ({ context }) => Promise.resolve(context.data),
      { big: [1.5] },
    ],
    ["b64data", { user: "ann", b64data: base64("x") }, ({ context }) => Promise.resolve(context.data), "x"],
    [
      "null is nothing",
      { user: "ann", data: null, info: null },
      ({ context }) => Promise.resolve(context.data),
      undefined,
    ],
    [
      "subs: override",
      { user: "ann", subs: { "room:a": { override: { presence: { value: false } } } } },
      (seen) => clientOf(seen, "room:a"),
      undefined,
    ],
  ])("%s", async (_, result, look, expected) => {
    await using application = new Application({ connect: { result } });
    await using server = serverFor(application);
    const seen = await connected(server.url);
    expect(await look(seen, server)).toEqual(expected);
    seen.centrifuge.disconnect();
  });
});

test("the application is told who asks", async () => {
  await using application = new Application({ connect: { result: { user: "ann" } } });
  await using server = serverFor(application);
  const seen = await connected(server.url, { data: { key: 1 }, name: "app", version: "2.1" });
  const { body, headers } = await application.call("connect");
  expect(body).toEqual({
    client: seen.context.client,
    transport: "websocket",
    protocol: "json",
    encoding: "json",
    data: { key: 1 },
    name: "app",
    version: "2.1",
  });
  expect(headers.get("content-type")).toBe("application/json");
  expect(headers.get("x-twinwire-app")).toBe("1000");
  seen.centrifuge.disconnect();
});

test("a token beside the proxy is a token, and nobody is asked", async () => {
  await using application = new Application({ connect: { result: { user: "proxied" } } });
  await using server = serverFor(application);
  const seen = await connected(server.url, {
    token: token({ sub: "ann", exp: seconds(60), channels: ["lobby"] }),
  });
  expect((await seen.centrifuge.presence("lobby")).clients[seen.context.client]?.user).toBe("ann");
  expect(application.calls.all).toEqual([]);
  seen.centrifuge.disconnect();
});

describe("what the application refuses, the client is told", () => {
  test.each<[string, object, number]>([
    ["error", { error: { code: 1000, message: "go away" } }, 1000],
    ["disconnect, for good", { disconnect: { code: 4500, reason: "banned" } }, 4500],
    ["disconnect, to come back", { disconnect: { code: 4001, reason: "later" } }, 4001],
    ["disconnect wins over error", { error: { code: 500 }, disconnect: { code: 4600, reason: "x" } }, 4600],
    ["no result", {}, 3501],
    ["result null", { result: null }, 3501],
    ["expired already", { result: { user: "ann", expire_at: 1000 } }, 110],
    ["an unknown namespace", { result: { user: "ann", channels: ["nowhere:x"] } }, 102],
    ["a user's channel", { result: { user: "ann", channels: ["#server-to-user-ann"] } }, 103],
    ["an error code that is not its own", { error: { code: 103, message: "x" } }, 100],
    ["a disconnect code that is not its own", { disconnect: { code: 3000, reason: "x" } }, 100],
    ["a user that is no string", { result: { user: 42 } }, 100],
    ["b64data that is no base64", { result: { user: "a", b64data: "*" } }, 100],
  ])("%s", async (_, answer, code) => {
    await using application = new Application({ connect: answer });
    await using server = serverFor(application);
    const socket = await openCentrifugo(server.url);
    socket.send('{"id":1,"connect":{}}');
    const refused = socket
      .having('"error"')
      .then((text) => (JSON.parse(text) as { error: { code: number } }).error.code);
    expect(await Promise.race([refused, socket.closed.then((closed) => closed.code)])).toBe(code);
  });

  test.each<[string, object, number]>([
    ["error", { error: { code: 1000, message: "go away" } }, 1000],
    ["disconnect", { disconnect: { code: 4500, reason: "banned" } }, 4500],
  ])("and the official client understands: %s", async (_, answer, code) => {
    await using application = new Application({ connect: answer });
    await using server = serverFor(application);
    expect(await connect(server.url)).toBe(code);
  });

  test("words and all", async () => {
    await using application = new Application({
      connect: { error: { code: 1000, message: "<go> away", temporary: true } },
    });
    await using server = serverFor(application);
    const socket = await openCentrifugo(server.url);
    socket.send('{"id":1,"connect":{}}');
    await socket.having('{"id":1,"error":{"code":1000,"message":"<go> away","temporary":true}}');
  });

  test("nobody known is let in where anonymous clients are", async () => {
    await using application = new Application({ connect: { result: null } });
    await using server = serverFor(application, { allow_anonymous_connect_without_token: true });
    const seen = await connected(server.url);
    expect(application.calls.all).toHaveLength(1);
    seen.centrifuge.disconnect();
  });
});

test("subs have info, data and options of their own, and closed channels are opened", async () => {
  await using application = new Application({
    connect: {
      result: {
        user: "ann",
        channels: ["private-both"],
        subs: {
          "private-a": { data: { hello: 1 } },
          "presence-b": { info: { seat: 4 } },
          "room:c": { cache_recover: true },
        },
      },
    },
  });
  await using server = serverFor(application);
  const api = new CentrifugoApi(server.port);
  await api.call("publish", { channel: "room:c", data: { newest: true } });
  const seen = await connected(server.url);
  const heard = new Promise((resolve) => {
    seen.centrifuge.on("publication", resolve);
  });
  const newest = new Centrifuge(centrifugoUrl(server.url));
  const told = new Promise<{ readonly data?: unknown }>((resolve) => {
    newest.on("subscribed", (context) => {
      if (context.channel === "private-a") resolve(context);
    });
  });
  const recovered = new Promise<PublicationContext>((resolve) => {
    newest.on("publication", resolve);
  });
  newest.connect();
  expect((await told).data).toEqual({ hello: 1 });
  expect((await recovered).data).toEqual({ newest: true });
  const { body } = await api.call("presence", { channel: "presence-b" });
  expect(JSON.stringify(body)).toContain('"chan_info":{"seat":4}');
  await api.call("publish", { channel: "private-both", data: { to: "closed" } });
  expect(await heard).toMatchObject({ channel: "private-both", data: { to: "closed" } });
  seen.centrifuge.disconnect();
  newest.disconnect();
});

describe("the refresh proxy", () => {
  const refreshing = (application: Application): object => ({
    token: { hmac_secret_key: keys.hmac },
    proxy: {
      connect: { enabled: true, ...application.proxy("connect", { include_connection_meta: true }) },
      refresh: { enabled: true, ...application.proxy("refresh", { include_connection_meta: true }) },
    },
  });

  test("is asked when the connection runs out, with its meta, and puts the end off", async () => {
    let asked = 0;
    await using application = new Application({
      connect: () => ({
        result: { user: "ann", expire_at: seconds(2), meta: { plan: "gold" }, channels: ["lobby"] },
      }),
      refresh: () => {
        asked += 1;
        if (asked > 1) return { result: { expired: true } };
        return { result: { expire_at: seconds(2), info: { v: 2 }, meta: { plan: "lead" } } };
      },
    });
    await using server = serverFor(application, refreshing(application));
    const { centrifuge, context } = await connected(server.url);
    const closed = new Promise<number>((resolve) => {
      centrifuge.on("connecting", ({ code }) => {
        resolve(code);
        centrifuge.disconnect();
      });
    });
    const first = await application.call("refresh");
    expect(first.body).toEqual({
      client: context.client,
      transport: "websocket",
      protocol: "json",
      encoding: "json",
      user: "ann",
      meta: { plan: "gold" },
    });
    expect(await closed).toBe(3005);
    expect(application.bodies("refresh").map(({ meta }) => meta)).toEqual([
      { plan: "gold" },
      { plan: "lead" },
    ]);
  });

  test("is asked about clients with tokens too, who need not refresh, and may not", async () => {
    await using application = new Application({ refresh: { result: null } });
    await using server = serverFor(application, refreshing(application));
    const socket = await openCentrifugo(server.url);
    const claims = { sub: "ann", exp: seconds(30), expire_at: seconds(2), meta: { plan: "tin" } };
    socket.send(JSON.stringify({ id: 1, connect: { token: token(claims) } }));
    expect(await socket.having('"connect"')).not.toContain("expires");
    expect((await application.call("refresh")).body["meta"]).toEqual({ plan: "tin" });
    expect(await socket.closed).toMatchObject({ code: 3005 });
    const other = await openCentrifugo(server.url);
    other.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "ann" }) } }));
    other.send(JSON.stringify({ id: 2, refresh: { token: token({ sub: "ann" }) } }));
    expect(await other.closed).toMatchObject({ code: 3501 });
  });

  test("disconnects in the application's words, and keeps whom it cannot decide on", async () => {
    await using application = new Application({
      connect: ({ body }) => ({ result: { user: String(body["name"]), expire_at: seconds(2) } }),
      refresh: ({ body }) =>
        body["user"] === "bad"
          ? { disconnect: { code: 4700, reason: "unpaid" } }
          : new Response("down", { status: 503 }),
    });
    await using server = serverFor(application, refreshing(application));
    const kept = await connected(server.url, { name: "good" });
    const socket = await openCentrifugo(server.url);
    socket.send('{"id":1,"connect":{"name":"bad"}}');
    expect(await socket.closed).toMatchObject({ code: 4700, reason: "unpaid" });
    await application.calls.first(({ proxy, body }) => proxy === "refresh" && body["user"] === "good");
    // In order: the answer to the refresh has been dealt with when this one comes.
    await new CentrifugoApi(server.port).call("info", {});
    expect(kept.centrifuge.state).toBe(State.Connected);
    kept.centrifuge.disconnect();
  });
});

test("each app has its own connect proxy, or none", async () => {
  await using application = new Application({
    connect: { result: { user: "one" } },
    other: { result: { user: "two" } },
  });
  const proxy = (name: string): object => ({
    proxy: { connect: { enabled: true, ...application.proxy(name) } },
  });
  await using server = startTestServer({
    client: proxy("connect"),
    apps: [
      keys.app,
      { id: "é2", key: "two", secret: "s2", client: proxy("other") },
      { id: "3", key: "three", secret: "s3" },
    ].map((app) => ({ ...app, public_channels: true })),
  });
  const codes = await Promise.all(
    ["test-key", "two", "three"].map(async (key) => {
      const socket = await RawSocket.open(`${centrifugoUrl(server.url)}?app=${key}`);
      socket.send('{"id":1,"connect":{}}');
      return Promise.race([
        socket.having('"connect"').then(() => "in"),
        socket.closed.then(({ code }) => code),
      ]);
    }),
  );
  expect(codes).toEqual(["in", "in", 3501]);
  expect(
    application.calls.all.map(({ proxy: name, headers }) => [name, headers.get("x-twinwire-app")]).toSorted(),
  ).toEqual([
    ["connect", "1000"],
    ["other", encodeURIComponent("é2")],
  ]);
});

describe("headers", () => {
  test("static ones, those of the connect command, those of the request: the later wins, and no others go", async () => {
    await using application = new Application({ connect: { result: { user: "ann" } } });
    await using server = serverFor(
      application,
      {},
      {
        http: { static_headers: { "X-Static": "s", "X-Both": "static" } },
        emulated_headers: ["X-Both", "x-emulated"],
        http_headers: ["X-Real", "cookie"],
      },
    );
    const socket = await RawSocket.open(centrifugoUrl(server.url), {
      headers: { "X-Real": "r", Cookie: "a=1", "X-Emulated": "forged", "X-Other": "o" },
    });
    const headers = {
      "X-BOTH": "emulated",
      "x-emulated": "e",
      "x-real": "forged",
      "x-other": "o",
      evil: "a\r\nb: c",
    };
    socket.send(JSON.stringify({ id: 1, connect: { headers } }));
    const { headers: got } = await application.call("connect");
    const names = ["x-static", "x-both", "x-emulated", "x-real", "cookie", "x-other", "evil"];
    expect(names.map((name) => got.get(name))).toEqual(["s", "emulated", "e", "r", "a=1", null, null]);
  });

  test("who sends more of them than is kept is turned away, and the application is not asked", async () => {
    await using application = new Application({ connect: { result: { user: "ann" } } });
    await using server = serverFor(application, {}, { emulated_headers: ["x-one", "x-two"] });
    const length = 4_096;
    for (const [more, code] of [
      [0, undefined],
      [1, 3501],
    ] as const) {
      const socket = await openCentrifugo(server.url);
      const headers = {
        "x-one": "a".repeat(length),
        "x-two": "b".repeat(length + more),
        "x-three": "c".repeat(length),
      };
      socket.send(JSON.stringify({ id: 1, connect: { headers } }));
      if (code === undefined) await socket.having('"connect"');
      else expect(await socket.closed).toMatchObject({ code });
    }
    expect(application.bodies("connect")).toHaveLength(1);
  });

  test("a value that would be a header of its own is left out", async () => {
    await using application = new Application({ connect: { result: { user: "ann" } } });
    await using server = serverFor(application, {}, { emulated_headers: ["x-one"] });
    const socket = await openCentrifugo(server.url);
    socket.send(JSON.stringify({ id: 1, connect: { headers: { "x-one": "a\r\nx-two: b" } } }));
    await socket.having('"connect"');
    const { headers } = await application.call("connect");
    expect([headers.get("x-one"), headers.get("x-two")]).toEqual([null, null]);
  });
});

test("the application is told by which transport and protocol a client came, and of its headers", async () => {
  await using application = new Application({ connect: { result: { user: "ann" } } });
  const on = { enabled: true };
  await using server = startTestServer({
    http_stream: on,
    sse: on,
    uni_http_stream: on,
    uni_sse: on,
    uni_websocket: on,
    client: {
      allowed_origins: ["*"],
      proxy: { connect: { ...on, ...application.proxy("connect", { http_headers: ["x-device"] }) } },
    },
  });
  const headers = { "x-device": "tv" };
  const command = '{"id":1,"connect":{}}';
  const connecting = (text: string): string => `?cf_connect=${encodeURIComponent(text)}`;
  const ways: readonly (readonly [string, string, RequestInit | undefined])[] = [
    ["http_stream", "", { method: "POST", body: command }],
    [
      "http_stream",
      "",
      {
        method: "POST",
        body: Uint8Array.of(4, 0x08, 1, 0x22, 0),
        headers: { ...headers, "content-type": "application/octet-stream" },
      },
    ],
    ["sse", connecting(command), {}],
    ["uni_http_stream", "", { method: "POST", body: "{}" }],
    ["uni_sse", connecting("{}"), {}],
    ["uni_websocket", connecting("{}"), undefined],
  ];
  for (const [path, query, init] of ways) {
    const url = `${server.url}/connection/${path}${query}`;
    const ended =
      init === undefined
        ? await RawSocket.open(url.replace("http", "ws"), { headers })
        : await RawStream.open(url, { headers, ...init });
    await application.calls.next();
    ended[Symbol.dispose]();
  }
  expect(
    application.calls.all.map(({ body: { transport, protocol }, headers: told }) => [
      transport,
      protocol,
      told.get("x-device"),
    ]),
  ).toEqual([
    ["http_stream", "json", "tv"],
    ["http_stream", "protobuf", "tv"],
    ["sse", "json", "tv"],
    ["uni_http_stream", "json", "tv"],
    ["uni_sse", "json", "tv"],
    ["uni_websocket", "json", "tv"],
  ]);
});
