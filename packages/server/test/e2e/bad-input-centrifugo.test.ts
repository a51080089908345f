import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { HostileServer } from "./hostile-server.ts";
import { connectCentrifugo, subscribeCentrifugo } from "./raw-centrifugo.ts";
import {
  badRequest,
  command,
  expectClose,
  expectError,
  invalidToken,
  type Verdict,
} from "./centrifugo-verdicts.ts";
import { seconds, token, unsignedToken } from "./tokens.ts";

setDefaultTimeout(10_000);

let server: HostileServer;
beforeAll(async () => {
  server = await HostileServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const ann = { sub: "ann" };
test.each<[string, string | Uint8Array, Verdict]>([
  ["a second connect", command({ id: 2, connect: { token: token(ann) } }), badRequest],
  ["a pong that answers no ping", "{}", badRequest],
  ["a command with id 0", command({ id: 0, subscribe: { channel: "news" } }), badRequest],
  ["an unknown command", command({ id: 2, nonsense: {} }), badRequest],
  ["a constructor as command", command({ id: 2, constructor: {} }), badRequest],
  ["ping as a command", command({ id: 2, ping: {} }), badRequest],
  ["send, which nobody handles", command({ send: { data: {} } }), [3508, "not-available"]],
  [
    "truncated JSON behind a whole command",
    `${command({ id: 2, unsubscribe: { channel: "x" } })}\n{"id":3`,
    badRequest,
  ],
  ["a subscribe without a channel", command({ id: 2, subscribe: {} }), badRequest],
  ["an empty channel", command({ id: 2, subscribe: { channel: "" } }), badRequest],
  ["a channel that is a number", command({ id: 2, subscribe: { channel: 7 } }), badRequest],
  ["a channel that is a list", command({ id: 2, subscribe: { channel: ["news"] } }), badRequest],
  ["recover that is text", command({ id: 2, subscribe: { channel: "chat:a", recover: "yes" } }), badRequest],
  [
    "an offset that is text",
    command({ id: 2, subscribe: { channel: "chat:a", recover: true, offset: "1" } }),
    badRequest,
  ],
  [
    "a negative offset",
    command({ id: 2, subscribe: { channel: "chat:a", recover: true, offset: -1 } }),
    badRequest,
  ],
  [
    "an offset beyond numbers",
    '{"id":2,"subscribe":{"channel":"chat:a","recover":true,"offset":1e999}}',
    badRequest,
  ],
  ["an unknown delta", command({ id: 2, subscribe: { channel: "chat:a", delta: "xdelta" } }), badRequest],
  ["an unsubscribe of a number", command({ id: 2, unsubscribe: { channel: 7 } }), badRequest],
  [
    "a history limit that is text",
    command({ id: 2, history: { channel: "chat:a", limit: "all" } }),
    badRequest,
  ],
  ["a since that is a number", command({ id: 2, history: { channel: "chat:a", since: 5 } }), badRequest],
  ["an rpc method that is a number", command({ id: 2, rpc: { method: 7 } }), badRequest],
  ["a refresh without a token", command({ id: 2, refresh: {} }), badRequest],
  [
    "a refresh with a foreign token",
    command({ id: 2, refresh: { token: token(ann, { secret: "x" }) } }),
    invalidToken,
  ],
  ["a refresh of another user", command({ id: 2, refresh: { token: token({ sub: "bob" }) } }), invalidToken],
  [
    "a refresh that came too late",
    command({ id: 2, refresh: { token: token({ ...ann, exp: seconds(-5) }) } }),
    [3005, "connection-expired"],
  ],
  [
    "a subscription token of another channel",
    command({ id: 2, subscribe: { channel: "shut:a", token: token({ ...ann, channel: "shut:b" }) } }),
    invalidToken,
  ],
  [
    "a subscription token of another user",
    command({ id: 2, subscribe: { channel: "shut:a", token: token({ sub: "bob", channel: "shut:a" }) } }),
    invalidToken,
  ],
])("%s closes with the right code", async (_title, sent, expected) => {
  using socket = await connectCentrifugo(server.url);
  await expectClose(server, { socket, sent }, expected);
});

const of = (body: object): string => command({ id: 9, ...body });
test.each<[string, string, Verdict]>([
  ["a channel of 300 characters", of({ subscribe: { channel: "c".repeat(300) } }), [107, "bad-request"]],
  ["a channel that is not ASCII", of({ subscribe: { channel: "новости" } }), [107, "bad-request"]],
  ["an unknown namespace", of({ subscribe: { channel: "nowhere:a" } }), [102, "unknown-channel"]],
  ["a namespace named __proto__", of({ subscribe: { channel: "__proto__:a" } }), [102, "unknown-channel"]],
  ["a forbidden channel", of({ subscribe: { channel: "shut:a" } }), [103, "permission-denied"]],
  ["a channel with the private prefix", of({ subscribe: { channel: "$news" } }), [103, "permission-denied"]],
  [
    "a closed channel of the Pusher wire",
    of({ subscribe: { channel: "private-a" } }),
    [103, "permission-denied"],
  ],
  ["a user's channel", of({ subscribe: { channel: "#server-to-user-ann" } }), [103, "permission-denied"]],
  [
    "a subscription token with a foreign signature",
    of({ subscribe: { channel: "shut:a", token: token({ ...ann, channel: "shut:a" }, { secret: "x" }) } }),
    [103, "permission-denied"],
  ],
  [
    "a subscription token of alg none",
    of({ subscribe: { channel: "shut:a", token: unsignedToken({ ...ann, channel: "shut:a" }) } }),
    [103, "permission-denied"],
  ],
  [
    "an expired subscription token",
    of({ subscribe: { channel: "shut:a", token: token({ ...ann, channel: "shut:a", exp: seconds(-5) }) } }),
    [109, "token-expired"],
  ],
  [
    "a filter where none is allowed",
    of({ subscribe: { channel: "chat:a", tf: { key: "a", cmp: "eq", val: "b" } } }),
    [107, "bad-request"],
  ],
  [
    "a publish to a channel not subscribed to",
    of({ publish: { channel: "chat:a", data: {} } }),
    [103, "permission-denied"],
  ],
  ["a publish to __proto__", of({ publish: { channel: "__proto__", data: {} } }), [103, "permission-denied"]],
  ["history where there is none", of({ history: { channel: "news" } }), [108, "not-available"]],
  ["presence where there is none", of({ presence: { channel: "news" } }), [108, "not-available"]],
  [
    "presence of a channel not subscribed to",
    of({ presence_stats: { channel: "chat:a" } }),
    [103, "permission-denied"],
  ],
  ["an rpc, which nobody handles", of({ rpc: { method: "constructor", data: {} } }), [108, "not-available"]],
  [
    "a sub_refresh of a channel not subscribed to",
    of({ sub_refresh: { channel: "shut:a", token: "x" } }),
    [103, "permission-denied"],
  ],
])("%s is refused, and the client stays", async (_title, sent, expected) => {
  using socket = await connectCentrifugo(server.url);
  await expectError(server, { socket, sent }, expected);
  await subscribeCentrifugo(socket, "news", 10);
});

test("a second subscribe to a channel is error 105", async () => {
  using socket = await connectCentrifugo(server.url);
  await subscribeCentrifugo(socket, "news");
  await expectError(server, { socket, sent: of({ subscribe: { channel: "news" } }) }, [
    105,
    "already-subscribed",
  ]);
});

test("a publish without data is error 107", async () => {
  using socket = await connectCentrifugo(server.url);
  await subscribeCentrifugo(socket, "chat:a");
  await expectError(server, { socket, sent: of({ publish: { channel: "chat:a" } }) }, [107, "bad-request"]);
});

test("the highest id is an id, and JSON in a binary frame is JSON", async () => {
  using socket = await connectCentrifugo(server.url);
  socket.send(Buffer.from(command({ id: 4_294_967_295, unsubscribe: { channel: "never" } })));
  expect(JSON.parse(await socket.having("4294967295"))).toEqual({ id: 4_294_967_295, unsubscribe: {} });
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "__defineGetter__"])(
  "%s is a channel and a user like any other",
  async (name) => {
    using socket = await connectCentrifugo(server.url, name);
    await subscribeCentrifugo(socket, name);
    await subscribeCentrifugo(socket, `chat:${name}`, 3);
    socket.send(command({ id: 4, presence: { channel: `chat:${name}` } }));
    expect(await socket.having('"presence"')).toContain(`"user":"${name}"`);
    socket.send(
      command({ id: 5, publish: { channel: `chat:${name}`, data: { type: name, data: { [name]: 1 } } } }),
    );
    expect(await socket.having('"pub"')).toContain(`"type":"${name}"`);
    await server.expectNobodyHurt();
  },
);
