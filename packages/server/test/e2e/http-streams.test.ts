import { expect, setDefaultTimeout, test } from "bun:test";
import { connect as connectTcp } from "node:net";
import { Centrifuge } from "centrifuge";
import { Centrifuge as CentrifugeProtobuf } from "centrifuge/build/protobuf";
import { CentrifugeClient, CentrifugoApi, PusherClient, valueOf } from "../clients.ts";
import { CuttableProxy } from "../cuttable-proxy.ts";
import { Events } from "../events.ts";
import { baseConfig, keys, startTestServer, type TestServer } from "../server.ts";
import { publishByApi } from "./bystanders.ts";
import { EventSourceByFetch } from "./event-source.ts";
import { RawStream } from "./raw-stream.ts";
import { Scrape } from "./scrape.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(30_000);

const other = { id: "2000", key: "other-key", secret: "other-secret", public_channels: true };
const otherHmac = "hmac-of-the-other-app";

interface More {
  readonly client?: object;
  readonly websocket?: object;
  readonly init?: object;
}

function start({ client, ...rest }: More = {}): TestServer {
  return startTestServer({
    http_stream: { enabled: true },
    sse: { enabled: true },
    channel: {
      without_namespace: {
        allow_subscribe_for_client: true,
        allow_publish_for_client: true,
        allow_presence_for_client: true,
        presence: true,
        history_size: 100,
        history_ttl: "60s",
        force_recovery: true,
      },
    },
    client: { ...(baseConfig()["client"] as object), ...client },
    apps: [
      { ...keys.app, public_channels: true },
      { ...other, client: { token: { hmac_secret_key: otherHmac }, allowed_origins: [] } },
    ],
    ...rest,
  });
}

function connectCommand(user: string, hmac: string = keys.hmac): string {
  return JSON.stringify({ id: 1, connect: { token: token({ sub: user }, { secret: hmac }) } });
}

interface Emulated {
  readonly stream: RawStream;
  readonly session: string;
  readonly node: string;
}

/** A client without a library, by either transport. */
async function open(server: TestServer, by: "sse" | "http_stream", user = "raw"): Promise<Emulated> {
  const command = connectCommand(user);
  const stream =
    by === "sse"
      ? await RawStream.open(`${server.url}/connection/sse?cf_connect=${encodeURIComponent(command)}`)
      : await RawStream.open(`${server.url}/connection/http_stream`, { method: "POST", body: command });
  const { connect } = JSON.parse((await stream.having('"connect":{')).trim().replace(/^data: /, "")) as {
    connect: { session: string; node: string };
  };
  return { stream, session: connect.session, node: connect.node };
}

function say(server: TestServer, { session, node }: Omit<Emulated, "stream">, data: string, query = "") {
  return fetch(`${server.url}/emulation${query}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ session, node, data }),
  });
}

const subscribeNews = '{"id":2,"subscribe":{"channel":"news"}}';

const builds = {
  json: Centrifuge,
  protobuf: CentrifugeProtobuf as unknown as typeof Centrifuge,
} as const;

test.each([
  ["http_stream", "json"],
  ["http_stream", "protobuf"],
  ["sse", "json"],
] as const)(
  "centrifuge over %s in %s connects, publishes, and recovers over a cut",
  async (transport, encoding) => {
    await using server = start();
    await using proxy = await CuttableProxy.start(server.port);
    const url = `http://127.0.0.1:${proxy.port}`;
    const client = new builds[encoding]([{ transport, endpoint: `${url}/connection/${transport}` }], {
      emulationEndpoint: `${url}/emulation`,
      token: token({ sub: "stream" }),
      eventsource: EventSourceByFetch,
      minReconnectDelay: 1,
      maxReconnectDelay: 50,
    });
    const subscription = client.newSubscription("news");
    const heard = new Events<unknown>();
    const joined = new Events<boolean>();
    subscription.on("publication", ({ data }) => {
      heard.push(valueOf(data));
    });
    subscription.on("subscribed", ({ recovered }) => {
      joined.push(recovered);
    });
    subscription.subscribe();
    client.connect();
    expect(await joined.next()).toBe(false);

    const said = { from: "the stream" };
    await subscription.publish(encoding === "json" ? said : Buffer.from(JSON.stringify(said)));
    expect(await heard.next()).toEqual(said);
    const { clients } = await subscription.presence();
    expect(Object.values(clients).map(({ user }) => user)).toEqual(["stream"]);

    await proxy.down();
    await publishByApi(server.url, "news", { n: 1 });
    await publishByApi(server.url, "news", { n: 2 });
    await proxy.up();
    expect(await joined.next()).toBe(true);
    expect([await heard.next(), await heard.next()]).toEqual([{ n: 1 }, { n: 2 }]);
    client.disconnect();
  },
);

