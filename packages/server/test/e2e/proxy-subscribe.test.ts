import { describe, expect, test } from "bun:test";
import type { SubscribedContext, SubscriptionOptions } from "centrifuge";
import { CentrifugoApi, PusherClient } from "../clients.ts";
import { keys, startTestServer, type TestServer } from "../server.ts";
import { Application } from "./application.ts";
import { connected, type Seen } from "./official-client.ts";
import { connectCentrifugo, openCentrifugo } from "./raw-centrifugo.ts";
import { seconds, token } from "./tokens.ts";

const asked = { subscribe_proxy_enabled: true, presence: true, allow_presence_for_subscriber: true };

function serverFor(application: Application, options: object = {}): TestServer {
  return startTestServer({
    proxies: [{ name: "special", ...application.proxy("special") }],
    channel: {
      proxy: {
        subscribe: application.proxy("subscribe", options),
        sub_refresh: application.proxy("sub_refresh", options),
      },
      without_namespace: { ...asked },
      namespaces: [
        { name: "asked", ...asked, history_size: 10, history_ttl: "60s" },
        { name: "special", ...asked, subscribe_proxy_name: "special" },
        { name: "limited", ...asked, allow_user_limited_channels: true, allow_subscribe_for_client: true },
        { name: "renewed", ...asked, sub_refresh_proxy_enabled: true },
        { name: "open", allow_subscribe_for_client: true },
      ],
    },
  });
}

function client(
  server: TestServer,
  claims: Readonly<Record<string, unknown>> = { sub: "ann" },
): Promise<Seen> {
  return connected(server.url, { token: token(claims) });
}

/** What the server said of the subscription, or the code of its refusal. */
async function subscribe(
  { centrifuge }: Seen,
  channel: string,
  options: Partial<SubscriptionOptions> = {},
): Promise<SubscribedContext | number> {
  const subscription = centrifuge.newSubscription(channel, options);
  return new Promise((resolve) => {
    subscription.on("subscribed", resolve);
    subscription.on("unsubscribed", ({ code }) => {
      resolve(code);
    });
    subscription.on("error", ({ error }) => {
      resolve(error.code);
      subscription.unsubscribe();
    });
    subscription.subscribe();
  });
}

describe("field of the result → what the client or the API shows", () => {
  const clientIn = async (seen: Seen, channel: string): Promise<unknown> =>
    (await seen.centrifuge.presence(channel)).clients[seen.context.client];
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

  test.each<[string, object, (context: SubscribedContext, seen: Seen) => unknown, unknown]>([
    ["an empty result", {}, ({ data }) => data as unknown, undefined],
    ["data", { data: { a: [1] } }, ({ data }) => data as unknown, { a: [1] }],
    ["b64data", { data: 1, b64data: base64("two") }, ({ data }) => data as unknown, "two"],
    [
      "info",
      { info: { seat: 1 } },
      (_, seen) => clientIn(seen, "asked:a"),
      expect.objectContaining({ chanInfo: { seat: 1 } }),
    ],
    [
      "b64info",
      { b64info: base64({ seat: 2 }) },
      (_, seen) => clientIn(seen, "asked:a"),
      expect.objectContaining({ chanInfo: { seat: 2 } }),
    ],
    [
      "override: presence",
      { override: { presence: { value: false } } },
      (_, seen) => clientIn(seen, "asked:a"),
      undefined,
    ],
    [
      "override: force_recovery",
      { override: { force_recovery: { value: true } } },
      ({ recoverable, positioned }) => ({ recoverable, positioned }),
      { recoverable: true, positioned: true },
    ],
    [
      "override: force_positioning",
      { override: { force_positioning: { value: true } } },
      ({ recoverable, positioned }) => ({ recoverable, positioned }),
      { recoverable: false, positioned: true },
    ],
  ])("%s", async (_, result, look, expected) => {
    await using application = new Application({ subscribe: { result } });
    await using server = serverFor(application);
    const seen = await client(server);
    const context = await subscribe(seen, "asked:a");
    if (typeof context === "number") throw new Error(`refused with ${context}`);
    expect(await look(context, seen)).toEqual(expected);
    seen.centrifuge.disconnect();
  });

  test("expire_at: the client refreshes, and without a proxy for it the subscription ends", async () => {
    await using application = new Application({ subscribe: () => ({ result: { expire_at: seconds(60) } }) });
    await using server = serverFor(application);
    const socket = await connectCentrifugo(server.url);
    socket.send('{"id":2,"subscribe":{"channel":"asked:a"}}');
    expect(await socket.having('"subscribe"')).toMatch(/"expires":true,"ttl":(59|60)/);
    socket.close();
  });
});

