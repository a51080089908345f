import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { CentrifugoPublisher, PublishError, PusherPublisher } from "@twinwire/backend";
import { CentrifugeClient, PusherClient } from "../../server/test/clients.ts";
import { keys, startTestServer, type TestServer } from "../../server/test/server.ts";

const { id: appId, key, secret } = keys.app;
let server: TestServer;
let pusher: PusherPublisher;
let centrifugo: CentrifugoPublisher;

beforeAll(() => {
  server = startTestServer({
    channel: {
      without_namespace: {
        presence: true,
        history_size: 10,
        history_ttl: "60s",
        allow_subscribe_for_client: true,
      },
      namespaces: [{ name: "bare", allow_subscribe_for_client: true }],
    },
  });
  pusher = new PusherPublisher({ url: server.url, appId, key, secret });
  centrifugo = new CentrifugoPublisher({ url: server.url, apiKey: keys.apiKey });
});

afterAll(() => server[Symbol.asyncDispose]());

/** A client of each wire, both in the channel. */
async function listeners(channel: string, user = "ann") {
  const violet = await PusherClient.connect(server.port, { user });
  const teal = await CentrifugeClient.connect(server.port, { user });
  expect([await violet.join(channel), await teal.join(channel)]).toEqual(["done", "done"]);
  return {
    violet,
    teal,
    async [Symbol.asyncDispose]() {
      await violet[Symbol.asyncDispose]();
      await teal[Symbol.asyncDispose]();
    },
  };
}

async function faultOf(call: Promise<unknown>): Promise<unknown> {
  const cause: unknown = await call.catch((why: unknown) => why);
  return cause instanceof PublishError ? cause.fault : cause;
}

describe("clients of both wires hear", () => {
  test("an event that the Pusher publisher triggers", async () => {
    await using ears = await listeners("news");
    await pusher.trigger("news", "App\\Events\\Hello", { n: 1, text: "☃" });
    const heard = { channel: "news", event: "App\\Events\\Hello", data: { n: 1, text: "☃" } };
    expect(await ears.violet.heard.next()).toMatchObject(heard);
    expect(await ears.teal.heard.next()).toMatchObject(heard);
  });

  test("a text as it is, and everything else as JSON", async () => {
    await using ears = await listeners("texts");
    await pusher.triggerBatch([
      { channel: "texts", event: "a", data: "plain" },
      { channel: "texts", event: "b", data: '{"already":"JSON"}' },
      { channel: "texts", event: "c", data: null },
      { channel: "texts", event: "d", data: [1] },
    ]);
    const datas: unknown[] = [];
    for (let i = 0; i < 4; i += 1) datas.push((await ears.violet.heard.next()).data);
    expect(datas).toEqual(["plain", { already: "JSON" }, null, [1]]);
  });

  test("an event that the Centrifugo publisher publishes, once, and broadcasts", async () => {
    await using ears = await listeners("streams");
    const first = await centrifugo.publish("streams", { type: "hello", data: { n: 1 } });
    expect(first).toEqual({ offset: 1, epoch: expect.any(String) as string });
    const idempotencyKey = crypto.randomUUID();
    await centrifugo.publish("streams", { type: "again", data: 1 }, { idempotencyKey });
    await centrifugo.publish("streams", { type: "again", data: 1 }, { idempotencyKey });
    await centrifugo.broadcast(["streams", "elsewhere"], { type: "bye", data: {} });
    for (const ear of [ears.violet, ears.teal]) {
      const names: string[] = [];
      for (let i = 0; i < 3; i += 1) names.push((await ear.heard.next()).event);
      expect(names).toEqual(["hello", "again", "bye"]);
    }
  });

  test("nothing of an event that leaves their connection out", async () => {
    await using ears = await listeners("others");
    const { socketId } = ears.violet;
    await pusher.trigger(["others"], "first", 1, { socketId });
    await pusher.trigger(["others"], "second", 2);
    expect((await ears.violet.heard.next()).event).toBe("second");
    expect((await ears.teal.heard.next()).event).toBe("first");
  });
});