test("centrifuge falls back where its WebSocket is refused", async () => {
  await using server = start({ websocket: { disabled: true } });
  const at = (path: string): string => `${server.url}/connection/${path}`;
  const client = new Centrifuge(
    [
      { transport: "websocket", endpoint: at("websocket").replace("http", "ws") },
      { transport: "http_stream", endpoint: at("http_stream") },
    ],
    { emulationEndpoint: `${server.url}/emulation`, token: token({ sub: "u" }), minReconnectDelay: 1 },
  );
  const by = new Promise((resolve) =>
    client.on("connected", ({ transport }) => {
      resolve(transport);
    }),
  );
  client.connect();
  expect(await by).toBe("http_stream");
  client.disconnect();
});

test("a Pusher client and a stream meet on one channel, each in its own form", async () => {
  await using server = start();
  await using pusher = await PusherClient.connect(server.port, {});
  expect(await pusher.join("news")).toBe("done");
  const sse = await open(server, "sse");
  await say(server, sse, subscribeNews);
  await sse.stream.having('"id":2');
  // Exact to the byte, but for the carriage return, which would end the event's line.
  await fetch(`${server.url}/api/publish`, {
    method: "POST",
    headers: { "x-api-key": keys.apiKey },
    body: '{"channel":"news","data":{"type":"sale","data":{"price":1.0,\r\n"id":12345678901234567890}}}',
  });
  expect(await sse.stream.having('"sale"')).toStartWith(
    'data: {"push":{"channel":"news","pub":{"data":{"type":"sale","data":{"price":1.0,"id":12345678901234567890}}',
  );
  expect(await pusher.heard.next()).toMatchObject({ event: "sale", data: { price: 1 } });
  sse.stream[Symbol.dispose]();
});

test("the emulation route says what is wrong with a request", async () => {
  await using server = start();
  const { stream, ...ticket } = await open(server, "http_stream");
  const publish = '{"id":3,"publish":{"channel":"news","data":"heard"}}';
  expect((await say(server, ticket, subscribeNews)).status).toBe(204);
  await stream.having('"id":2');
  // Of another app: as if there were no such session.
  expect((await say(server, ticket, publish.replace("heard", "foreign"), `?app=${other.key}`)).status).toBe(
    204,
  );
  expect((await say(server, { ...ticket, node: crypto.randomUUID() }, publish)).status).toBe(404);
  expect((await say(server, ticket, `${publish}${" ".repeat(65_536)}`)).status).toBe(413);
  const post = (body: string | Uint8Array<ArrayBuffer>, type: string): Promise<Response> =>
    fetch(`${server.url}/emulation`, { method: "POST", headers: { "content-type": type }, body });
  expect((await post("{", "application/json")).status).toBe(400);
  expect((await post('{"session":1}', "application/json")).status).toBe(400);
  expect((await post(Uint8Array.of(10, 200), "application/octet-stream")).status).toBe(400);
  expect((await fetch(`${server.url}/emulation`)).status).toBe(405);

  expect((await say(server, ticket, publish)).status).toBe(204);
  await stream.having('"heard"');
  expect(stream.messages.all.filter((text) => text.includes("foreign"))).toEqual([]);

  stream[Symbol.dispose]();
  await left(server, 1);
  // A session that is gone is no fault on a node that is there (protocol notes, 8.1).
  expect((await say(server, ticket, publish)).status).toBe(204);
});

/** Resolves once so many Centrifugo clients have left. */
async function left(server: TestServer, count: number): Promise<void> {
  while ((await Scrape.of(server.url)).counted("centrifugo", "client") < count) await Bun.sleep(10);
}

