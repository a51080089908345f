import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { ManualClock } from "../../../core/testing/manual-clock.ts";
import type { TokenSettings } from "../settings.ts";
import { signToken, testTokens } from "../test-server.test.ts";
import { KeyPair, type PairAlgorithm } from "./key-pairs.test.ts";
import { TokenVerifier } from "./token-verifier.ts";

const clock = new ManualClock();
const source = {
  clock,
  notice: () => undefined,
  fetch: () => Promise.resolve({ fault: "no-answer" as const }),
};
const rsa = KeyPair.rsa();
const curves = { ES256: KeyPair.ec("P-256"), ES384: KeyPair.ec("P-384"), ES512: KeyPair.ec("P-521") };

function verifier(settings: Partial<TokenSettings>): TokenVerifier {
  return new TokenVerifier(
    { ...testTokens, hmacSecret: "", ...settings },
    { clock, skipSignature: false, source },
  );
}

const byRsa = verifier({ rsaPublicKey: rsa.publicPem });
const good = { sub: "42" };

describe("keys of the options", () => {
  test.each(["RS256", "RS384", "RS512"] as const)("%s is taken", async (alg) => {
    expect(await byRsa.verify(rsa.token(good, alg))).toMatchObject({ user: "42" });
  });

  test.each(["ES256", "ES384", "ES512"] as const)(
    "%s is taken by the key of its curve alone",
    async (alg) => {
      for (const [name, pair] of Object.entries(curves)) {
        const read = await verifier({ ecdsaPublicKey: pair.publicPem }).verify(curves[alg].token(good, alg));
        expect(read).toMatchObject(name === alg ? { user: "42" } : { kind: "invalid" });
      }
    },
  );

  test("HMAC, RSA and ECDSA are taken side by side, and an HMAC token in the same turn", async () => {
    const all = verifier({
      hmacSecret: testTokens.hmacSecret,
      rsaPublicKey: rsa.publicPem,
      ecdsaPublicKey: curves.ES256.publicPem,
    });
    expect(all.verify(signToken(good))).toMatchObject({ user: "42" });
    expect(await all.verify(rsa.token(good, "RS256"))).toMatchObject({ user: "42" });
    expect(await all.verify(curves.ES256.token(good, "ES256"))).toMatchObject({ user: "42" });
  });

  test("the claims are checked as those of an HMAC token", async () => {
    expect(await byRsa.verify(rsa.token({ sub: "42", exp: 1 }, "RS256"))).toMatchObject({ kind: "expired" });
    expect(await byRsa.verify(rsa.token({ sub: 42 }, "RS256"))).toMatchObject({ kind: "invalid" });
    expect(await byRsa.verify(rsa.token("[]", "RS256"))).toMatchObject({ kind: "invalid" });
  });

  test("the public key is no HMAC secret", async () => {
    const part = (text: string): string => Buffer.from(text).toString("base64url");
    for (const secret of [rsa.publicPem, rsa.publicPem.trim()]) {
      const input = `${part('{"alg":"HS256"}')}.${part('{"sub":"42"}')}`;
      const forged = `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
      expect(await byRsa.verify(forged)).toMatchObject({ kind: "invalid" });
    }
  });

  const other = KeyPair.rsa();
  const spoilt = rsa.token(good, "RS256");
  test.each<[string, string]>([
    ["a foreign key", other.token(good, "RS256")],
    ["another algorithm in the header", spoilt.replace(/^[^.]+/, header({ alg: "RS384" }))],
    ["alg none", spoilt.replace(/^[^.]+/, header({ alg: "none" }))],
    ["a critical extension", spoilt.replace(/^[^.]+/, header({ alg: "RS256", crit: ["b64"], b64: false }))],
    ["PS256, which Centrifugo does not have", rsa.token(good, "PS256")],
    ["no signature", spoilt.replace(/[^.]+$/, "")],
    ["a short signature", spoilt.slice(0, -20)],
    ["a signature that is no base64", spoilt.replace(/[^.]+$/, "ä!!")],
    ["claims of another token", spoilt.replace(/\.[^.]+\./, `.${part('{"sub":"7"}')}.`)],
    ["an ES256 token where there is no such key", curves.ES256.token(good, "ES256")],
    ["an ES256 signature in another form", `${spoilt.replace(/^[^.]+/, header({ alg: "ES256" }))}`],
    ["an Ed25519 token", KeyPair.ed().token(good, "EdDSA")],
    ["a kid that is a number", rsa.token(good, "RS256", { kid: 7 })],
  ])("%s is invalid", async (_, token) => {
    expect(await byRsa.verify(token)).toMatchObject({ kind: "invalid" });
  });

  test("a kid is of no importance", async () => {
    const token = rsa.token(good, "RS256", { kid: "../../etc/passwd" });
    expect(await byRsa.verify(token)).toMatchObject({ user: "42" });
  });

  test("a hundred tokens at once, good and bad, each get their own answer", async () => {
    const algorithms: readonly PairAlgorithm[] = ["RS256", "RS384", "RS512"];
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const signer = i % 7 === 0 ? other : rsa;
        return byRsa.verify(signer.token({ sub: String(i) }, algorithms[i % 3] ?? "RS256"));
      }),
    );
    for (const [i, answer] of answers.entries())
      expect(answer).toMatchObject(i % 7 === 0 ? { kind: "invalid" } : { user: String(i) });
  });
});

function part(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function header(values: object): string {
  return part(JSON.stringify(values));
}
