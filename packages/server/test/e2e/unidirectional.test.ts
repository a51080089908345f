import { expect, setDefaultTimeout, test } from "bun:test";
import { CentrifugeClient, PusherClient } from "../clients.ts";
import { baseConfig, keys, startTestServer, type TestServer } from "../server.ts";
import { publishByApi } from "./bystanders.ts";
import { RawSocket } from "./raw-socket.ts";
import { RawStream } from "./raw-stream.ts";
import { seconds, token } from "./tokens.ts";

setDefaultTimeout(30_000);

interface More {
  readonly client?: object;
  readonly uni_sse?: object;
  readonly uni_websocket?: object;
}

function start({ client, ...rest }: More = {}): TestServer {
  return startTestServer({
    uni_sse: { enabled: true },
    uni_http_stream: { enabled: true },
    uni_websocket: { enabled: true },
    channel: {
      without_namespace: {
        allow_subscribe_for_client: true,
        allow_presence_for_client: true,
        presence: true,
        history_size: 100,
        history_ttl: "60s",
        force_recovery: true,
      },
    },
    client: { ...(baseConfig()["client"] as object), ...client },
    ...rest,
  });
}

/** What a client hears that only listens. */
interface Listener {
  having(...parts: readonly string[]): Promise<string>;
  readonly heard: { next(): Promise<string> };
  /** Resolves once the server has ended it; with its close frame where there is one. */
  readonly ended: Promise<unknown>;
  [Symbol.dispose](): void;
}

type Way = "uni_sse" | "uni_sse by POST" | "uni_http_stream" | "uni_websocket" | "uni_websocket by query";

const ways = [
  "uni_sse",
  "uni_sse by POST",
  "uni_http_stream",
  "uni_websocket",
  "uni_websocket by query",
] as const satisfies readonly Way[];

async function listen(server: TestServer, way: Way, request: object): Promise<Listener> {
  const text = JSON.stringify(request);
  const query = `?cf_connect=${encodeURIComponent(text)}`;
  const at = `${server.url}/connection/${way.split(" ")[0]}`;
  switch (way) {
    case "uni_sse":
      return ofStream(await RawStream.open(at + query));
    case "uni_sse by POST":
    case "uni_http_stream":
      return ofStream(await RawStream.open(at, { method: "POST", body: text }));
    case "uni_websocket":
    case "uni_websocket by query": {
      const byQuery = way !== "uni_websocket";
      const socket = await RawSocket.open(at.replace("http", "ws") + (byQuery ? query : ""));
      if (!byQuery) socket.send(text);
      return {
        having: (...parts) => socket.having(...parts),
        heard: socket.frames,
        ended: socket.closed,
        [Symbol.dispose]() {
          socket.close();
        },
      };
    }
  }
}

function ofStream(stream: RawStream): Listener {
  const bare = (text: string): string => text.trim().replace(/^data: /, "");
  return {
    having: async (...parts) => bare(await stream.having(...parts)),
    heard: { next: async () => bare(await stream.messages.next()) },
    ended: stream.ended,
    [Symbol.dispose]() {
      stream[Symbol.dispose]();
    },
  };
}

function api(server: TestServer, method: string, params: object): Promise<Response> {
  return fetch(`${server.url}/api/${method}`, {
    method: "POST",
    headers: { "x-api-key": keys.apiKey },
    body: JSON.stringify(params),
  });
}

const ofU = (more: object = {}): { token: string } => ({
  token: token({ sub: "u", channels: ["news"], ...more }),
});

