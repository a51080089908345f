// Every code that has to do with tokens and connections, as a client sees it (protocol notes, 3).
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Centrifuge } from "centrifuge";
import { CentrifugoApi } from "../clients.ts";
import { baseConfig, keys, startTestServer, type TestServer } from "../server.ts";
import { centrifugoUrl, openCentrifugo } from "./raw-centrifugo.ts";
import { RawSocket } from "./raw-socket.ts";
import { seconds, token } from "./tokens.ts";

setDefaultTimeout(20_000);

function start(client: Record<string, unknown> = {}, channel: Record<string, unknown> = {}): TestServer {
  const base = baseConfig()["client"] as object;
  return startTestServer({
    client: { ...base, ...client },
    channel: {
      without_namespace: { allow_subscribe_for_client: true, presence: true },
      namespaces: [{ name: "bare" }],
      ...channel,
    },
  });
}

async function connect(server: TestServer, claims: Record<string, unknown> | undefined): Promise<RawSocket> {
  const socket = await openCentrifugo(server.url);
  const connection = claims === undefined ? {} : { token: token(claims) };
  socket.send(JSON.stringify({ id: 1, connect: connection }));
  return socket;
}

async function entered(server: TestServer, claims: Record<string, unknown>): Promise<RawSocket> {
  const socket = await connect(server, claims);
  await socket.having('"connect"');
  return socket;
}

/** The answer to a command of its own, or how the connection ended. */
async function ask(socket: RawSocket, id: number, body: object): Promise<unknown> {
  socket.send(JSON.stringify({ id, ...body }));
  const answer = socket.having(`"id":${id}`).then((text) => JSON.parse(text) as unknown);
  return Promise.race([answer, socket.closed]);
}

const ann = { sub: "ann" };

describe("connect", () => {
  test.each<[string, Record<string, unknown> | undefined, Record<string, unknown>, object]>([
    ["a channel of no namespace", { ...ann, channels: ["nowhere:a"] }, {}, { error: { code: 102 } }],
    ["a channel with a bad name", { ...ann, subs: { ü: {} } }, {}, { error: { code: 107 } }],
    ["a token that has run out", { ...ann, exp: 1 }, {}, { error: { code: 109 } }],
    ["a token that is not good yet", { ...ann, nbf: seconds(600) }, {}, { error: { code: 109 } }],
    ["a connection that has run out", { ...ann, expire_at: 1 }, {}, { error: { code: 110 } }],
    ["a user that is a number", { sub: 7 }, {}, { code: 3500, reason: "invalid token" }],
    ["no token", undefined, {}, { code: 3501, reason: "bad request" }],
    [
      "a user's second connection",
      ann,
      { user_connection_limit: 1 },
      { code: 3504, reason: "connection limit" },
    ],
    [
      "too many channels",
      { ...ann, channels: ["a", "b"] },
      { channel_limit: 1 },
      { code: 3505, reason: "channel limit" },
    ],
    [
      "nobody",
      {},
      { disallow_anonymous_connection_tokens: true },
      { code: 3507, reason: "permission denied" },
    ],
  ])("%s", async (_, claims, client, expected) => {
    await using server = start(client);
    using first = await entered(server, { ...ann });
    using socket = await connect(server, claims);
    expect(await Promise.race([socket.next(), socket.closed])).toMatchObject(expected);
    expect(first.frames.all).toHaveLength(1);
  });

  test("who does not connect in time is stale: 3502", async () => {
    await using server = start({ stale_close_delay: "1s" });
    using socket = await openCentrifugo(server.url);
    expect(await socket.closed).toMatchObject({ code: 3502, reason: "stale" });
  });

  test("who does not answer a ping in time: 3012", async () => {
    await using server = start({ ping_interval: "1s", pong_timeout: "500ms" });
    using socket = await entered(server, ann);
    expect(await socket.closed).toMatchObject({ code: 3012, reason: "no pong" });
    expect(socket.frames.all).toContain("{}");
  });
});

