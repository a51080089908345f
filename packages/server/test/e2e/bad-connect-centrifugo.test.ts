import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { HostileServer } from "./hostile-server.ts";
import { openCentrifugo } from "./raw-centrifugo.ts";
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
function connectWith(value: string): string {
  return command({ id: 1, connect: { token: value } });
}
/** Nesting that fits into one message and that a recursive parser would not survive. */
const deep = "[".repeat(30_000);

test.each<[string, string | Uint8Array, Verdict]>([
  ["malformed JSON", '{"id":1,', badRequest],
  ["an empty message", "", badRequest],
  ["line feeds alone", "\n\n", badRequest],
  ["an array", "[]", badRequest],
  ["a string", '"connect"', badRequest],
  ["a number", "1e400", badRequest],
  ["null", "null", badRequest],
  ["bytes that are no text", new Uint8Array([0xff, 0x00, 0xc3, 0x28]), badRequest],
  ["truncated UTF-8 in bytes", Buffer.from('{"id":1,"connect":{"token":"\xc3', "latin1"), badRequest],
  ["unbalanced nesting", `{"id":1,"connect":{"data":${deep}`, badRequest],
  ["a command before connect", command({ id: 1, subscribe: { channel: "news" } }), badRequest],
  ["a pong before connect", "{}", badRequest],
  ["connect without credentials", command({ id: 1, connect: {} }), badRequest],
  ["connect with null", command({ id: 1, connect: null }), badRequest],
  ["connect with an array", command({ id: 1, connect: [] }), badRequest],
  ["connect with text", command({ id: 1, connect: "now" }), badRequest],
  ["a token that is a number", command({ id: 1, connect: { token: 7 } }), badRequest],
  ["a token that is an object", command({ id: 1, connect: { token: {} } }), badRequest],
  ["subs that are a list", command({ id: 1, connect: { token: token(ann), subs: ["news"] } }), badRequest],
  ["a sub that is text", command({ id: 1, connect: { token: token(ann), subs: { news: "x" } } }), badRequest],
  ["headers that are text", command({ id: 1, connect: { token: token(ann), headers: "x" } }), badRequest],
  ["id 0", command({ id: 0, connect: { token: token(ann) } }), badRequest],
  ["no id", command({ connect: { token: token(ann) } }), badRequest],
  ["a negative id", command({ id: -1, connect: { token: token(ann) } }), badRequest],
  ["a fractional id", command({ id: 1.5, connect: { token: token(ann) } }), badRequest],
  ["an id above 32 bits", command({ id: 4_294_967_296, connect: { token: token(ann) } }), badRequest],
  ["an id beyond numbers", `{"id":1e400,"connect":{"token":"${token(ann)}"}}`, badRequest],
  ["an id that is text", command({ id: "1", connect: { token: token(ann) } }), badRequest],
  ["a command under __proto__", `{"id":1,"__proto__":{"connect":{"token":"${token(ann)}"}}}`, badRequest],
  ["a token that is no JWT", connectWith("nonsense"), invalidToken],
  ["a token of two parts", connectWith("e30.e30"), invalidToken],
  ["a token of four parts", connectWith(`${token(ann)}.e30`), invalidToken],
  ["a token with a foreign signature", connectWith(token(ann, { secret: "another" })), invalidToken],
  ["a token without a signature", connectWith(token(ann).replace(/[^.]*$/, "")), invalidToken],
  ["a token of alg none", connectWith(unsignedToken(ann)), invalidToken],
  [
    "a token of an algorithm without key",
    connectWith(token(ann, { header: { alg: "RS256" } })),
    invalidToken,
  ],
  [
    "a token of an unknown algorithm",
    connectWith(token(ann, { header: { alg: "__proto__" } })),
    invalidToken,
  ],
  ["a subscription token", connectWith(token({ ...ann, channel: "news" })), invalidToken],
  ["a user that is a number", connectWith(token({ sub: 7 })), invalidToken],
  ["an expiry that is text", connectWith(token({ ...ann, exp: "soon" })), invalidToken],
])("%s closes with the right code", async (_title, sent, expected) => {
  using socket = await openCentrifugo(server.url);
  await expectClose(server, { socket, sent }, expected);
});

test("an expired token is error 109, and nothing more is taken on that connection", async () => {
  using socket = await openCentrifugo(server.url);
  const expired = token({ ...ann, exp: seconds(-5) });
  await expectError(server, { socket, sent: command({ id: 9, connect: { token: expired } }) }, [
    109,
    "token-expired",
  ]);
  await expectClose(
    server,
    { socket, sent: command({ id: 10, connect: { token: token(ann) } }) },
    badRequest,
  );
});

test("a token that is not valid yet is error 109", async () => {
  using socket = await openCentrifugo(server.url);
  const early = token({ ...ann, nbf: seconds(600) });
  await expectError(server, { socket, sent: command({ id: 9, connect: { token: early } }) }, [
    109,
    "token-expired",
  ]);
});

test("commands behind one that closes are not done", async () => {
  using socket = await openCentrifugo(server.url);
  const frames = [
    connectWith(token(ann)),
    command({ id: 2, nonsense: {} }),
    command({ id: 3, subscribe: { channel: "news" } }),
  ];
  await expectClose(server, { socket, sent: frames.join("\n") }, badRequest);
  expect(socket.frames.all.join("")).not.toContain('"id":3');
});
