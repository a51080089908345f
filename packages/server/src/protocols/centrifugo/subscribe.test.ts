import { describe, expect, test } from "bun:test";
import { channelName } from "../../core/ids.ts";
import { everybody, kept, signToken, TestServer, type TestServerOptions } from "./test-server.test.ts";

const options: TestServerOptions = {
  namespaces: {
    open: { subscribe: everybody },
    users: { subscribe: { ...everybody, anonymous: false } },
    shut: {},
    limited: { userLimited: true },
    kept: { subscribe: everybody, history: kept, forceRecovery: true },
    asked: { subscribe: everybody, history: kept, allowRecovery: true, allowPositioning: true },
    latest: { subscribe: everybody, history: kept, forceRecovery: true, recoveryMode: "cache" },
    members: { subscribe: everybody, joinLeave: true, presence: true, presenceAccess: everybody },
    unheard: { subscribe: everybody, joinLeave: true, presence: true },
  },
};

const token = (claims: object): string => signToken({ sub: "42", ...claims });

type Row = readonly [title: string, subscribe: object, verdict: { error?: number; code?: number }];
const verdicts: readonly Row[] = [
  ["an open channel", { channel: "open:a" }, {}],
  ["a channel for users", { channel: "users:a" }, {}],
  ["a delta that nobody makes", { channel: "open:a", delta: "fossil" }, {}],
  ["a name that lets the user in", { channel: "limited:a#7,42" }, {}],
  ["a token for a closed channel", { channel: "private-a", token: token({ channel: "private-a" }) }, {}],
  [
    "a token for this connection's user and any client",
    { channel: "$shut:a", token: token({ channel: "$shut:a" }) },
    {},
  ],
  ["no channel", {}, { code: 3501 }],
  ["a delta of an unknown kind", { channel: "open:a", delta: "x" }, { code: 3501 }],
  ["a filter", { channel: "open:a", tf: {} }, { error: 107 }],
  ["a map", { channel: "open:a", type: 1 }, { error: 108 }],
  ["a shared poll", { channel: "open:a", type: 4 }, { error: 108 }],
  ["a long name", { channel: `open:${"x".repeat(251)}` }, { error: 107 }],
  ["a name that is no ASCII", { channel: "open:é" }, { error: 107 }],
  ["an unknown namespace", { channel: "nowhere:a" }, { error: 102 }],
  ["a namespace that lets nobody in", { channel: "shut:a" }, { error: 103 }],
  ["a private channel without a token", { channel: "$open:a" }, { error: 103 }],
  ["a closed channel without a token", { channel: "private-a" }, { error: 103 }],
  ["a name that lets others in", { channel: "limited:a#7" }, { error: 103 }],
  [
    "a user's channel, even with a token",
    { channel: "#server-to-user-42", token: token({ channel: "#server-to-user-42" }) },
    { error: 103 },
  ],
  ["a token that is none", { channel: "open:a", token: "x" }, { error: 103 }],
  [
    "a token by a foreign key",
    { channel: "open:a", token: signToken({ sub: "42", channel: "open:a" }, "k") },
    { error: 103 },
  ],
  [
    "a token that has expired",
    { channel: "open:a", token: token({ channel: "open:a", exp: 1 }) },
    { error: 109 },
  ],
  [
    "a token whose subscription is over",
    { channel: "open:a", token: token({ channel: "open:a", expire_at: 1 }) },
    { error: 110 },
  ],
  ["a token for another channel", { channel: "open:a", token: token({ channel: "open:b" }) }, { code: 3500 }],
  ["a connection token", { channel: "open:a", token: token({}) }, { error: 103 }],
  [
    "another user's token",
    { channel: "open:a", token: token({ channel: "open:a", sub: "7" }) },
    { code: 3500 },
  ],
  ["a token without a user", { channel: "open:a", token: signToken({ channel: "open:a" }) }, { code: 3500 }],
  [
    "a token for another connection",
    { channel: "open:a", token: token({ channel: "open:a", client: "x" }) },
    { code: 3500 },
  ],
];

