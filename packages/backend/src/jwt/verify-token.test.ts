import { describe, expect, test } from "bun:test";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { awkwardServer, says } from "../../test/awkward-server.ts";
import { bearerToken } from "./bearer-token.ts";
import { signToken } from "./sign-token.ts";
import type { KeyPairAlgorithm } from "./token-key.ts";
import type { VerificationKey } from "./verification-key.ts";
import { verifyToken, type TokenFault } from "./verify-token.ts";

const now = (): number => 1_700_000_000_000;
const seconds = now() / 1000;
const secret = "an application's own secret";

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const pairs = {
  RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: generateKeyPairSync("ec", { namedCurve: "P-384" }),
  ES512: generateKeyPairSync("ec", { namedCurve: "P-521" }),
  EdDSA: generateKeyPairSync("ed25519"),
} satisfies Partial<Record<KeyPairAlgorithm, Pair>>;
const algorithms = Object.keys(pairs) as (keyof typeof pairs)[];

function signer(algorithm: keyof typeof pairs, keyId?: string) {
  const privateKey = pairs[algorithm].privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { privateKey, algorithm, ...(keyId === undefined ? {} : { keyId }) };
}

function publicKey(algorithm: keyof typeof pairs): string {
  return pairs[algorithm].publicKey.export({ type: "spki", format: "pem" }).toString();
}

async function reason(key: VerificationKey, token: string): Promise<TokenFault | "good"> {
  const verified = await verifyToken(key, token, now);
  return verified.ok ? "good" : verified.reason;
}

describe("a token", () => {
  test("is good with the claims that it has", async () => {
    const claims = { sub: "42", jti: "7", exp: seconds + 1 };
    expect(await verifyToken({ secret }, await signToken(secret, claims), now)).toEqual({ ok: true, claims });
  });

  test.each(algorithms)("by %s is good with the public key, and with no other", async (algorithm) => {
    const token = await signToken(signer(algorithm), { sub: "42" });
    expect(await reason({ publicKey: publicKey(algorithm) }, token)).toBe("good");
    const other = algorithm === "RS256" ? "ES256" : "RS256";
    expect(await reason({ publicKey: publicKey(other) }, token)).toBe("signature");
  });

  test("signed with a public key as if it were a secret is not good", async () => {
    const pem = publicKey("RS256");
    expect(await reason({ publicKey: pem }, await signToken(pem, { sub: "42" }))).toBe("signature");
  });

  test("is read by any PEM of its key", async () => {
    const pkcs1 = pairs.RS256.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const token = await signToken({ privateKey: pkcs1, algorithm: "PS256" }, { sub: "42" });
    const pem = pairs.RS256.publicKey.export({ type: "pkcs1", format: "pem" }).toString();
    expect(await reason({ publicKey: pem }, token)).toBe("good");
    expect(await reason({ publicKey: pem, algorithms: ["RS256"] }, token)).toBe("signature");
  });

  const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"42"}')}.`.replaceAll("=", "");

  test.each<[TokenFault, string, (() => Promise<string>) | string]>([
    ["expired", "that is over", () => signToken(secret, { exp: seconds })],
    ["not-yet", "that will be good", () => signToken(secret, { nbf: seconds + 1 })],
    ["malformed", "whose end is no number", () => signToken(secret, { exp: "tomorrow" })],
    ["signature", "by another secret", () => signToken("another", { sub: "42" })],
    ["signature", "without a signature", unsigned],
    ["malformed", "of nothing", ""],
    ["malformed", "of two parts", "a.b"],
    ["malformed", "of five parts", "a.b.c.d.e"],
    ["malformed", "of no JSON", "a.b.c"],
  ])("is %s: one %s", async (fault, _, token) => {
    expect(await reason({ secret }, typeof token === "string" ? token : await token())).toBe(fault);
  });

  test("is for another audience, or by another issuer", async () => {
    const token = await signToken(secret, { aud: ["a", "b"], iss: "i" });
    expect(await reason({ secret, audience: "a", issuer: "i" }, token)).toBe("good");
    expect(await reason({ secret, audience: "c" }, token)).toBe("claims");
    expect(await reason({ secret, issuer: "j" }, token)).toBe("claims");
    expect(await reason({ secret, issuer: "j" }, await signToken(secret, {}))).toBe("claims");
  });

  test.each<[string, VerificationKey]>([
    ["an empty secret", { secret: "" }],
    ["a public key that is none", { publicKey: "no key" }],
    ["a private key in the place of the public one", { publicKey: signer("RS256").privateKey }],
    ["a public key in the place of a secret", { secret: publicKey("RS256") }],
    ["a key set without a URL", { jwks: "here" }],
  ])("is not looked at with %s", async (_, key) => {
    const token = await signToken(secret, {});
    expect(await verifyToken(key, token).catch((cause: unknown) => cause)).toBeInstanceOf(TypeError);
  });
});

