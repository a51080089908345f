import { describe, expect, setDefaultTimeout, test } from "bun:test";
import Pusher from "pusher-js";
import { CentrifugeClient, PusherApi, PusherClient, near, pusherSigner } from "../clients.ts";
import { Events } from "../events.ts";
import { keys, startTestServer, type TestServer } from "../server.ts";
import { connectPusher, joinPresence, openPusher, pusherPath, subscribePusher } from "./raw-pusher.ts";

setDefaultTimeout(10_000);

const { app } = keys;

/** A server whose app has the options. */
function startApp(options: Record<string, unknown>, sections: Record<string, unknown> = {}): TestServer {
  return startTestServer({ ...sections, apps: [{ ...app, public_channels: true, ...options }] });
}

/** pusher-js as it is, with the states it goes through and the errors that the server sends it. */
class Library implements AsyncDisposable {
  readonly states = new Events<string>();
  readonly errors = new Events<number>();
  readonly pusher: Pusher;

  constructor(port: number, secret: string = app.secret) {
    const signer = pusherSigner({ ...app, secret });
    this.pusher = new Pusher(app.key, {
      ...near(port),
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, answer) => {
          const member = channelName.startsWith("presence-") ? { user_id: "ann" } : undefined;
          answer(null, signer.authorizeChannel(socketId, channelName, member));
        },
      },
    });
    const { connection } = this.pusher;
    connection.bind("state_change", ({ current }: { current: string }) => {
      this.states.push(current);
    });
    connection.bind("error", ({ error }: { error?: { data?: { code?: number } } }) => {
      if (error?.data?.code !== undefined) this.errors.push(error.data.code);
    });
  }

  state(name: string): Promise<string> {
    return this.states.first((state) => state === name);
  }

  /** Resolves with what the channel says first. */
  heard(channel: string, event: string): Promise<unknown> {
    return new Promise((resolve) => {
      this.pusher.subscribe(channel).bind(event, resolve);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pusher.disconnect();
    return Promise.resolve();
  }
}

describe("what pusher-js makes of a server that does not let it in", () => {
  test("above limits.connections: 4004, and it stays away", async () => {
    await using server = startApp({ limits: { connections: 1 } });
    await using first = new Library(server.port);
    await first.state("connected");
    await using second = new Library(server.port);
    expect(await second.errors.next()).toBe(4004);
    await second.state("disconnected");
    expect(second.states.all).not.toContain("connected");
  });

  test("above client.connection_limit, where Centrifugo clients count: 4100, and it comes back when there is room", async () => {
    const client = { token: { hmac_secret_key: keys.hmac }, allowed_origins: ["*"], connection_limit: 1 };
    await using server = startApp({}, { client });
    const first = await CentrifugeClient.connect(server.port, { user: "ann" });
    await using second = new Library(server.port);
    expect(await second.errors.next()).toBe(4100);
    await first[Symbol.asyncDispose]();
    await second.state("connected");
    // And the other way round.
    const upgrade = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": btoa("0123456789abcdef"),
    };
    const refused = await fetch(`${server.url}/connection/websocket`, { headers: upgrade });
    expect(refused.status).toBe(503);
  });

  test("enabled false: 4003, and 403 for the SDK", async () => {
    await using server = startApp({ enabled: false });
    await using library = new Library(server.port);
    expect(await library.errors.next()).toBe(4003);
    await library.state("disconnected");
    const sent = pusherSigner(app, server.port).trigger("news", "a", {});
    expect(await sent.catch((cause: unknown) => cause)).toMatchObject({ status: 403 });
  });
});

test("tls_only takes whom a proxy, or several in a row, had encrypted", async () => {
  await using server = startApp({ tls_only: true });
  const open = (forwarded: string) =>
    openPusher(server.url, pusherPath(), { headers: { "x-forwarded-proto": forwarded } });
  for (const forwarded of ["https", "https,http", "https, http, http", "wss"]) {
    using socket = await open(forwarded);
    expect(await socket.frames.next()).toContain("connection_established");
  }
  for (const forwarded of ["http", "http,https"]) {
    using socket = await open(forwarded);
    expect(await socket.frames.next()).toContain('"code":4000');
    expect((await socket.closed).code).toBe(4000);
  }
});