describe("the Pusher publisher", () => {
  test("reads counts, channels, and members", async () => {
    await using ears = await listeners("presence-room");
    expect(ears.violet.members("presence-room")).toHaveProperty("ann");
    const info = ["user_count", "subscription_count"] as const;
    const counts = { userCount: 1, subscriptionCount: 2 };
    expect(await pusher.trigger("presence-room", "hello", {}, { info })).toEqual({
      channels: { "presence-room": counts },
    });
    expect(await pusher.channels({ prefix: "presence-", info })).toEqual({ "presence-room": counts });
    expect(await pusher.channel("presence-room", info)).toEqual({ occupied: true, ...counts });
    expect(await pusher.channel("presence-empty")).toEqual({ occupied: false });
    expect(await pusher.users("presence-room")).toEqual(["ann"]);
    const batch = [
      { channel: "presence-room", event: "a", data: 1, info: ["user_count"] as const },
      { channel: "news", event: "a", data: 1 },
    ];
    expect(await pusher.triggerBatch(batch)).toEqual([{ userCount: 1 }, {}]);
  });

  test("reads what a cache channel keeps", async () => {
    expect(await pusher.channel("cache-a=b@c,d", ["cache"])).toEqual({ occupied: false, cache: null });
    await pusher.trigger("cache-a=b@c,d", "price", { n: 1 });
    const { cache } = await pusher.channel("cache-a=b@c,d", ["cache"]);
    expect(cache?.ttl).toBePositive();
    expect(cache?.data).toContain("1");
  });

  test.each(["ann b", "a/b", "u?#%", "a=b"])(
    "reaches the user %p, and ends its connections",
    async (user) => {
      await using violet = await PusherClient.connect(server.port, { user });
      expect(await violet.signIn()).toBe("done");
      await pusher.sendToUser(user, "hello", { n: 1 });
      expect((await violet.heard.next()).event).toBe("hello");
      await pusher.terminateConnections(user);
      expect(await violet.closed).toBe(4009);
    },
  );

  test("tells what the server does not want", async () => {
    const bad = { kind: "refused", status: 400 };
    expect(await faultOf(pusher.trigger("no spaces", "a", 1))).toMatchObject(bad);
    expect(await faultOf(pusher.channel("news", ["user_count"]))).toMatchObject(bad);
    expect(await faultOf(pusher.trigger("news", "a", "x".repeat(10_241)))).toMatchObject({
      kind: "too-large",
      status: 413,
    });
    const wrong = { url: server.url, appId, key, secret: "another" };
    expect(await faultOf(new PusherPublisher(wrong).trigger("news", "a", 1))).toMatchObject({
      kind: "unauthorized",
      status: 401,
    });
    const unknown = { url: server.url, appId: "7", key, secret };
    expect(await faultOf(new PusherPublisher(unknown).trigger("news", "a", 1))).toMatchObject({
      kind: "refused",
      status: 404,
    });
  });

  test("sends nothing that cannot be sent", async () => {
    for (const call of [
      () => pusher.trigger([], "a", 1),
      () => pusher.trigger("news", "a", undefined),
      () => pusher.trigger("private-encrypted-a", "a", 1),
      () => pusher.channel(""),
      () => pusher.channel(".."),
      () => pusher.channel("half \ud800"),
      () => pusher.terminateConnections("."),
      () => pusher.sendToUser("", "a", 1),
      () => centrifugo.publish("news", undefined),
    ])
      expect(await call().catch((cause: unknown) => cause)).toBeInstanceOf(TypeError);
  });

  test("reaches a server behind a proxy that takes a path off", async () => {
    await using proxy = prefixProxy("/pusher");
    const behind = new PusherPublisher({ url: `${proxy.url}/pusher/`, appId, key, secret });
    expect(await behind.trigger("news", "a", 1)).toEqual({ channels: {} });
  });
});