describe("who may subscribe", () => {
  test.each(verdicts)("%s", (_, subscribe, { error, code }) => {
    const server = new TestServer(options);
    const client = server.connected("42");
    client.send({ id: 2, subscribe });
    const replies = client.take();
    expect(client.closeCode).toBe(code as never);
    if (code !== undefined) expect(replies).toEqual([]);
    else if (error !== undefined) expect(replies).toMatchObject([{ id: 2, error: { code: error } }]);
    else expect(replies).toEqual([{ id: 2, subscribe: {} }]);
    expect(server.hub.channels.size).toBe(replies.length > 0 && error === undefined ? 1 : 0);
    expect(server.defects).toEqual([]);
  });

  test("nobody is no user", () => {
    const client = new TestServer(options).connected();
    client.send(
      { id: 2, subscribe: { channel: "users:a" } },
      { id: 3, subscribe: { channel: "limited:a#" } },
    );
    expect(client.take()).toMatchObject([{ error: { code: 103 } }, { error: { code: 103 } }]);
  });

  test("once, and up to the limit", () => {
    const client = new TestServer({ ...options, client: { channelLimit: 2 } }).connected("42");
    const channels = ["open:a", "open:a", "open:b", "open:c"];
    client.send(...channels.map((channel, i) => ({ id: 2 + i, subscribe: { channel } })));
    expect(client.take()).toEqual([
      { id: 2, subscribe: {} },
      { id: 3, error: { code: 105, message: "already subscribed" } },
      { id: 4, subscribe: {} },
      { id: 5, error: { code: 106, message: "limit exceeded" } },
    ]);
  });

  test("unsubscribing and subscribing again in one frame is done in order, and replied to in order", () => {
    const client = new TestServer(options).connected("42");
    const subscribe = { channel: "open:a" };
    client.send(
      { id: 2, subscribe },
      { id: 3, unsubscribe: subscribe },
      { id: 4, subscribe },
      { id: 5, unsubscribe: { channel: "open:zzz" } },
    );
    expect(client.take()).toEqual([
      { id: 2, subscribe: {} },
      { id: 3, unsubscribe: {} },
      { id: 4, subscribe: {} },
      { id: 5, unsubscribe: {} },
    ]);
  });

  test("who has unsubscribed hears no more", () => {
    const server = new TestServer(options);
    const client = server.connected("42");
    client.send({ id: 2, subscribe: { channel: "open:a" } });
    server.publish("open:a", "1");
    client.send({ id: 3, unsubscribe: { channel: "open:a" } });
    server.publish("open:a", "2");
    expect(client.take()).toEqual([
      { id: 2, subscribe: {} },
      { push: { channel: "open:a", pub: { data: 1 } } },
      { id: 3, unsubscribe: {} },
    ]);
    expect(server.hub.channel(server.app, channelName("open:a"))).toBeUndefined();
  });
});