test.each<[string, object, number]>([
  ["error", { error: { code: 1001, message: "no" } }, 1001],
  ["expired", { result: { expire_at: 1 } }, 110],
  ["garbage", { result: 1 }, 100],
  ["an override that is none", { result: { override: { presence: true } } }, 100],
])("refused by %s", async (_, answer, code) => {
  await using application = new Application({ subscribe: answer });
  await using server = serverFor(application);
  const seen = await client(server);
  expect(await subscribe(seen, "asked:a")).toBe(code);
  seen.centrifuge.disconnect();
});

test("disconnected in the application's words", async () => {
  await using application = new Application({ subscribe: { disconnect: { code: 4999, reason: "banned" } } });
  await using server = serverFor(application);
  const socket = await connectCentrifugo(server.url);
  socket.send('{"id":2,"subscribe":{"channel":"asked:a"}}');
  expect(await socket.closed).toMatchObject({ code: 4999, reason: "banned" });
});

test("the application is told who asks, what for, and with which data", async () => {
  await using application = new Application({ subscribe: { result: {} } });
  await using server = serverFor(application, { include_connection_meta: true });
  const seen = await client(server, { sub: "ann", meta: { plan: "gold" } });
  await subscribe(seen, "asked:a", { data: { why: 1 } });
  expect((await application.call("subscribe")).body).toEqual({
    client: seen.context.client,
    transport: "websocket",
    protocol: "json",
    encoding: "json",
    data: { why: 1 },
    user: "ann",
    channel: "asked:a",
    meta: { plan: "gold" },
  });
  seen.centrifuge.disconnect();
});

test("binary_encoding sends the data in base64", async () => {
  await using application = new Application({ subscribe: { result: {} } });
  await using server = serverFor(application, { binary_encoding: true });
  const seen = await client(server);
  await subscribe(seen, "asked:a", { data: { é: 1 } });
  const { body } = await application.call("subscribe");
  expect(body).toMatchObject({ encoding: "binary" });
  expect(Buffer.from(String(body["b64data"]), "base64").toString()).toBe('{"é":1}');
  expect(body).not.toHaveProperty("data");
  seen.centrifuge.disconnect();
});