test("a client that leaves leaves its channels", async () => {
  await using server = start();
  await using watcher = await CentrifugeClient.connect(server.port, { user: "watcher" });
  await watcher.join("news");
  const { stream, ...ticket } = await open(server, "http_stream", "leaver");
  await say(server, ticket, subscribeNews);
  await stream.having('"id":2');
  const users = async (): Promise<string[]> => {
    const { clients } = await watcher.centrifuge.presence("news");
    return Object.values(clients)
      .map(({ user }) => user)
      .toSorted();
  };
  expect(await users()).toEqual(["leaver", "watcher"]);
  stream[Symbol.dispose]();
  await left(server, 1);
  expect(await users()).toEqual(["watcher"]);
});

test.each(["sse", "http_stream"] as const)("an end of a %s is its last push", async (by) => {
  const server = start();
  const one = await open(server, by);
  await say(server, one, "no command");
  expect(await one.stream.having('"disconnect"')).toEndWith(
    '{"push":{"disconnect":{"code":3501,"reason":"bad request"}}}',
  );
  await one.stream.ended;
  const two = await open(server, by);
  await server.running.stop();
  expect(await two.stream.having('"disconnect"')).toEndWith(
    '{"push":{"disconnect":{"code":3001,"reason":"shutdown"}}}',
  );
  await two.stream.ended;
});

