// Key pairs and tokens for the tests of this folder and those end to end: made without the code under test.
import { generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from "node:crypto";

export type PairAlgorithm = "RS256" | "RS384" | "RS512" | "PS256" | "ES256" | "ES384" | "ES512" | "EdDSA";

export class KeyPair {
  private constructor(
    readonly publicKey: KeyObject,
    readonly privateKey: KeyObject,
  ) {}

  static rsa(modulusLength = 2048): KeyPair {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength });
    return new KeyPair(publicKey, privateKey);
  }

  static ec(namedCurve: string): KeyPair {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve });
    return new KeyPair(publicKey, privateKey);
  }

  static ed(): KeyPair {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    return new KeyPair(publicKey, privateKey);
  }

  get publicPem(): string {
    return this.publicKey.export({ type: "spki", format: "pem" }).toString();
  }

  get privatePem(): string {
    return this.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  }

  jwk(kid: string, more: object = {}): JsonWebKey {
    return { ...this.publicKey.export({ format: "jwk" }), kid, use: "sig", ...more };
  }

  /** Claims may be given as text, where their exact spelling matters. */
  token(claims: object | string, alg: PairAlgorithm, header: object = {}): string {
    const part = (text: string): string => Buffer.from(text).toString("base64url");
    const payload = typeof claims === "string" ? claims : JSON.stringify(claims);
    const input = `${part(JSON.stringify({ typ: "JWT", alg, ...header }))}.${part(payload)}`;
    const hash = alg === "EdDSA" ? null : `sha${alg.slice(2)}`;
    const key = {
      key: this.privateKey,
      ...(alg.startsWith("ES") ? { dsaEncoding: "ieee-p1363" as const } : {}),
      ...(alg.startsWith("PS") ? { padding: 6, saltLength: 32 } : {}),
    };
    return `${input}.${sign(hash, Buffer.from(input), key).toString("base64url")}`;
  }
}