test("allowed_origins turns pages of others away with 4009, and asks nobody else", async () => {
  await using server = startApp({ allowed_origins: ["https://*.example.com"] });
  const first = async (headers: Record<string, string>): Promise<string> => {
    using socket = await openPusher(server.url, pusherPath(), { headers });
    return await socket.frames.next();
  };
  expect(await first({ origin: "https://app.example.com" })).toContain("connection_established");
  expect(await first({})).toContain("connection_established");
  expect(await first({ origin: "https://example.org" })).toContain('"code":4009');
});

test("activity_timeout is told to clients, who are asked for a sign of life as often, and stay", async () => {
  await using server = startApp({ activity_timeout: "1s" });
  await using library = new Library(server.port);
  const pings = new Events<string>();
  library.pusher.connection.bind("message", ({ event }: { event: string }) => {
    if (event === "pusher:ping") pings.push(event);
  });
  using raw = await openPusher(server.url);
  expect(await raw.frames.next()).toContain('\\"activity_timeout\\":1}');
  await pings.next();
  await pings.next();
  expect(library.states.all).toEqual(["connected"]);
});

test("authorized_within closes who has proven nothing with 4009, and nobody else", async () => {
  await using server = startApp({ authorized_within: "1s" });
  using idle = await openPusher(server.url);
  const joined = await connectPusher(server.url);
  await subscribePusher(joined, "private-a");
  await using signedIn = await PusherClient.connect(server.port, { user: "ann" });
  await signedIn.signIn();
  expect((await idle.closed).code).toBe(4009);
  joined.socket.send('{"event":"pusher:ping"}');
  await joined.socket.having("pusher:pong");
  await signedIn.answered();
  joined.socket.close();
});

describe("limits", () => {
  test("event_bytes: the SDK gets 413 with the option's name, up to a size beyond the listener's own", async () => {
    await using small = startApp({ limits: { event_bytes: 100 } });
    const refused = await pusherSigner(app, small.port)
      .trigger("news", "a", "x".repeat(101))
      .catch((cause: unknown) => cause);
    expect(refused).toMatchObject({ status: 413 });
    expect((refused as { body: string }).body).toContain("apps[].limits.event_bytes");
    await using large = startApp({ limits: { event_bytes: 12_000_000 } });
    const sent = await pusherSigner(app, large.port).trigger("news", "a", "x".repeat(11_000_000));
    expect(sent.status).toBe(200);
  });

  test("presence_members: pusher-js hears on the channel that it is full, and which option says so", async () => {
    await using server = startApp({ limits: { presence_members: 1 } });
    const bob = await connectPusher(server.url);
    await joinPresence(bob, "presence-room", "bob");
    await using ann = new Library(server.port);
    expect(await ann.heard("presence-room", "pusher:subscription_error")).toEqual({
      type: "LimitReached",
      error: "apps[].limits.presence_members is reached",
      status: 4100,
    });
    bob.socket.close();
  });

  test("channels_per_event and events_per_batch: the SDK's calls go as far as the options say", async () => {
    await using server = startApp({ limits: { channels_per_event: 2, events_per_batch: 20 } });
    const sdk = pusherSigner(app, server.port);
    expect((await sdk.trigger(["a", "b"], "e", {})).status).toBe(200);
    const refused = await sdk.trigger(["a", "b", "c"], "e", {}).catch((cause: unknown) => cause);
    expect((refused as { body: string }).body).toContain("apps[].limits.channels_per_event");
    const batch = (length: number) =>
      Array.from({ length }, (_, i) => ({ channel: "a", name: "e", data: String(i) }));
    expect((await sdk.triggerBatch(batch(20))).status).toBe(200);
    const tooMany = await sdk.triggerBatch(batch(21)).catch((cause: unknown) => cause);
    expect((tooMany as { body: string }).body).toContain("apps[].limits.events_per_batch");
  });
});

