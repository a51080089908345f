import { describe, expect, test } from "bun:test";
import { everybody, kept, signToken, TestServer, type TestServerOptions } from "./test-server.test.ts";

const subscriber = { client: false, subscriber: true, anonymous: false };
const options: TestServerOptions = {
  namespaces: {
    open: { subscribe: everybody, publish: everybody },
    shut: { subscribe: everybody },
    inner: {
      subscribe: everybody,
      publish: subscriber,
      historyAccess: subscriber,
      presenceAccess: subscriber,
      history: kept,
      presence: true,
    },
    objects: { publish: everybody, subscribe: everybody, dataFormat: "json_object" },
    bytes: { publish: everybody, subscribe: everybody, dataFormat: "binary" },
    kept: {
      subscribe: everybody,
      publish: everybody,
      history: kept,
      historyAccess: everybody,
      presence: true,
      presenceAccess: everybody,
    },
  },
};

describe("publish", () => {
  test("is heard as it was written, with who said it", () => {
    const server = new TestServer(options);
    const client = server.connected("42", { info: { n: "A" } });
    client.send({ id: 2, subscribe: { channel: "open:a" } });
    client.take();
    client.send('{"id":3,"publish":{"channel":"open:a","data":{"n": 1.0}}}');
    expect(client.takeText().toSorted()).toEqual([
      '{"id":3,"publish":{}}',
      `{"push":{"channel":"open:a","pub":{"data":{"n": 1.0},"info":{"user":"42","client":"${client.id}","conn_info":{"n":"A"}}}}}`,
    ]);
  });

  test.each([
    ["without a channel", { data: 1 }, 3501],
    ["in an unknown namespace", { channel: "nowhere:a", data: 1 }, 102],
    ["where clients may not", { channel: "shut:a", data: 1 }, 103],
    ["where clients may not, with nothing", { channel: "shut:a" }, 103],
    ["to a closed channel one does not subscribe to", { channel: "private-a", data: 1 }, 103],
    ["where only subscribers may", { channel: "inner:a", data: 1 }, 103],
    ["nothing", { channel: "open:a" }, 107],
    ["no object where one is wanted", { channel: "objects:a", data: [] }, 107],
    ["to a map", { channel: "open:a", data: 1, type: 1 }, 108],
    ["an object where one is wanted", { channel: "objects:a", data: {} }, 0],
    ["nothing where anything goes", { channel: "bytes:a" }, 0],
    ["null", { channel: "open:a", data: null }, 0],
  ])("%s", (_, publish, code) => {
    const client = new TestServer(options).connected("42");
    client.send({ id: 2, publish });
    const replies = client.take();
    if (code >= 3000) expect(client.closeCode).toBe(code);
    else if (code === 0) expect(replies).toEqual([{ id: 2, publish: {} }]);
    else expect(replies).toMatchObject([{ id: 2, error: { code } }]);
  });

  test("the limits of bridged channels bind", () => {
    const server = new TestServer({ ...options, app: { eventBytes: 10, clientEventsPerSecond: 1 } });
    const client = server.connected("42");
    const publish = (data: unknown) => ({ id: 2, publish: { channel: "open:a", data } });
    client.send(publish("x".repeat(9)), publish(1), publish(2));
    expect(client.take()).toMatchObject([
      { error: { code: 107 } },
      { publish: {} },
      { error: { code: 111, temporary: true } },
    ]);
  });
});