test.each(ways)(
  "%s: the connect push comes first, then whatever happens, then the disconnect",
  async (way) => {
    await using server = start({ client: { ping_interval: "1s", pong_timeout: "900ms" } });
    using listener = await listen(server, way, ofU());
    const { connect } = JSON.parse(await listener.heard.next()) as { connect: Record<string, unknown> };
    expect(connect).toEqual({
      client: expect.any(String) as unknown,
      version: expect.stringContaining("Twinwire") as unknown,
      subs: { news: { recoverable: true, epoch: expect.any(String) as unknown, positioned: true } },
      ping: 1,
      session: expect.any(String) as unknown,
    });
    await publishByApi(server.url, "news", { n: 1 });
    expect(await listener.having('"pub"')).toStartWith('{"channel":"news","pub":{"data":{"n":1},"offset":1');

    await using pusher = await PusherClient.connect(server.port, {});
    expect(await pusher.join("news")).toBe("done");
    await publishByApi(server.url, "news", { type: "sale", data: 1 });
    expect(await pusher.heard.next()).toMatchObject({ event: "sale", data: 1 });
    await listener.having('"sale"');

    await api(server, "subscribe", { user: "u", channel: "more" });
    expect(await listener.having('"subscribe"')).toStartWith(
      '{"channel":"more","subscribe":{"recoverable":true',
    );
    await api(server, "unsubscribe", { user: "u", channel: "more" });
    expect(await listener.having('"unsubscribe"')).toBe(
      '{"channel":"more","unsubscribe":{"code":2000,"reason":"server unsubscribe"}}',
    );
    // Nobody answers pings here: the second one is sent after the time for an answer to the first.
    await listener.having("{}");
    await publishByApi(server.url, "news", { mark: "after a ping" });
    await listener.having("after a ping");

    await api(server, "disconnect", { user: "u" });
    expect(await listener.having('"disconnect"')).toBe(
      '{"disconnect":{"code":3503,"reason":"force disconnect"}}',
    );
    await listener.ended;
  },
);

test.each(ways)("%s: recovers what it says it has missed", async (way) => {
  await using server = start();
  for (const n of [1, 2, 3]) await publishByApi(server.url, "news", { n });
  using first = await listen(server, way, ofU());
  const { connect } = JSON.parse(await first.heard.next()) as {
    connect: { subs: { news: { epoch: string; offset: number } } };
  };
  const { epoch, offset } = connect.subs.news;
  expect(offset).toBe(3);
  using second = await listen(server, way, {
    ...ofU(),
    subs: { news: { recover: true, epoch, offset: 1 } },
  });
  const again = JSON.parse(await second.heard.next()) as { connect: { subs: unknown } };
  expect(again.connect.subs).toEqual({
    news: {
      recoverable: true,
      epoch,
      // Where it was: the publications take it further.
      offset: 1,
      publications: [
        { data: { n: 2 }, offset: 2 },
        { data: { n: 3 }, offset: 3 },
      ],
      recovered: true,
      positioned: true,
      was_recovering: true,
    },
  });
});

test.each(ways)("%s: who is not let in is told by the end", async (way) => {
  await using server = start();
  const told = async (request: object): Promise<unknown> => {
    using listener = await listen(server, way, request);
    const push = JSON.parse(await listener.heard.next()) as { disconnect: unknown };
    await listener.ended;
    return push.disconnect;
  };
  expect(await told(ofU({ exp: seconds(-5) }))).toEqual({ code: 3005, reason: "connection expired" });
  expect(await told({ token: "no.token.this" })).toEqual({ code: 3500, reason: "invalid token" });
  expect(await told({})).toEqual({ code: 3501, reason: "bad request" });
  expect(await told({ token: 5 })).toEqual({ code: 3501, reason: "bad request" });
});

test.each(["uni_sse", "uni_websocket"] as const)(
  "%s: runs out with its token, unless the application refreshes it",
  async (way) => {
    await using server = start({ client: { expired_close_delay: "1s" } });
    using gone = await listen(server, way, ofU({ exp: seconds(2) }));
    using stays = await listen(server, way, { token: token({ sub: "stays", exp: seconds(2) }) });
    expect(JSON.parse(await gone.heard.next())).toMatchObject({ connect: { expires: true } });
    expect((await api(server, "refresh", { user: "stays", expire_at: seconds(3_600) })).status).toBe(200);
    expect(await stays.having('"refresh"')).toStartWith('{"refresh":{"expires":true,"ttl":');
    expect(await gone.having('"disconnect"')).toBe(
      '{"disconnect":{"code":3005,"reason":"connection expired"}}',
    );
    await gone.ended;
    await api(server, "subscribe", { user: "stays", channel: "still" });
    await stays.having('"still"');
  },
);