describe("the Centrifugo publisher", () => {
  test("reads presence and history, and removes it", async () => {
    await using ears = await listeners("presence-lounge", "bob");
    const { presence } = await centrifugo.presence("presence-lounge");
    expect(presence[ears.teal.clientId]).toEqual({ user: "bob", client: ears.teal.clientId });
    expect(await centrifugo.presenceStats("presence-lounge")).toEqual({ numClients: 2, numUsers: 1 });
    const { epoch = "" } = await centrifugo.publish("past", { n: 1 }, { tags: { a: "b" } });
    await centrifugo.publish("past", { n: 2 });
    const newest = await centrifugo.history("past", { limit: 1, reverse: true });
    expect(newest).toEqual({ publications: [{ data: { n: 2 }, offset: 2 }], offset: 2, epoch });
    const since = await centrifugo.history("past", { limit: -1, since: { offset: 0, epoch } });
    expect(since.publications[0]).toEqual({ data: { n: 1 }, offset: 1, tags: { a: "b" } });
    for (const version of [7, 6])
      expect(await centrifugo.publish("past", { n: version }, { version, versionEpoch: "x" })).toEqual({
        offset: 3,
        epoch,
      });
    await centrifugo.historyRemove("past");
    expect((await centrifugo.history("past", { limit: -1 })).publications).toEqual([]);
  });

  test("subscribes, unsubscribes and disconnects a user", async () => {
    await using teal = await CentrifugeClient.connect(server.port, { user: "eve" });
    await centrifugo.subscribe("given", "eve", { data: { welcome: true } });
    expect(await teal.serverSide.next()).toEqual({ channel: "given", subscribed: true });
    expect((await centrifugo.channels("giv*")).channels).toEqual({ given: { numClients: 1 } });
    await centrifugo.unsubscribe("given", "eve");
    expect(await teal.serverSide.next()).toEqual({ channel: "given", subscribed: false });
    await centrifugo.refresh("eve", { expireAt: 4_000_000_000, info: { name: "Eve" } });
    await teal.frames.first((frame) => frame.includes('"refresh":{"expires":true'));
    await centrifugo.disconnect("eve", { code: 4_501, reason: "enough" });
    expect(await teal.closed).toEqual({ code: 4_501, reason: "enough" });
    expect((await centrifugo.info()).nodes).toHaveLength(1);
  });

  test("does several things in one call, and tells what became of each", async () => {
    const [published, refused, stats] = await centrifugo.batch(
      [
        { method: "publish", channel: "news", data: { n: 1 } },
        { method: "publish", channel: "nowhere:a", data: { n: 1 } },
        { method: "presenceStats", channel: "news" },
      ],
      { parallel: true },
    );
    expect(published.ok && published.result.offset).toBeNumber();
    expect(refused).toEqual({ ok: false, code: 102, reason: "unknown channel" });
    expect(stats).toEqual({ ok: true, result: { numClients: 0, numUsers: 0 } });
  });

  test("tells which channel of a broadcast is refused, and of what kind a refusal is", async () => {
    expect(await faultOf(centrifugo.broadcast(["news", "nowhere:a"], 1))).toEqual({
      kind: "refused",
      status: 200,
      code: 102,
      reason: "nowhere:a: unknown channel",
    });
    expect(await faultOf(centrifugo.history("bare:a"))).toMatchObject({ kind: "refused", code: 108 });
    const wrong = new CentrifugoPublisher({ url: server.url, apiKey: "another" });
    expect(await faultOf(wrong.publish("news", 1))).toMatchObject({ kind: "unauthorized", status: 401 });
  });

  test("takes the address of the API as well as that of the server", async () => {
    const api = new CentrifugoPublisher({ url: `${server.url}/api/`, apiKey: keys.apiKey });
    expect(await api.publish("bare:news", 1)).toEqual({});
  });
});

/** As `location /pusher/ { proxy_pass http://server/; }`. */
function prefixProxy(prefix: string): { readonly url: string } & AsyncDisposable {
  const proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      if (!pathname.startsWith(`${prefix}/`)) return new Response("no such place", { status: 404 });
      const url = `${server.url}${pathname.slice(prefix.length)}${search}`;
      return fetch(url, { method: request.method, headers: request.headers, body: await request.text() });
    },
  });
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    async [Symbol.asyncDispose]() {
      await proxy.stop(true);
    },
  };
}