describe("history", () => {
  function ask(server: TestServer, history: object): string {
    const client = server.connected("42");
    client.send({ id: 9, history });
    return client
      .takeText()
      .join()
      .replaceAll(/"epoch":"[^"]+"/g, '"epoch":"E"');
  }

  test("has all its fields, always", () => {
    const server = new TestServer(options);
    expect(ask(server, { channel: "kept:a" })).toBe(
      '{"id":9,"history":{"publications":[],"epoch":"E","offset":0}}',
    );
    for (const n of [1, 2, 3]) server.publish("kept:a", String(n), { k: "v" });
    expect(ask(server, { channel: "kept:a", limit: 1 })).toBe(
      '{"id":9,"history":{"publications":[{"data":1,"offset":1,"tags":{"k":"v"},"epoch":"E"}],"epoch":"E","offset":3}}',
    );
    expect(ask(server, { channel: "kept:a", limit: -1, since: { offset: 2 } })).toBe(
      '{"id":9,"history":{"publications":[{"data":3,"offset":3,"tags":{"k":"v"}}],"epoch":"E","offset":3}}',
    );
    expect(ask(server, { channel: "kept:a", limit: 1, reverse: true })).toContain('"data":3');
  });

  test.each([
    ["in an unknown namespace", { channel: "nowhere:a" }, 102],
    ["where only subscribers may", { channel: "inner:a" }, 103],
    ["where none is kept", { channel: "open:a" }, 108],
    ["before the beginning", { channel: "kept:a", limit: 1, reverse: true, since: { offset: 0 } }, 107],
    ["of another life", { channel: "kept:a", limit: 1, since: { offset: 1, epoch: "another" } }, 112],
  ])("%s", (_, history, code) => {
    expect(ask(new TestServer(options), history)).toContain(`"error":{"code":${code},`);
  });

  test("closes a JSON client where it is bytes", () => {
    const server = new TestServer(options);
    server.publish("kept:a", { kind: "bytes", bytes: Uint8Array.of(0xff) });
    const client = server.connected("42");
    client.send({ id: 2, history: { channel: "kept:a", limit: -1 } });
    expect(client.closeCode).toBe(3506);
  });
});

describe("presence", () => {
  test("lists every client, counts users, and is for those who may", () => {
    const server = new TestServer(options);
    const [a, b, nobody] = [server.connected("42"), server.connected("42"), server.connected()];
    for (const client of [a, b, nobody]) client.send({ id: 2, subscribe: { channel: "kept:a" } });
    a.take();
    a.send({ id: 3, presence: { channel: "kept:a" } }, { id: 4, presence_stats: { channel: "kept:a" } });
    expect(a.take()).toEqual([
      {
        id: 3,
        presence: {
          presence: {
            [a.id]: { user: "42", client: a.id },
            [b.id]: { user: "42", client: b.id },
            [nobody.id]: { user: "", client: nobody.id },
          },
        },
      },
      { id: 4, presence_stats: { num_clients: 3, num_users: 1 } },
    ]);
    a.send({ id: 5, presence: { channel: "open:a" } }, { id: 6, presence_stats: { channel: "inner:a" } });
    expect(a.take()).toMatchObject([{ error: { code: 108 } }, { error: { code: 103 } }]);
  });
});