describe("subscribe and sub_refresh", () => {
  const channel = "bare:a";
  const foreign = { sub: "ann", channel: "bare:b" };

  test.each<[string, object, object]>([
    ["no token where one is needed", {}, { error: { code: 103 } }],
    [
      "a token by another key",
      { token: token({ ...ann, channel }, { secret: "x" }) },
      { error: { code: 103 } },
    ],
    ["a token that has run out", { token: token({ ...ann, channel, exp: 1 }) }, { error: { code: 109 } }],
    [
      "a subscription that has run out",
      { token: token({ ...ann, channel, expire_at: 1 }) },
      { error: { code: 110 } },
    ],
    ["a token without a channel", { token: token(ann) }, { error: { code: 103 } }],
    ["a token for another channel", { token: token(foreign) }, { code: 3500 }],
    ["a token for another user", { token: token({ sub: "bob", channel }) }, { code: 3500 }],
    ["a token for another connection", { token: token({ ...ann, channel, client: "x" }) }, { code: 3500 }],
  ])("subscribe with %s", async (_, more, expected) => {
    await using server = start();
    using socket = await entered(server, ann);
    expect(await ask(socket, 2, { subscribe: { channel, ...more } })).toMatchObject(expected);
  });

  test("twice, and above client.channel_limit", async () => {
    await using server = start({ channel_limit: 1 });
    using socket = await entered(server, ann);
    expect(await ask(socket, 2, { subscribe: { channel: "a" } })).toMatchObject({ subscribe: {} });
    expect(await ask(socket, 3, { subscribe: { channel: "a" } })).toMatchObject({ error: { code: 105 } });
    expect(await ask(socket, 4, { subscribe: { channel: "b" } })).toMatchObject({ error: { code: 106 } });
  });

  test.each<[string, object, object]>([
    [
      "a good token",
      { token: token({ ...ann, channel, exp: seconds(60) }) },
      { sub_refresh: { expires: true } },
    ],
    ["no token", {}, { error: { code: 107 } }],
    ["a token that has run out", { token: token({ ...ann, channel, exp: 1 }) }, { error: { code: 109 } }],
    ["an end that is past", { token: token({ ...ann, channel, expire_at: 1 }) }, { error: { code: 110 } }],
    ["a token that is none", { token: "x" }, { code: 3500 }],
    ["a token for another channel", { token: token(foreign) }, { code: 3500 }],
    ["another channel", { channel: "bare:c", token: token(foreign) }, { error: { code: 103 } }],
  ])("sub_refresh with %s", async (_, more, expected) => {
    await using server = start();
    using socket = await entered(server, ann);
    await ask(socket, 2, { subscribe: { channel, token: token({ ...ann, channel, exp: seconds(60) }) } });
    expect(await ask(socket, 3, { sub_refresh: { channel, ...more } })).toMatchObject(expected);
  });
});

describe("refresh", () => {
  test.each<[string, string, object]>([
    ["a good token", token({ ...ann, channels: ["a"], exp: seconds(60) }), { refresh: { expires: true } }],
    ["a token without an end", token({ ...ann, channels: ["a"] }), { refresh: {} }],
    ["no token", "", { code: 3501 }],
    ["a token that has run out", token({ ...ann, exp: 1 }), { code: 3005, reason: "connection expired" }],
    ["a token by another key", token(ann, { secret: "x" }), { code: 3500 }],
    ["another user's token", token({ sub: "bob", channels: ["a"] }), { code: 3500 }],
    ["other channels", token({ ...ann, channels: ["b"] }), { code: 3010, reason: "insufficient state" }],
    ["an end that is past", token({ ...ann, channels: ["a"], expire_at: 1 }), { error: { code: 110 } }],
  ])("%s", async (_, value, expected) => {
    await using server = start();
    using socket = await entered(server, { ...ann, channels: ["a"], exp: seconds(60) });
    expect(await ask(socket, 2, { refresh: { token: value } })).toMatchObject(expected);
  });
});