test("an error or a disconnect of a connect request becomes the status that the options say", async () => {
  const transforms = [
    { code: 109, to: { status_code: 401, body: "come with another token" } },
    { code: 3500, to: { status_code: 403 } },
  ];
  await using server = start({
    uni_sse: { enabled: true, connect_code_to_http_response: { enabled: true, transforms } },
  });
  const ask = (request: object): Promise<Response> =>
    fetch(`${server.url}/connection/uni_sse?cf_connect=${encodeURIComponent(JSON.stringify(request))}`);
  const expired = await ask(ofU({ exp: seconds(-5) }));
  expect([expired.status, await expired.text()]).toEqual([401, "come with another token"]);
  const wrong = await ask({ token: "no.token.this" });
  expect([wrong.status, await wrong.text()]).toEqual([403, ""]);
  // A code without a status of its own.
  const nothing = await ask({});
  expect(nothing.status).toBe(200);
  expect(await nothing.text()).toContain('{"disconnect":{"code":3501,"reason":"bad request"}}');
  using fine = await listen(server, "uni_sse", ofU());
  expect(await fine.heard.next()).toStartWith('{"connect":');
});

test("a stopping server answers those whom the application is still asked about", async () => {
  const asked = Promise.withResolvers<undefined>();
  const never = Promise.withResolvers<Response>();
  const application = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch() {
      asked.resolve(undefined);
      return never.promise;
    },
  });
  const endpoint = `http://127.0.0.1:${application.port}/`;
  const transforms = [{ code: 3001, to: { status_code: 503, body: "come back later" } }];
  const server = start({
    client: { proxy: { connect: { enabled: true, endpoint, timeout: "20s" } } },
    uni_sse: { enabled: true, connect_code_to_http_response: { enabled: true, transforms } },
  });
  const answer = fetch(`${server.url}/connection/uni_sse`);
  await asked.promise;
  await server.running.stop();
  const response = await answer;
  expect([response.status, await response.text()]).toEqual([503, "come back later"]);
  await application.stop(true);
});

test("an error of a connect request becomes the disconnect that the options say", async () => {
  await using server = start({
    client: {
      connect_code_to_unidirectional_disconnect: {
        enabled: true,
        transforms: [{ code: 109, to: { code: 4501, reason: "sign in again" } }],
      },
    },
  });
  for (const way of ways) {
    using listener = await listen(server, way, ofU({ exp: seconds(-5) }));
    expect(await listener.heard.next()).toBe('{"disconnect":{"code":4501,"reason":"sign in again"}}');
    const closed = await listener.ended;
    if (way.startsWith("uni_websocket"))
      expect(closed).toMatchObject({ code: 4501, reason: "sign in again" });
  }
});

test("the end of a uni_websocket is its close frame alone where the push is switched off", async () => {
  await using server = start({ uni_websocket: { enabled: true, disable_disconnect_push: true } });
  using socket = await RawSocket.open(`${server.url.replace("http", "ws")}/connection/uni_websocket`);
  socket.send(JSON.stringify(ofU()));
  await socket.having('"connect"');
  await api(server, "disconnect", { user: "u" });
  expect(await socket.closed).toMatchObject({ code: 3503, reason: "force disconnect" });
  expect(socket.frames.all).toHaveLength(1);
});

test("who needs no token may say nothing in the query", async () => {
  await using server = start({ client: { allow_anonymous_connect_without_token: true } });
  for (const query of ["", "?cf_connect="]) {
    using sse = await RawStream.open(`${server.url}/connection/uni_sse${query}`);
    await sse.having('data: {"connect":{');
  }
  const at = `${server.url.replace("http", "ws")}/connection/uni_websocket?cf_connect=`;
  using socket = await RawSocket.open(at);
  socket.send(JSON.stringify(ofU()));
  await socket.having('"connect":{', '"news"');
});