describe("other commands", () => {
  test("rpc has nobody to answer it, send ends the connection", () => {
    const client = new TestServer(options).connected("42");
    client.send({ id: 2, rpc: { method: "x", data: {} } });
    expect(client.take()).toEqual([{ id: 2, error: { code: 108, message: "not available" } }]);
    client.send({ send: { data: 1 } });
    expect(client.closeCode).toBe(3508);
  });

  test.each([
    "{",
    "",
    '{"id":2}',
    '{"id":2,"ping":{}}',
    "{}",
    '{"id":2,"presence":{}}',
    '{"id":2,"history":{"channel":""}}',
  ])("%s ends a connection with 3501, after the replies to what came before", (bad) => {
    const server = new TestServer(options);
    const client = server.connected("42");
    client.send({ id: 2, subscribe: { channel: "open:a" } }, { id: 3, rpc: {} }, bad === "" ? "\n" : bad);
    expect(client.take()).toMatchObject([{ id: 2 }, { id: 3 }]);
    expect(client.outlet.closedWith).toEqual({ code: 3501, reason: "bad request" });
    expect(server.app.size).toBe(0);
    expect(server.connections.ended).toEqual(["bad-request"]);
  });

  test("replies to one frame come in one frame, and bytes are read like text", () => {
    const client = new TestServer(options).connected("42");
    const frame = [2, 3, 4].map((id) => JSON.stringify({ id, rpc: {} })).join("\n");
    void client.connection.receive(Buffer.from(frame));
    expect(client.takeFrames().map((text) => text.split("\n").length)).toEqual([3]);
  });

  test("subscribes of one frame are answered in one, and what is published comes behind it", () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    client.send(...[2, 3, 4].map((id) => ({ id, subscribe: { channel: `open:${id}` } })));
    server.publish("open:2", "1");
    expect(client.takeFrames().map((text) => text.split("\n").length)).toEqual([3, 1]);
  });

  test("an exception in one command is answered with 100, counted, and the connection stays", () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    server.broker.presence = () => {
      throw new Error("broken");
    };
    server.broker.headcount = () => {
      throw new Error("broken too");
    };
    client.send(
      { id: 2, presence: { channel: "kept:a" } },
      { id: 3, presence_stats: { channel: "kept:a" } },
      { id: 4, rpc: {} },
    );
    const internal = { code: 100, message: "internal server error", temporary: true };
    expect(client.take()).toMatchObject([{ id: 2, error: internal }, { id: 3, error: internal }, { id: 4 }]);
    expect(server.defects).toEqual([
      "centrifugo presence: Error: broken",
      "centrifugo presence-stats: Error: broken too",
    ]);
    expect(client.closeCode).toBeUndefined();
  });

  test("a command that waits for the broker holds up those behind it, and no reply before it", async () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    const { promise, resolve } = Promise.withResolvers<[]>();
    server.broker.presence = () => promise as never;
    const done = client.connection.receive(
      '{"id":2,"rpc":{}}\n{"id":3,"presence":{"channel":"kept:a"}}\n{"id":4,"rpc":{}}',
    );
    expect(client.take()).toMatchObject([{ id: 2 }]);
    resolve([]);
    await done;
    expect(client.take()).toMatchObject([{ id: 3, presence: { presence: {} } }, { id: 4 }]);
  });

  test("a command that waits for the broker while the client goes is answered to nobody", async () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    const { promise, reject } = Promise.withResolvers<[]>();
    server.broker.presence = () => promise as never;
    const done = client.connection.receive('{"id":3,"presence":{"channel":"kept:a"}}\n{"id":4,"send":{}}');
    client.connection.gone("client", 1000);
    reject(new Error("away"));
    await done;
    expect(client.take()).toEqual([]);
    expect(server.connections.ended).toEqual(["client"]);
  });

  test("a client is told what the application does with it", async () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    client.send({ id: 2, subscribe: { channel: "open:a" } });
    client.take();
    const whom = { user: "42" as never, client: undefined, whitelist: [] };
    void server.broker.control({ kind: "unsubscribe", app: server.app.id, whom, channel: "open:a" });
    const grant = {
      channel: "kept:a",
      chanInfo: undefined,
      data: '{"n":\n1}',
      expireAt: 0,
      override: { forceRecovery: true },
      since: undefined,
    };
    void server.broker.control({ kind: "subscribe", app: server.app.id, whom, grant });
    await server.clock.nextTurn();
    expect(client.takeText().map((text) => text.replace(/"epoch":"[^"]+"/, '"epoch":"E"'))).toEqual([
      '{"push":{"channel":"open:a","unsubscribe":{"code":2000,"reason":"server unsubscribe"}}}',
      '{"push":{"channel":"kept:a","subscribe":{"recoverable":true,"epoch":"E","positioned":true,"data":{"n":1}}}}',
    ]);
    const order = { code: 4242, reason: "moved", comeBack: true };
    void server.broker.control({ kind: "disconnect", app: server.app.id, whom, order });
    await server.clock.nextTurn();
    expect(client.outlet.closedWith).toEqual({ code: 4242, reason: "moved" });
    expect(server.hub.channels.size).toBe(0);
  });
});

