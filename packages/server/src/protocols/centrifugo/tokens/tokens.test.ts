import { describe, expect, test } from "bun:test";
import type { TokenSettings } from "../settings.ts";
import { signToken, testTokens } from "../test-server.test.ts";
import { ManualClock } from "../../../core/testing/manual-clock.ts";
import { readConnectionToken } from "./connection-token.ts";
import { TokenFault } from "./jwt.ts";
import { readSubscriptionToken } from "./subscription-token.ts";
import { TokenVerifier } from "./token-verifier.ts";

const seconds = 1_700_000_000;
const clock = new ManualClock(seconds * 1000 + 500);
const source = {
  clock,
  notice: () => undefined,
  fetch: () => Promise.resolve({ fault: "no-answer" as const }),
};

function verifierOf(settings: Partial<TokenSettings> = {}, skipSignature = false): TokenVerifier {
  return new TokenVerifier({ ...testTokens, ...settings }, { clock, skipSignature, source });
}

const verifier = verifierOf();

function connect(claims: object | string, using = verifier): unknown {
  const read = readConnectionToken(using, signToken(claims));
  return read instanceof TokenFault ? read.kind : read;
}

describe("signatures", () => {
  // The example of jwt.io.
  const known =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ." +
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
  const knownKey = verifierOf({ hmacSecret: "your-256-bit-secret" });

  test("a published vector is taken, every time", () => {
    for (let i = 0; i < 3; i += 1)
      expect(knownKey.verify(known)).toMatchObject({ user: "1234567890", expireAt: 0 });
  });

  test("with one letter changed anywhere it is not", () => {
    for (const at of [5, 60, known.length - 5]) {
      const letter = known[at] === "A" ? "B" : "A";
      const changed = known.slice(0, at) + letter + known.slice(at + 1);
      expect(knownKey.verify(changed)).toMatchObject({ kind: "invalid" });
    }
  });

  test.each(["HS256", "HS384", "HS512"])("%s is taken", (alg) => {
    expect(verifier.verify(signToken({ sub: "42" }, undefined, alg))).toMatchObject({ user: "42" });
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
  ])("%s is invalid", async (_, token) => {
    expect(await verifier.verify(token)).toMatchObject({ kind: "invalid" });
  });

  test("a critical extension that nobody understands is invalid", () => {
    const header = b64('{"alg":"HS256","crit":["exp"]}');
    const signed = signToken("{}");
    expect(verifier.verify(signed.replace(/^[^.]+/, header))).toMatchObject({ kind: "invalid" });
  });

  test("without a key no token is taken, not even one signed with the empty key's name", () => {
    const none = verifierOf({ hmacSecret: "" });
    expect(none.verify(signToken({ sub: "42" }))).toMatchObject({ kind: "invalid" });
  });

  test("the previous key is taken until its time is over", () => {
    const token = signToken({ sub: "42" }, "old");
    const until = (previousValidUntil: number): TokenVerifier =>
      verifierOf({ previousHmacSecret: "old", previousValidUntil });
    expect(until(0).verify(token)).toMatchObject({ user: "42" });
    expect(until(seconds + 1).verify(token)).toMatchObject({ user: "42" });
    expect(until(seconds).verify(token)).toMatchObject({ kind: "invalid" });
  });

  test("where signatures are not checked, claims still are", () => {
    const skipping = verifierOf({}, true);
    expect(skipping.verify(`${b64('{"alg":"none"}')}.${payload}.`)).toMatchObject({ user: "42" });
    expect(skipping.verify(signToken({ exp: seconds }, "any"))).toMatchObject({ kind: "expired" });
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
    ["expire_at with a fraction", { expire_at: seconds + 60.5 }, "invalid"],
    ["iat in quotes", { iat: "1" }, "invalid"],
    ["jti that is a number", { jti: 1 }, "invalid"],
    ["iss that is a number", { iss: 1 }, "invalid"],
    ["aud that is a number", { aud: 1 }, "invalid"],
    ["aud with a number", { aud: ["a", 1] }, "invalid"],
    ["a negative exp", { exp: -1 }, "expired"],
    ["exp as true", { exp: true }, "invalid"],
    ["exp as a list", { exp: [1] }, "invalid"],
    ["a number as sub", { sub: 42 }, "invalid"],
  ])("%s", (_, claims, kind) => {
    expect(connect(claims)).toBe(kind);
  });

  test("exp and the time of the previous key are over when they have come", () => {
    const still = new ManualClock(seconds * 1000);
    const settings = { ...testTokens, previousHmacSecret: "old", previousValidUntil: seconds + 1 };
    const verifier = new TokenVerifier(settings, { clock: still, skipSignature: false, source });
    const [ending, rotated] = [signToken({ exp: seconds + 1 }), signToken({ sub: "42" }, "old")];
    still.advance(999);
    expect([ending, rotated].map((token) => verifier.verify(token) instanceof TokenFault)).toEqual([
      false,
      false,
    ]);
    still.advance(1);
    expect([ending, rotated].map((token) => verifier.verify(token))).toMatchObject([
      { kind: "expired" },
      { kind: "invalid" },
    ]);
  });

  test("an exp beyond numbers is invalid, one with a fraction is taken, and of two the last holds", () => {
    expect(connect('{"exp":1e400}')).toBe("invalid");
    expect(connect(`{"exp":${seconds + 60.75}}`)).toMatchObject({ expireAt: seconds + 60 });
    expect(connect(`{"exp":1,"exp":${seconds + 60}}`)).toMatchObject({ expireAt: seconds + 60 });
    expect(connect(`{"exp":${seconds + 60},"exp":1}`)).toBe("expired");
    expect(connect({ expire_at: -5 })).toMatchObject({ expireAt: 0 });
  });

  test("users are any text; what could not be told in every encoding is replaced", () => {
    for (const user of ["Zoë", "用户 1", "🦊", "a\u0000b", "constructor", "__proto__"])
      expect(connect({ sub: user })).toMatchObject({ user });
    expect(connect('{"sub":"a\\ud800"}')).toMatchObject({ user: "a\ufffd" });
    expect(connect('{"sub":"ann","sub":"bob"}')).toMatchObject({ user: "bob" });
    expect(connect('{"__proto__":{"sub":"ann"}}')).toMatchObject({ user: "" });
  });

  test("claims nested beyond every stack are invalid", () => {
    expect(connect(`{"sub":"ann","x":${"[".repeat(30_000)}`)).toBe("invalid");
    const closed = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(connect(`{"sub":"ann","x":${closed}}`)).toBeDefined();
  });

  test("expire_at goes before exp, and 0 is never", () => {
    expect(connect({ exp: seconds + 60 })).toMatchObject({ expireAt: seconds + 60 });
    expect(connect({ exp: seconds + 60, expire_at: seconds + 5 })).toMatchObject({ expireAt: seconds + 5 });
    expect(connect({ exp: seconds + 60, expire_at: 0 })).toMatchObject({ expireAt: 0 });
    expect(connect({})).toMatchObject({ expireAt: 0, user: "" });
  });

  test("audience and issuer are checked where they are configured", () => {
    const strict = verifierOf({ audience: "chat", issuer: "us" });
    expect(connect({ sub: "1", aud: "chat", iss: "us" }, strict)).toMatchObject({ user: "1" });
    expect(connect({ sub: "1", aud: ["shop", "chat"], iss: "us" }, strict)).toMatchObject({ user: "1" });
    expect(connect({ sub: "1", aud: "shop", iss: "us" }, strict)).toBe("invalid");
    expect(connect({ sub: "1", aud: ["shop"], iss: "us" }, strict)).toBe("invalid");
    expect(connect({ sub: "1", aud: "chat", iss: "them" }, strict)).toBe("invalid");
    expect(connect({ sub: "1" }, strict)).toBe("invalid");
    expect(connect({ sub: "1", aud: "shop", iss: "them" })).toMatchObject({ user: "1" });
  });

  test("patterns of audience and issuer are checked where they are configured", () => {
    const strict = verifierOf({
      audiencePattern: /^chat-\d$/,
      issuerPattern: /^https:\/\/(one|two)\.example$/,
    });
    const good = { sub: "1", aud: "chat-1", iss: "https://two.example" };
    expect(connect(good, strict)).toMatchObject({ user: "1" });
    expect(connect({ ...good, aud: ["shop", "chat-2"] }, strict)).toMatchObject({ user: "1" });
    expect(connect({ ...good, aud: "shop" }, strict)).toBe("invalid");
    expect(connect({ ...good, aud: [] }, strict)).toBe("invalid");
    expect(connect({ ...good, iss: "https://three.example" }, strict)).toBe("invalid");
    expect(connect({ ...good, iss: undefined }, strict)).toBe("invalid");
    // Nothing as long as that is tried on a pattern.
    expect(connect({ sub: "1", iss: "a".repeat(300) }, verifierOf({ issuerPattern: /^a+$/ }))).toBe(
      "invalid",
    );
  });

  test("the user may stand in another claim, there as a whole number too", () => {
    const renamed = verifierOf({ userIdClaim: "uid" });
    expect(connect({ sub: "1", uid: "2" }, renamed)).toMatchObject({ user: "2" });
    expect(connect({ sub: "1" }, renamed)).toMatchObject({ user: "" });
    expect(connect('{"uid":12345678901234567890}', renamed)).toMatchObject({ user: "12345678901234567890" });
    for (const uid of [1.5, true, {}, []]) expect(connect({ uid }, renamed)).toBe("invalid");
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

  test("meta is kept as it was written", () => {
    expect(connect('{"meta":{"n": 1.0,\n"big":12345678901234567890}}')).toMatchObject({
      meta: '{"n": 1.0,"big":12345678901234567890}',
    });
    expect(connect({ meta: null })).toMatchObject({ meta: undefined });
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
    const token = readSubscriptionToken(verifier, signToken(claims));
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
    ["no channel", {}, "invalid"],
    ["a client that is no string", { channel: "a", client: 1 }, "invalid"],
    ["data in base64 that is no string", { channel: "a", b64data: 5 }, "invalid"],
    ["an override that is no object", { channel: "a", override: [] }, "invalid"],
    ["an exp that is over", { channel: "a", exp: seconds - 1 }, "expired"],
  ])("%s", (_, claims, kind) => {
    expect(read(claims)).toBe(kind);
  });
});