describe("B3: who opens a channel", () => {
  const rows: readonly (readonly [string, Partial<SubscriptionOptions>, "done" | number, string])[] = [
    ["private-x", {}, "done", "subscribe"],
    ["presence-x", {}, "done", "subscribe"],
    ["private-encrypted-x", {}, "done", "subscribe"],
    ["asked:x", {}, "done", "subscribe"],
    ["special:x", {}, "done", "special"],
    ["limited:x#ann", {}, "done", "nobody"],
    ["limited:x#bob", {}, 103, "nobody"],
    ["open:x", {}, "done", "nobody"],
    ["$asked:x", {}, 103, "nobody"],
    ["#server-to-user-ann", {}, 103, "nobody"],
    ["nowhere:x", {}, 102, "nobody"],
    ["asked:x", { token: token({ sub: "ann", channel: "asked:x" }) }, "done", "nobody"],
    ["private-x", { token: token({ sub: "ann", channel: "private-x" }, { secret: "wrong" }) }, 103, "nobody"],
  ];
  test.each(rows)("%s %j: %p, asked: %s", async (channel, options, verdict, proxy) => {
    await using application = new Application({ subscribe: { result: {} }, special: { result: {} } });
    await using server = serverFor(application);
    const seen = await client(server);
    const context = await subscribe(seen, channel, options);
    expect(typeof context === "number" ? context : "done").toBe(verdict);
    expect(application.calls.all.map((call) => call.proxy)).toEqual(proxy === "nobody" ? [] : [proxy]);
    seen.centrifuge.disconnect();
  });

  test("a Pusher client asks its own back end: the proxy opens nothing to it, and closes nothing", async () => {
    await using application = new Application({ subscribe: { error: { code: 400, message: "no" } } });
    await using server = serverFor(application);
    await using pusher = await PusherClient.connect(server.port, { user: "ann" });
    expect(await pusher.join("private-x")).toBe("done");
    expect(await pusher.join("private-y", { vouched: false })).not.toBe("done");
    expect(application.calls.all).toEqual([]);
  });

  test("channels that the client names in connect are not asked about, and not opened", async () => {
    await using application = new Application({ subscribe: { result: {} } });
    await using server = serverFor(application);
    using raw = await openCentrifugo(server.url);
    const subs = { "asked:x": {}, "open:x": {} };
    raw.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "ann" }), subs } }));
    const reply = await raw.having('"connect"');
    expect(reply).toContain("open:x");
    expect(reply).not.toContain("asked:x");
    expect(application.calls.all).toEqual([]);
  });
});

describe("the sub_refresh proxy", () => {
  test("is asked when a subscription runs out, and puts the end off; expired ends it", async () => {
    let count = 0;
    await using application = new Application({
      subscribe: () => ({ result: { expire_at: seconds(2) } }),
      sub_refresh: () => {
        count += 1;
        return { result: count === 1 ? { expire_at: seconds(2), info: { v: 2 } } : { expired: true } };
      },
    });
    await using server = serverFor(application);
    const socket = await connectCentrifugo(server.url);
    socket.send('{"id":2,"subscribe":{"channel":"renewed:a"}}');
    expect(await socket.having('"subscribe"')).not.toContain("expires");
    expect((await application.call("sub_refresh")).body).toMatchObject({ user: "ann", channel: "renewed:a" });
    await socket.having('"unsubscribe":{"code":2501');
    expect(count).toBe(2);
    socket.close();
  });

  test("the client may not refresh by itself", async () => {
    await using application = new Application({ subscribe: { result: {} } });
    await using server = serverFor(application);
    const socket = await connectCentrifugo(server.url);
    socket.send(
      '{"id":2,"subscribe":{"channel":"renewed:a"}}\n{"id":3,"sub_refresh":{"channel":"renewed:a","token":"x"}}',
    );
    expect(await socket.closed).toMatchObject({ code: 3501 });
  });

  test("disconnects; an error keeps the subscription", async () => {
    await using application = new Application({
      subscribe: () => ({ result: { expire_at: seconds(2) } }),
      sub_refresh: ({ body }) =>
        body["channel"] === "renewed:bad"
          ? { disconnect: { code: 4800, reason: "over" } }
          : { error: { code: 400, message: "who knows" } },
    });
    await using server = serverFor(application);
    const kept = await connectCentrifugo(server.url, "bob");
    kept.send('{"id":2,"subscribe":{"channel":"renewed:good"}}');
    const socket = await connectCentrifugo(server.url);
    socket.send('{"id":2,"subscribe":{"channel":"renewed:bad"}}');
    expect(await socket.closed).toMatchObject({ code: 4800, reason: "over" });
    await application.calls.first(
      ({ body, proxy }) => proxy === "sub_refresh" && body["channel"] === "renewed:good",
    );
    await new CentrifugoApi(server.port, keys.apiKey).call("publish", { channel: "renewed:good", data: 1 });
    await kept.having('"pub":{"data":1');
    kept.close();
  });
});