describe("a key set", () => {
  /** Serves a set of the public keys, under their algorithms' names unless without. */
  function keySet(keyIds: boolean) {
    let asked = 0;
    const set = algorithms.map((kid) => ({
      ...pairs[kid].publicKey.export({ format: "jwk" }),
      ...(keyIds ? { kid } : {}),
    }));
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => {
        asked += 1;
        return Response.json({ keys: keyIds ? set : [...set, another] });
      },
    });
    return {
      jwks: `http://127.0.0.1:${server.port}/jwks.json`,
      asked: () => asked,
      async [Symbol.asyncDispose]() {
        await server.stop(true);
      },
    };
  }

  const another = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });

  test("is fetched once for all tokens", async () => {
    await using set = keySet(true);
    for (const algorithm of algorithms) {
      const token = await signToken(signer(algorithm, algorithm), { sub: "42" });
      // As written in place, a new one each time.
      expect(await reason({ jwks: set.jwks }, token)).toBe("good");
    }
    expect(await reason({ jwks: set.jwks }, await signToken(signer("RS256", "ES256"), {}))).toBe("signature");
    expect(await reason({ jwks: set.jwks }, await signToken(secret, {}))).toBe("signature");
    expect(set.asked()).toBe(1);
  });

  test("is tried key by key where a token does not name one", async () => {
    await using set = keySet(false);
    expect(await reason({ jwks: set.jwks }, await signToken(signer("RS256"), {}))).toBe("good");
    expect(await reason({ jwks: set.jwks }, await signToken(signer("RS256"), { exp: 1 }))).toBe("expired");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const foreign = await signToken({ privateKey: pem, algorithm: "RS256" }, {});
    expect(await reason({ jwks: set.jwks }, foreign)).toBe("signature");
  });

  test("that cannot be had says nothing of a token", async () => {
    const set = keySet(true);
    const token = await signToken(signer("RS256", "RS256"), {});
    await set[Symbol.asyncDispose]();
    expect(await reason({ jwks: set.jwks }, token)).toBe("unavailable");
    await using page = await awkwardServer(says(200, "a page"));
    expect(await reason({ jwks: page.url }, token)).toBe("unavailable");
    await using gone = await awkwardServer(says(404));
    expect(await reason({ jwks: gone.url }, token)).toBe("unavailable");
  });
});

test.each<[string, string | undefined]>([
  ["Bearer a.b-c_d", "a.b-c_d"],
  ["bearer  a", "a"],
  ["Basic a", undefined],
  ["Bearer", undefined],
  ["Bearer a b", undefined],
  ["", undefined],
])("the token of %p is %p", (authorization, token) => {
  expect(bearerToken({ headers: new Headers({ authorization }) })).toBe(token as string);
});

test("a request without the header has no token", () => {
  expect(bearerToken(new Request("http://a.b"))).toBeUndefined();
});