test("what a client of uni_websocket says later is passed over", async () => {
  await using server = start();
  const at = `${server.url.replace("http", "ws")}/connection/uni_websocket`;
  using socket = await RawSocket.open(at);
  socket.send(JSON.stringify(ofU()));
  await socket.having('"connect"');
  for (const later of ["", "no JSON", '{"id":2,"subscribe":{"channel":"other"}}', JSON.stringify(ofU())])
    socket.send(later);
  await publishByApi(server.url, "news", { mark: 1 });
  await socket.having('"mark"');
  expect(socket.frames.all).toHaveLength(2);
  expect(await (await api(server, "channels", {})).json()).toEqual({
    result: { channels: { news: { num_clients: 1 } } },
  });
});

test("a uni_websocket without a connect request is closed as stale", async () => {
  await using server = start({ client: { stale_close_delay: "100ms" } });
  using socket = await RawSocket.open(`${server.url.replace("http", "ws")}/connection/uni_websocket`);
  expect(await socket.closed).toMatchObject({ code: 3502, reason: "stale" });
});

test("who only listens is present beside the others, and gone with its stream", async () => {
  await using server = start();
  await using watcher = await CentrifugeClient.connect(server.port, { user: "watcher" });
  await watcher.join("news");
  const users = async (): Promise<string[]> => {
    const { clients } = await watcher.centrifuge.presence("news");
    return Object.values(clients)
      .map(({ user }) => user)
      .toSorted();
  };
  for (const way of ways) {
    const listener = await listen(server, way, ofU());
    await listener.heard.next();
    expect(await users()).toEqual(["u", "watcher"]);
    listener[Symbol.dispose]();
    while ((await users()).length > 1) await Bun.sleep(10);
  }
});

test("a stopping server says so, and every listener ends", async () => {
  const server = start();
  const listeners = await Promise.all(ways.map((way) => listen(server, way, ofU())));
  for (const listener of listeners) await listener.having('"connect"');
  await server.running.stop();
  for (const listener of listeners) {
    expect(await listener.having('"disconnect"')).toBe('{"disconnect":{"code":3001,"reason":"shutdown"}}');
    await listener.ended;
  }
});

test("requests that ask for nothing, too much, or from elsewhere", async () => {
  await using server = start({ client: { allowed_origins: ["https://app.example.com"] } });
  const at = (path: string): string => `${server.url}/connection/${path}`;
  const status = async (path: string, init?: RequestInit): Promise<number> =>
    (await fetch(at(path), init)).status;
  expect(await status("uni_http_stream")).toBe(405);
  expect(await status("uni_http_stream", { method: "POST", body: "" })).toBe(400);
  expect(await status("uni_http_stream", { method: "POST", body: "x".repeat(65_537) })).toBe(413);
  const preflight = await fetch(at("uni_sse"), {
    method: "OPTIONS",
    headers: { origin: "https://app.example.com" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
  const foreign = await fetch(at("uni_sse"), {
    method: "OPTIONS",
    headers: { origin: "https://evil.example.com" },
  });
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  const evil = RawSocket.open(at("uni_websocket").replace("http", "ws"), {
    headers: { origin: "https://evil.example.com" },
  });
  expect(evil).rejects.toThrow("no WebSocket");
});

test("the application means one of a user's connections by its session", async () => {
  await using server = start();
  const tickets: string[] = [];
  const open = async (): Promise<Listener> => {
    const listener = await listen(server, "uni_sse", ofU({ channels: [] }));
    const { connect } = JSON.parse(await listener.heard.next()) as { connect: { session: string } };
    tickets.push(connect.session);
    return listener;
  };
  using first = await open();
  using second = await open();
  const [session, other] = tickets;
  await api(server, "subscribe", { user: "u", channel: "one", session });
  await first.having('"subscribe"', '"one"');
  await api(server, "unsubscribe", { user: "u", channel: "one", session });
  await first.having('"unsubscribe"', '"one"');
  await api(server, "refresh", { user: "u", expire_at: seconds(100), session });
  await first.having('"refresh"');
  await api(server, "disconnect", { user: "u", session: "nobody's" });
  await api(server, "disconnect", { user: "u", session });
  await first.ended;
  await api(server, "subscribe", { user: "u", channel: "two", session: other });
  // The first that the other is told.
  expect(await second.heard.next()).toStartWith('{"channel":"two","subscribe":');
});