describe("the subscribe reply", () => {
  function replies(server: TestServer, ...subscribes: readonly object[]): string[] {
    const client = server.connected("42");
    subscribes.forEach((subscribe, i) => {
      client.send({ id: 2 + i, subscribe });
    });
    return client.takeText().map((text) => text.replaceAll(/"epoch":"[^"]+"/g, '"epoch":"E"'));
  }

  test("has what the token says", () => {
    const server = new TestServer(options);
    const claims = {
      channel: "$shut:a",
      data: { n: 1 },
      exp: server.seconds + 60,
      override: { force_recovery: { value: true } },
    };
    expect(replies(server, { channel: "$shut:a", token: token(claims) })).toEqual([
      '{"id":2,"subscribe":{"expires":true,"ttl":60,"recoverable":true,"epoch":"E","positioned":true,"data":{"n":1}}}',
    ]);
  });

  test("has a position where the namespace or the client wants one", () => {
    const server = new TestServer(options);
    server.publish("kept:a", "1");
    server.publish("asked:a", "1");
    expect(
      replies(
        server,
        { channel: "kept:a" },
        { channel: "asked:a" },
        { channel: "asked:b", positioned: true },
        { channel: "asked:c", recoverable: true },
        { channel: "open:a", positioned: true, recoverable: true },
      ),
    ).toEqual([
      '{"id":2,"subscribe":{"recoverable":true,"epoch":"E","offset":1,"positioned":true}}',
      '{"id":3,"subscribe":{}}',
      '{"id":4,"subscribe":{"epoch":"E","positioned":true}}',
      '{"id":5,"subscribe":{"recoverable":true,"epoch":"E","positioned":true}}',
      '{"id":6,"subscribe":{}}',
    ]);
  });

  test("brings what was missed, oldest first, from where the client stood", () => {
    const server = new TestServer(options);
    for (const n of [1, 2, 3]) server.publish("kept:a", `{"n":${n}}`);
    expect(replies(server, { channel: "kept:a", recover: true, offset: 1, epoch: "" })).toEqual([
      '{"id":2,"subscribe":{"recoverable":true,"epoch":"E","publications":[{"data":{"n":2},"offset":2},{"data":{"n":3},"offset":3}],"recovered":true,"offset":1,"positioned":true,"was_recovering":true}}',
    ]);
    expect(replies(server, { channel: "kept:a", recover: true })).toEqual([
      '{"id":2,"subscribe":{"recoverable":true,"epoch":"E","publications":[{"data":{"n":1},"offset":1,"epoch":"E"},{"data":{"n":2},"offset":2},{"data":{"n":3},"offset":3}],"recovered":true,"positioned":true,"was_recovering":true}}',
    ]);
  });

  test("says where the stream is when the position is lost, or refuses where the client would rather not know", () => {
    const server = new TestServer(options);
    for (const n of [1, 2, 3]) server.publish("kept:a", String(n));
    const lost = { channel: "kept:a", recover: true, offset: 1, epoch: "another" };
    expect(replies(server, { ...lost, flag: 3 }, { ...lost, flag: 1 })).toEqual([
      '{"id":2,"error":{"code":112,"message":"unrecoverable position"}}',
      '{"id":3,"subscribe":{"recoverable":true,"epoch":"E","offset":3,"positioned":true,"was_recovering":true}}',
    ]);
  });

  test("says that it was recovering where the channel does not recover", () => {
    expect(replies(new TestServer(options), { channel: "open:a", recover: true })).toEqual([
      '{"id":2,"subscribe":{"was_recovering":true}}',
    ]);
  });

  test("has only the newest publication in cache mode, and none where the client has it", () => {
    const server = new TestServer(options);
    for (const n of [1, 2]) server.publish("latest:a", String(n));
    const client = server.connected("42");
    client.send({ id: 2, subscribe: { channel: "latest:a", recover: true } });
    const [text = ""] = client.takeText();
    const epoch = /"epoch":"([^"]+)"/.exec(text)?.[1] ?? "";
    expect(text).toBe(
      `{"id":2,"subscribe":{"recoverable":true,"epoch":"${epoch}","publications":[{"data":2,"offset":2}],"recovered":true,"offset":2,"positioned":true,"was_recovering":true}}`,
    );
    expect(replies(server, { channel: "latest:a", recover: true, offset: 2, epoch })).toEqual([
      '{"id":2,"subscribe":{"recoverable":true,"epoch":"E","recovered":true,"offset":2,"positioned":true,"was_recovering":true}}',
    ]);
  });

  test("brings what the slot of a cache channel holds", () => {
    const server = new TestServer({ withoutNamespace: { subscribe: everybody } });
    server.publish("cache-a", { kind: "event", name: "tick", data: '{"n":1.0}', quoted: true });
    expect(replies(server, { channel: "cache-a", recover: true })).toEqual([
      '{"id":2,"subscribe":{"publications":[{"data":{"type":"tick","data":{"n":1.0}}}],"recovered":true,"was_recovering":true}}',
    ]);
  });

  test("is not possible where what was missed is bytes", () => {
    const server = new TestServer(options);
    server.publish("kept:a", { kind: "bytes", bytes: Uint8Array.of(0xff) });
    const client = server.connected("42");
    client.send({ id: 2, subscribe: { channel: "kept:a", recover: true } });
    expect(client.closeCode).toBe(3506);
    expect(server.hub.channels.size).toBe(0);
    expect(server.app.size).toBe(0);
  });
});

describe("joins and leaves", () => {
  test("reach those who asked and may, the one who came among them, after the reply", () => {
    const server = new TestServer(options);
    const [a, b, deaf] = [
      server.connected("1", { info: { n: 1 } }),
      server.connected("2"),
      server.connected("3"),
    ];
    const subscribe = { channel: "members:a", join_leave: true };
    deaf.send({ id: 2, subscribe: { channel: "members:a" } });
    deaf.take();
    a.send({ id: 2, subscribe });
    expect(a.takeText()).toEqual([
      '{"id":2,"subscribe":{}}',
      `{"push":{"channel":"members:a","join":{"info":{"user":"1","client":"${a.id}","conn_info":{"n":1}}}}}`,
    ]);
    b.send({ id: 2, subscribe });
    expect(b.take()).toMatchObject([{ id: 2 }, { push: { join: { info: { client: b.id } } } }]);
    b.connection.gone("client", 1000);
    expect(a.take()).toMatchObject([
      { push: { join: { info: { client: b.id, user: "2" } } } },
      { push: { leave: { info: { client: b.id, user: "2" } } } },
    ]);
    expect(deaf.take()).toEqual([]);
  });

  test("reach nobody who may not read the presence", () => {
    const server = new TestServer(options);
    const client = server.connected("1");
    client.send({ id: 2, subscribe: { channel: "unheard:a", join_leave: true } });
    expect(client.take()).toEqual([{ id: 2, subscribe: {} }]);
  });
});
