import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { connectionToken, type ConnectionClaims } from "./connection-token.ts";
import { signToken } from "./sign-token.ts";
import { subscriptionToken } from "./subscription-token.ts";
import type { TokenKey } from "./token-key.ts";

const now = (): number => 1_700_000_000_999;

function part(token: string, index: 0 | 1): unknown {
  return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
}

async function rejection(call: Promise<unknown>): Promise<unknown> {
  return call.catch((cause: unknown) => cause);
}

test("claims are signed as they are, in their order", async () => {
  const token = await signToken("secret", { sub: "alice", b: 1, a: [null, "☃"] });
  const [head = "", body = "", signature] = token.split(".");
  expect(Buffer.from(head, "base64url").toString()).toBe('{"alg":"HS256","typ":"JWT"}');
  expect(Buffer.from(body, "base64url").toString()).toBe('{"sub":"alice","b":1,"a":[null,"☃"]}');
  const mac = createHmac("sha256", "secret").update(`${head}.${body}`).digest("base64url");
  expect(signature).toBe(mac);
});

test("a connection token says everything that the server reads", async () => {
  const claims: ConnectionClaims = {
    user: "42",
    expiresIn: 60,
    expireAt: 0,
    info: { name: "Ann" },
    meta: { role: "admin" },
    channels: ["news"],
    subs: { "chat:1": { info: 1, data: 2, override: { presence: true, forceRecovery: false } } },
    audience: "a",
    issuer: "i",
    id: "j",
    more: { labels: { x: "y" }, exp: 1 },
  };
  expect(part(await connectionToken("s", claims, now), 1)).toEqual({
    sub: "42",
    iat: 1_700_000_000,
    exp: 1_700_000_060,
    expire_at: 0,
    info: { name: "Ann" },
    meta: { role: "admin" },
    channels: ["news"],
    subs: {
      "chat:1": {
        info: 1,
        data: 2,
        override: { presence: { value: true }, force_recovery: { value: false } },
      },
    },
    aud: "a",
    iss: "i",
    jti: "j",
    labels: { x: "y" },
  });
});

test("a subscription token is for one channel", async () => {
  const claims = {
    user: "42",
    channel: "chat:1",
    info: 1,
    data: 2,
    expiresAt: 5,
    override: { joinLeave: true },
  };
  expect(part(await subscriptionToken({ secret: "s", keyId: "k" }, claims, now), 1)).toEqual({
    sub: "42",
    channel: "chat:1",
    data: 2,
    override: { join_leave: { value: true } },
    iat: 1_700_000_000,
    exp: 5,
    info: 1,
  });
});

test("the key's id stands in the header, and the user in the claim that the server reads", async () => {
  const token = await connectionToken(
    { secret: "s", algorithm: "HS512", keyId: "k" },
    { user: "", userClaim: "uid" },
  );
  expect(part(token, 0)).toEqual({ alg: "HS512", typ: "JWT", kid: "k" });
  expect(part(token, 1)).toEqual({ uid: "", iat: expect.any(Number) as number });
});

describe("no token is made", () => {
  test.each<[string, TokenKey]>([
    ["with an empty secret", ""],
    ["with an empty secret of another algorithm", { secret: "", algorithm: "HS512" }],
    ["with a private key that is none", { privateKey: "no key", algorithm: "RS256" }],
  ])("%s", async (_, key) => {
    expect(await rejection(signToken(key, {}))).toBeInstanceOf(TypeError);
  });

  test.each<[string, Partial<ConnectionClaims>]>([
    ["that expires at two times", { expiresIn: 1, expiresAt: 1 }],
    ["that expires at no time", { expiresIn: Number.NaN }],
    ["that expires at no moment", { expiresAt: Number.POSITIVE_INFINITY }],
    ["whose connection ends at no moment", { expireAt: Number.NaN }],
    ["without a claim for the user", { userClaim: "" }],
  ])("%s", async (_, claims) => {
    expect(await rejection(connectionToken("s", { user: "1", ...claims }))).toBeInstanceOf(TypeError);
  });

  test("for no channel", async () => {
    expect(await rejection(subscriptionToken("s", { user: "1", channel: "" }))).toBeInstanceOf(TypeError);
  });
});
