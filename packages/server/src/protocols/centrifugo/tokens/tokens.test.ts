import { describe, expect, test } from "bun:test";
import { signToken, testTokens } from "../test-server.test.ts";
import { readConnectionToken } from "./connection-token.ts";
import { TokenFault, TokenVerifier } from "./jwt.ts";
import { readSubscriptionToken } from "./subscription-token.ts";

const now = 1_700_000_000_500;
const seconds = 1_700_000_000;
const verifier = new TokenVerifier(testTokens, false);

function connect(claims: object | string, using = verifier): unknown {
  const read = readConnectionToken(using, signToken(claims), now);
  return read instanceof TokenFault ? read.kind : read;
}

describe("signatures", () => {
  // The example of jwt.io.
  const known =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ." +
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
  const knownKey = new TokenVerifier({ ...testTokens, hmacSecret: "your-256-bit-secret" }, false);

  test("a published vector is taken, every time", () => {
    for (let i = 0; i < 3; i += 1)
      expect(knownKey.verify(known, now)).toMatchObject({ user: "1234567890", expireAt: 0 });
  });

  test("with one letter changed anywhere it is not", () => {
    for (const at of [5, 60, known.length - 5]) {
      const letter = known[at] === "A" ? "B" : "A";
      const changed = known.slice(0, at) + letter + known.slice(at + 1);
      expect(knownKey.verify(changed, now)).toMatchObject({ kind: "invalid" });
    }
  });

  test.each(["HS256", "HS384", "HS512"])("%s is taken", (alg) => {
    expect(verifier.verify(signToken({ sub: "42" }, undefined, alg), now)).toMatchObject({ user: "42" });
  });

  const b64 = (text: string): string => Buffer.from(text).toString("base64url");
  const payload = b64('{"sub":"42"}');
  test.each([
    ["a foreign key", signToken({ sub: "42" }, "another key")],
    ["alg none", `${b64('{"alg":"none"}')}.${payload}.`],
    ["alg none with a signature", signToken({ sub: "42" }, undefined, "none")],
    ["an algorithm in lower case", signToken({ sub: "42" }).replace(/^[^.]+/, b64('{"alg":"hs256"}'))],
    ["an asymmetric algorithm", `${b64('{"alg":"RS256"}')}.${payload}.AAAA`],
    ["a signature of another algorithm", signToken({ sub: "42" }).replace(/^[^.]+/, b64('{"alg":"HS512"}'))],
    ["no signature", signToken({ sub: "42" }).replace(/[^.]+$/, "")],
    ["a header that is no JSON", `${b64("{")}.${payload}.AAAA`],
    ["two parts", signToken({ sub: "42" }).replace(/\.[^.]+$/, "")],
    ["four parts", `${signToken({ sub: "42" })}.x`],
    ["text", "hello"],
    ["dots", ".."],
  ])("%s is invalid", (_, token) => {
    expect(verifier.verify(token, now)).toMatchObject({ kind: "invalid" });
  });

  test("a critical extension that nobody understands is invalid", () => {
    const header = b64('{"alg":"HS256","crit":["exp"]}');
    const signed = signToken("{}");
    expect(verifier.verify(signed.replace(/^[^.]+/, header), now)).toMatchObject({ kind: "invalid" });
  });

  test("without a key no token is taken, not even one signed with the empty key's name", () => {
    const none = new TokenVerifier({ ...testTokens, hmacSecret: "" }, false);
    expect(none.verify(signToken({ sub: "42" }), now)).toMatchObject({ kind: "invalid" });
  });

  test("the previous key is taken until its time is over", () => {
    const token = signToken({ sub: "42" }, "old");
    const until = (previousValidUntil: number): TokenVerifier =>
      new TokenVerifier({ ...testTokens, previousHmacSecret: "old", previousValidUntil }, false);
    expect(until(0).verify(token, now)).toMatchObject({ user: "42" });
    expect(until(seconds + 1).verify(token, now)).toMatchObject({ user: "42" });
    expect(until(seconds).verify(token, now)).toMatchObject({ kind: "invalid" });
  });

  test("where signatures are not checked, claims still are", () => {
    const skipping = new TokenVerifier(testTokens, true);
    expect(skipping.verify(`${b64('{"alg":"none"}')}.${payload}.`, now)).toMatchObject({ user: "42" });
    expect(skipping.verify(signToken({ exp: seconds }, "any"), now)).toMatchObject({ kind: "expired" });
  });
});