describe("what runs out", () => {
  test("a connection that is not refreshed: 3005; one that is, by the official client, stays", async () => {
    await using server = start({ expired_close_delay: "0s" });
    const refreshed = Promise.withResolvers<undefined>();
    const keen = new Centrifuge(centrifugoUrl(server.url), {
      token: token({ sub: "bob", exp: seconds(2) }),
      getToken: () => {
        refreshed.resolve(undefined);
        return Promise.resolve(token({ sub: "bob", exp: seconds(600) }));
      },
    });
    keen.connect();
    using socket = await entered(server, { ...ann, exp: seconds(2) });
    expect(await socket.closed).toMatchObject({ code: 3005 });
    await refreshed.promise;
    await keen.ready();
    keen.disconnect();
  });

  test("a subscription that is not refreshed: 2501, and the connection stays", async () => {
    await using server = start({ expired_sub_close_delay: "0s" });
    using socket = await entered(server, ann);
    const channel = "bare:a";
    await ask(socket, 2, { subscribe: { channel, token: token({ ...ann, channel, exp: seconds(2) }) } });
    const push = await socket.having('"unsubscribe"');
    expect(JSON.parse(push)).toEqual({
      push: { channel, unsubscribe: { code: 2501, reason: "subscription expired" } },
    });
    expect(await ask(socket, 3, { presence_stats: { channel: "a" } })).toMatchObject({ id: 3 });
  });

  test("a subscription of the server: 3006", async () => {
    await using server = start({ expired_sub_close_delay: "0s" });
    using socket = await entered(server, ann);
    const api = new CentrifugoApi(server.port, keys.apiKey);
    await api.call("subscribe", { user: "ann", channel: "bare:a", expire_at: seconds(2) });
    expect(await socket.closed).toMatchObject({ code: 3006, reason: "subscription expired" });
  });
});

describe("a user's personal channel", () => {
  const personal = { enabled: true, single_connection: true };

  test("a new connection ends the user's others for good: 3504; others and strangers stay", async () => {
    await using server = start({ subscribe_to_user_personal_channel: personal });
    using bob = await entered(server, { sub: "bob" });
    using first = await entered(server, ann);
    expect(JSON.parse(first.frames.all[0] ?? "")).toMatchObject({ connect: { subs: { "#ann": {} } } });
    using second = await entered(server, ann);
    expect(await first.closed).toMatchObject({ code: 3504, reason: "connection limit" });
    using third = await entered(server, ann);
    expect(await second.closed).toMatchObject({ code: 3504 });
    for (const socket of [bob, third])
      expect(await ask(socket, 2, { presence_stats: { channel: "x" } })).toMatchObject({ id: 2 });
  });
});

describe("a user that a proxy names", () => {
  const header = { user_id_http_header: "X-User" };
  const open = (server: TestServer, user?: string): Promise<RawSocket> =>
    RawSocket.open(centrifugoUrl(server.url), user === undefined ? {} : { headers: { "x-user": user } });

  test("comes in without a token, and without a personal channel", async () => {
    await using server = start({ ...header, subscribe_to_user_personal_channel: { enabled: true } });
    using ann = await open(server, "ann");
    ann.send(JSON.stringify({ id: 1, connect: { subs: { a: {} } } }));
    const reply = (await ann.next()) as { connect: { client: string; subs?: object } };
    expect(reply.connect.subs).toBeUndefined();
    expect(await ask(ann, 2, { subscribe: { channel: "a" } })).toMatchObject({ subscribe: {} });
    const api = new CentrifugoApi(server.port, keys.apiKey);
    expect(JSON.stringify(await api.call("presence", { channel: "a" }))).toContain('"user":"ann"');
  });

  test("is who the token says, where there is one; and nobody without the header, or without the option", async () => {
    await using server = start({ ...header, subscribe_to_user_personal_channel: { enabled: true } });
    using bob = await open(server, "ann");
    bob.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "bob" }) } }));
    expect(await bob.next()).toMatchObject({ connect: { subs: { "#bob": {} } } });
    await using without = start();
    for (const socket of [await open(server), await open(server, ""), await open(without, "ann")]) {
      socket.send(JSON.stringify({ id: 1, connect: {} }));
      expect(await socket.closed).toMatchObject({ code: 3501 });
    }
  });
});

test("connections above client.connection_rate_limit are answered 503", async () => {
  await using server = start({ connection_rate_limit: 3 });
  const answers = await Promise.allSettled(Array.from({ length: 12 }, () => openCentrifugo(server.url)));
  const opened = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  expect(opened.length).toBeGreaterThanOrEqual(3);
  expect(opened.length).toBeLessThan(12);
  for (const socket of opened) socket.close();
});