describe("refresh", () => {
  const sub = "42";
  function refreshed(claims: object | string, by?: string) {
    const server = new TestServer(options);
    const client = server.connected(sub, { exp: server.seconds + 60, channels: ["open:a"] });
    const token =
      typeof claims === "string" ? claims : signToken({ sub, channels: ["open:a"], ...claims }, by);
    client.send({ id: 2, refresh: { token } });
    return { server, client, replies: client.take() };
  }

  test.each<[string, object | string, number | object]>([
    ["a new token", { exp: 1_700_000_300 }, { expires: true, ttl: 300 }],
    ["a token for ever", {}, {}],
    ["no token", "", 3501],
    ["a token that has expired", { exp: 1 }, 3005],
    ["a token that is none", "x", 3500],
    ["another user's token", { sub: "7" }, 3500],
    ["a subscription token", { channel: "a" }, 3500],
    ["a token with other channels", { channels: ["open:b"] }, 3010],
    ["a token with more channels", { channels: ["open:a", "open:b"] }, 3010],
    ["a token without channels", { channels: [] }, 3010],
  ])("%s", (_, claims, verdict) => {
    const { client, replies } = refreshed(claims);
    if (typeof verdict === "number") expect(client.closeCode).toBe(verdict);
    else expect(replies).toEqual([{ id: 2, refresh: verdict }]);
  });

  test("a token whose connection is over is refused with 110", () => {
    expect(refreshed({ expire_at: 1 }).replies).toMatchObject([{ error: { code: 110 } }]);
  });
});

describe("sub_refresh", () => {
  const claims = { sub: "42", channel: "open:a" };
  test.each<[string, object, number | object]>([
    ["a new token", { token: signToken({ ...claims, exp: 1_700_000_300 }) }, { expires: true, ttl: 300 }],
    ["a token for ever", { token: signToken(claims) }, {}],
    ["a channel one does not subscribe to", { channel: "open:b", token: signToken(claims) }, 103],
    ["no token", {}, 107],
    ["keys of a shared poll", { type: 1 }, 108],
    ["a token that has expired", { token: signToken({ ...claims, exp: 1 }) }, 109],
    ["a token whose subscription is over", { token: signToken({ ...claims, expire_at: 1 }) }, 110],
    ["a token by a foreign key", { token: signToken(claims, "k") }, 3500],
    ["a token for another channel", { token: signToken({ ...claims, channel: "open:b" }) }, 3500],
    ["another user's token", { token: signToken({ ...claims, sub: "7" }) }, 3500],
    ["no channel", { channel: "" }, 3501],
  ])("%s", (_, request, verdict) => {
    const client = new TestServer(options).connected("42");
    client.send({ id: 2, subscribe: { channel: "open:a" } });
    client.take();
    client.send({ id: 3, sub_refresh: { channel: "open:a", ...request } });
    const replies = client.take();
    if (typeof verdict !== "number") expect(replies).toEqual([{ id: 3, sub_refresh: verdict }]);
    else if (verdict >= 3000) expect(client.closeCode).toBe(verdict);
    else expect(replies).toMatchObject([{ id: 3, error: { code: verdict } }]);
  });

  test("others see the info of the newest token, or the one before where it has none", () => {
    const client = new TestServer(options).connected("42", { info: 1 });
    const token = (info?: object): string => signToken({ ...claims, info });
    client.send({ id: 2, subscribe: { channel: "open:a", token: token({ n: 1 }) } });
    for (const [given, seen] of [
      [{ n: 2 }, { n: 2 }],
      [undefined, { n: 2 }],
    ] as const) {
      client.send({ id: 3, sub_refresh: { channel: "open:a", token: token(given) } });
      client.take();
      client.send({ id: 4, publish: { channel: "open:a", data: 1 } });
      expect(client.take()).toMatchObject([
        { push: { pub: { info: { user: "42", conn_info: 1, chan_info: seen } } } },
        { id: 4 },
      ]);
    }
  });
});