test("subscription_count is told by pusher-js where it is on, and not where it is off", async () => {
  await using counting = startApp({ subscription_count: true });
  await using library = new Library(counting.port);
  expect(await library.heard("news", "pusher:subscription_count")).toEqual({ subscription_count: 1 });
  expect(library.pusher.channel("news").subscriptionCount as unknown).toBe(1);

  await using silent = startApp({ subscription_count: false });
  await using other = await PusherClient.connect(silent.port);
  await other.join("news");
  const again = await connectPusher(silent.url);
  await subscribePusher(again, "news");
  await other.answered();
  expect(other.messages.all.map(({ event }) => event)).not.toContain("pusher_internal:subscription_count");
  again.socket.close();
});

test("client_events false refuses them with 4009", async () => {
  await using server = startApp({ client_events: false });
  await using client = await PusherClient.connect(server.port);
  await client.join("private-a");
  expect(await client.say("private-a", "hi", {})).toBe(4009);
});

test("a secret that is exchanged alone holds for SDKs and clients of either, until it is taken out", async () => {
  const previous = [{ key: app.key, secret: "secret-before" }];
  await using server = startApp({ previous });
  for (const secret of [app.secret, "secret-before"]) {
    const sdk = pusherSigner({ ...app, secret }, server.port);
    expect((await sdk.trigger("news", "a", {})).status).toBe(200);
    await using library = new Library(server.port, secret);
    await library.heard("private-a", "pusher:subscription_succeeded");
  }
  await using rotated = startApp({});
  const late = new PusherApi(rotated.port, { ...app, secret: "secret-before" });
  expect((await late.get("/channels")).status).toBe(401);
});

describe("the SDK asks about channels", () => {
  test("by every attribute that info takes", async () => {
    await using server = startApp({});
    const sdk = pusherSigner(app, server.port);
    const [ann, also] = [await connectPusher(server.url), await connectPusher(server.url)];
    for (const connection of [ann, also]) await joinPresence(connection, "presence-a", "ann");
    await subscribePusher(ann, "cache-a");
    await sdk.trigger("cache-a", "e", { n: 1 });
    const ask = async (path: string, params: Record<string, string> = {}): Promise<unknown> =>
      (await sdk.get({ path, params })).json() as Promise<unknown>;
    expect(await ask("/channels/presence-a", { info: "occupied,user_count,subscription_count" })).toEqual({
      occupied: true,
      user_count: 1,
      subscription_count: 2,
    });
    expect(await ask("/channels/cache-a", { info: "cache" })).toMatchObject({
      occupied: true,
      cache: { data: '{"n":1}', ttl: expect.any(Number) as number },
    });
    expect(await ask("/channels", { filter_by_prefix: "presence-", info: "user_count" })).toEqual({
      channels: { "presence-a": { user_count: 1 } },
    });
    expect(await ask("/channels/presence-a/users")).toEqual({ users: [{ id: "ann" }] });
    const info = "user_count,subscription_count";
    const sent = await sdk.trigger(["presence-a", "nobody"], "e", {}, { info });
    expect(await sent.json()).toEqual({
      channels: {
        "presence-a": { user_count: 1, subscription_count: 2 },
        nobody: { subscription_count: 0 },
      },
    });
    for (const { socket } of [ann, also]) socket.close();
  });

  test.each([
    ["/channels", { info: "user_count" }],
    ["/channels", { info: "cache" }],
    ["/channels/news", { info: "user_count" }],
    ["/channels/news", { info: "cache" }],
    ["/channels/news/users", {}],
  ])("%s %p, which does not fit, is 400 with a reason", async (path, params) => {
    await using server = startApp({});
    const refused = await pusherSigner(app, server.port)
      .get({ path, params })
      .catch((cause: unknown) => cause);
    expect(refused).toMatchObject({ status: 400 });
    expect((refused as { body: string }).body).toContain('"error":"');
  });
});