test("browsers are told which origins may read, and nobody else is", async () => {
  await using server = start({ client: { allowed_origins: ["https://*.example.com"] } });
  for (const path of ["/connection/http_stream", "/connection/sse", "/emulation"]) {
    const ask = (origin: string): Promise<Response> =>
      fetch(server.url + path, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-headers": "content-type" },
      });
    const allowed = await ask("https://app.example.com");
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(allowed.headers.get("access-control-allow-credentials")).toBe("true");
    expect(allowed.headers.get("access-control-allow-headers")).toBe("content-type");
    expect(allowed.headers.get("access-control-max-age")).toBe("300");
    expect((await ask("https://evil.test")).headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("what a page of another origin says by a browser is not carried out", async () => {
  await using server = start({ client: { allowed_origins: ["https://app.example.com"] } });
  await using watcher = await CentrifugeClient.connect(server.port, { user: "watcher" });
  await watcher.join("news");
  // Browsers ask no server before they send text.
  const publish = (data: string, origin: string): Promise<Response> =>
    fetch(`${server.url}/connection/http_stream`, {
      method: "POST",
      headers: { origin, "content-type": "text/plain" },
      body: `${connectCommand("page")}\n{"id":2,"publish":{"channel":"news","data":"${data}"}}`,
    });
  expect((await publish("forged", "https://evil.test")).status).toBe(403);
  const command = encodeURIComponent(connectCommand("page"));
  for (const [path, method] of [
    ["/emulation", "POST"],
    ["/connection/sse", "POST"],
    [`/connection/sse?cf_connect=${command}`, "GET"],
  ] as const)
    expect(
      (await fetch(server.url + path, { method, headers: { origin: "https://app.example.com:8443" } }))
        .status,
    ).toBe(403);
  const good = await publish("said", "https://app.example.com");
  expect(good.status).toBe(200);
  expect(await watcher.heard.next()).toMatchObject({ data: "said" });
  await good.body?.cancel();
});

test("a GET does no more than connect: a link on any page is one", async () => {
  await using server = start();
  const connect = connectCommand("link");
  const publish = '{"id":2,"publish":{"channel":"news","data":"forged"}}';
  const status = async (said: string): Promise<number> => {
    using stream = await RawStream.open(
      `${server.url}/connection/sse?cf_connect=${encodeURIComponent(said)}`,
    );
    return stream.response.status;
  };
  expect(await status(`${connect}\n${publish}`)).toBe(400);
  expect(await status(`${connect}\n`)).toBe(200);
});

test("who has not said all when the server stops is not let in", async () => {
  const server = start();
  const command = connectCommand("late");
  const late = connectTcp(server.port, "127.0.0.1");
  late.write(
    `POST /connection/http_stream HTTP/1.1\r\nhost: a\r\ncontent-length: ${command.length}\r\nexpect: 100-continue\r\n\r\n`,
  );
  const heard = new Events<string>();
  late.on("data", (bytes) => {
    heard.push(bytes.toString());
  });
  // It is being read.
  await heard.first((text) => text.includes("100 Continue"));
  const stopped = server.running.stop();
  late.write(command);
  await heard.first((text) => text.startsWith("HTTP/1.1 503"));
  await stopped;
  late.destroy();
});

test("what is not a connect request is answered as such", async () => {
  await using server = start();
  const status = async (path: string, init?: RequestInit): Promise<number> =>
    (await fetch(server.url + path, init)).status;
  expect(await status("/connection/sse")).toBe(400);
  expect(await status("/connection/http_stream")).toBe(405);
  expect(await status("/connection/http_stream?app=nobody", { method: "POST", body: "{}" })).toBe(404);
  const body = "x".repeat(65_537);
  expect(await status("/connection/http_stream", { method: "POST", body })).toBe(413);
});

test("what is off is not there", async () => {
  await using server = startTestServer();
  for (const path of ["/connection/http_stream", "/connection/sse", "/emulation"])
    expect((await fetch(server.url + path, { method: "POST", body: "{}" })).status).toBe(404);
});

test("a stream that is not read is cut as slow, after a prefix without a gap; others get everything", async () => {
  await using server = start({ client: { queue_max_size: 262_144 } });
  const good = await open(server, "http_stream", "good");
  await say(server, good, subscribeNews);
  await good.stream.having('"id":2');
  const command = connectCommand("slow");
  const slow = connectTcp(server.port, "127.0.0.1");
  const heard = new Events<string>();
  let text = "";
  slow.on("data", (bytes) => {
    text += bytes.toString();
    heard.push(text);
  });
  slow.write(
    `POST /connection/http_stream HTTP/1.1\r\nhost: a\r\ncontent-length: ${command.length}\r\n\r\n${command}`,
  );
  const reply = await heard.first((so) => so.includes('"session":'));
  const [session = "", node = ""] = ["session", "node"].map(
    (name) => new RegExp(`"${name}":"([^"]+)"`).exec(reply)?.[1],
  );
  await say(server, { session, node }, subscribeNews);
  await heard.first((so) => so.includes('"id":2'));
  slow.pause();
  const filler = "x".repeat(9_000);
  for (let n = 1; n <= 1_400; n += 1) await publishByApi(server.url, "news", { n, filler });
  await good.stream.having('"n":1400,');
  while ((await Scrape.of(server.url)).counted("centrifugo", "slow") < 1) await Bun.sleep(10);
  const numbers = (all: string): number[] => [...all.matchAll(/"n":(\d+),/g)].map(([, n]) => Number(n));
  expect(numbers(good.stream.messages.all.join("\n"))).toEqual(
    Array.from({ length: 1_400 }, (_, i) => i + 1),
  );

  slow.resume();
  await heard.first((so) => so.includes('{"push":{"disconnect":{"code":3008,"reason":"slow"}}}'));
  const got = numbers(text);
  expect(got.length).toBeGreaterThan(10);
  expect(got).toEqual(Array.from({ length: got.length }, (_, i) => i + 1));
  slow.destroy();
  good.stream[Symbol.dispose]();
});

test("a stream ends after its last push, not with it: centrifuge 3.1 would take the end for a network's", async () => {
  await using server = start();
  const command = connectCommand("ann");
  const socket = connectTcp(server.port, "127.0.0.1");
  const packets = new Events<string>();
  socket.on("data", (bytes) => {
    packets.push(bytes.toString());
  });
  socket.write(
    `POST /connection/http_stream HTTP/1.1\r\nhost: a\r\ncontent-length: ${command.length}\r\n\r\n${command}`,
  );
  await packets.first((packet) => packet.includes('"session":'));
  await new CentrifugoApi(server.port).result("disconnect", { user: "ann" });
  const last = await packets.first((packet) => packet.includes('"disconnect":{"code":3503'));
  expect(last).not.toContain("\r\n0\r\n\r\n");
  expect(await packets.first((packet) => packet.endsWith("0\r\n\r\n"))).toBe("0\r\n\r\n");
  socket.destroy();
});

test("the route that is asked for nothing answers nothing, to origins that may read it", async () => {
  await using off = start();
  expect((await fetch(`${off.url}/connection/init`)).status).toBe(404);
  await using server = start({ init: { enabled: true }, client: { allowed_origins: ["https://a.test"] } });
  const ask = (origin: string, method = "GET"): Promise<Response> =>
    fetch(`${server.url}/connection/init`, { method, headers: { origin } });
  const answer = await ask("https://a.test");
  expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://a.test");
  expect((await ask("https://b.test")).headers.get("access-control-allow-origin")).toBeNull();
  expect((await ask("https://a.test", "OPTIONS")).status).toBe(204);
  expect((await ask("https://a.test", "POST")).status).toBe(405);
});