describe("claims of every token", () => {
  test.each<[string, object, string]>([
    ["exp now", { exp: seconds }, "expired"],
    ["exp long ago", { exp: 1 }, "expired"],
    ["nbf to come", { nbf: seconds + 2 }, "expired"],
    ["exp in quotes", { exp: String(seconds + 60) }, "invalid"],
    ["nbf in quotes", { nbf: "1" }, "invalid"],
    ["expire_at in quotes", { expire_at: "1" }, "invalid"],
    ["a number as sub", { sub: 42 }, "invalid"],
  ])("%s", (_, claims, kind) => {
    expect(connect(claims)).toBe(kind);
  });

  test("expire_at goes before exp, and 0 is never", () => {
    expect(connect({ exp: seconds + 60 })).toMatchObject({ expireAt: seconds + 60 });
    expect(connect({ exp: seconds + 60, expire_at: seconds + 5 })).toMatchObject({ expireAt: seconds + 5 });
    expect(connect({ exp: seconds + 60, expire_at: 0 })).toMatchObject({ expireAt: 0 });
    expect(connect({})).toMatchObject({ expireAt: 0, user: "" });
  });

  test("audience and issuer are checked where they are configured", () => {
    const strict = new TokenVerifier({ ...testTokens, audience: "chat", issuer: "us" }, false);
    expect(connect({ sub: "1", aud: "chat", iss: "us" }, strict)).toMatchObject({ user: "1" });
    expect(connect({ sub: "1", aud: ["shop", "chat"], iss: "us" }, strict)).toMatchObject({ user: "1" });
    expect(connect({ sub: "1", aud: "shop", iss: "us" }, strict)).toBe("invalid");
    expect(connect({ sub: "1", aud: ["shop"], iss: "us" }, strict)).toBe("invalid");
    expect(connect({ sub: "1", aud: "chat", iss: "them" }, strict)).toBe("invalid");
    expect(connect({ sub: "1" }, strict)).toBe("invalid");
    expect(connect({ sub: "1", aud: "shop", iss: "them" })).toMatchObject({ user: "1" });
  });

  test("the user may stand in another claim", () => {
    const renamed = new TokenVerifier({ ...testTokens, userIdClaim: "uid" }, false);
    expect(connect({ sub: "1", uid: "2" }, renamed)).toMatchObject({ user: "2" });
    expect(connect({ sub: "1" }, renamed)).toMatchObject({ user: "" });
  });
});

describe("connection tokens", () => {
  test("a subscription token does not open a connection", () => {
    expect(connect({ sub: "42", channel: "news" })).toBe("invalid");
  });

  test("info is kept as it was written, and b64info goes before it", () => {
    expect(connect('{"info":{"n": 1.0,\n"big":12345678901234567890}}')).toMatchObject({
      info: '{"n": 1.0,"big":12345678901234567890}',
    });
    const b64info = Buffer.from('{"b":1}').toString("base64");
    expect(connect({ info: { a: 1 }, b64info })).toMatchObject({ info: '{"b":1}' });
    expect(connect({ b64info: "AP//" })).toMatchObject({ info: Uint8Array.of(0, 255, 255) });
    expect(connect({ b64info: 5 })).toBe("invalid");
    expect(connect({ info: null })).toMatchObject({ info: undefined });
  });

  test("channels become subscriptions, each once; subs goes before them", () => {
    const grants = (claims: object): unknown =>
      (connect(claims) as { grants: readonly { channel: string }[] }).grants.map(({ channel }) => channel);
    expect(grants({ channels: ["a", "b", "a"] })).toEqual(["a", "b"]);
    expect(grants({ channels: ["a"], subs: { c: {} } })).toEqual(["c"]);
    expect(grants({ channels: ["a"], subs: {} })).toEqual(["a"]);
    expect(grants({ channels: null, subs: null })).toEqual([]);
  });

  test("subs have options", () => {
    const subs =
      '{"a":{"info":{"n":1.0},"data":[1,  2],"override":{"presence":{"value":true},"join_leave":{}}}}';
    expect(connect(`{"subs":${subs}}`)).toMatchObject({
      grants: [
        {
          channel: "a",
          chanInfo: '{"n":1.0}',
          data: "[1,  2]",
          override: { presence: true, joinLeave: false },
        },
      ],
    });
  });

  test.each([
    ["channels that are no array", { channels: "a" }],
    ["a channel that is no string", { channels: [1] }],
    ["subs that are no object", { subs: ["a"] }],
    ["a sub that is no object", { subs: { a: true } }],
    ["an override that is no object", { subs: { a: { override: 1 } } }],
    ["an override that is no boolean", { subs: { a: { override: { presence: { value: 1 } } } } }],
    ["an override without an object", { subs: { a: { override: { presence: true } } } }],
  ])("%s are invalid", (_, claims) => {
    expect(connect(claims)).toBe("invalid");
  });

  test("claims that are no object are invalid", () => {
    expect(connect("[]")).toBe("invalid");
    expect(connect("5")).toBe("invalid");
    expect(connect("{")).toBe("invalid");
  });
});

describe("subscription tokens", () => {
  const read = (claims: object): unknown => {
    const token = readSubscriptionToken(verifier, signToken(claims), now);
    return token instanceof TokenFault ? token.kind : token;
  };

  test("say who may subscribe to what, and how others see it", () => {
    const override = { force_recovery: { value: true } };
    const claims = {
      sub: "42",
      channel: "$a",
      client: "c",
      info: [1],
      data: { x: 1 },
      exp: seconds + 9,
      override,
    };
    expect(read(claims)).toEqual({
      user: "42",
      channel: "$a",
      client: "c",
      info: "[1]",
      data: '{"x":1}',
      expireAt: seconds + 9,
      override: { forceRecovery: true },
    });
  });

  test.each<[string, object, string]>([
    ["a channel that is no string", { channel: 1 }, "invalid"],
    ["a client that is no string", { channel: "a", client: 1 }, "invalid"],
    ["data in base64 that is no string", { channel: "a", b64data: 5 }, "invalid"],
    ["an override that is no object", { channel: "a", override: [] }, "invalid"],
    ["an exp that is over", { channel: "a", exp: seconds - 1 }, "expired"],
  ])("%s", (_, claims, kind) => {
    expect(read(claims)).toBe(kind);
  });
});
