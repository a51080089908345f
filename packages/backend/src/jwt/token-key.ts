import { createPrivateKey } from "node:crypto";
import type { CryptoKey } from "jose";
import { jose } from "./jose.ts";

export type HmacAlgorithm = "HS256" | "HS384" | "HS512";
export type KeyPairAlgorithm =
  "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA";

/** What tokens are signed with: a secret that the server has too, or a private key whose public half it has. */
export type TokenKey =
  | string
  | {
      readonly secret: string;
      /** @default "HS256" */
      readonly algorithm?: HmacAlgorithm;
      /** The header's `kid`. */
      readonly keyId?: string;
    }
  | {
      /** PEM, as PKCS #8 (`BEGIN PRIVATE KEY`), PKCS #1 or SEC 1. */
      readonly privateKey: string;
      readonly algorithm: KeyPairAlgorithm;
      readonly keyId?: string;
    };

export interface SigningKey {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly key: Uint8Array | CryptoKey;
}

/** The bytes of an HMAC secret. Throws a TypeError where there are none: such a key would be everybody's. */
export function secretBytes(secret: string): Uint8Array {
  if (secret === "") throw new TypeError("the secret of the tokens is empty");
  return new TextEncoder().encode(secret);
}

/** Reading a PEM costs more than a signature, and a back end signs with one key all day. */
const read = new WeakMap<object, Promise<SigningKey>>();

/** Rejects with a TypeError where the key is none for its algorithm. */
export async function signingKey(given: TokenKey): Promise<SigningKey> {
  if (typeof given === "string") return { algorithm: "HS256", keyId: undefined, key: secretBytes(given) };
  if ("secret" in given) {
    const { secret, algorithm = "HS256", keyId } = given;
    return { algorithm, keyId, key: secretBytes(secret) };
  }
  const known = read.get(given);
  if (known !== undefined) return known;
  const reading = privateKey(given);
  read.set(given, reading);
  return reading;
}

async function privateKey(given: Exclude<TokenKey, string | { secret: string }>): Promise<SigningKey> {
  const { privateKey: pem, algorithm, keyId } = given;
  const { importPKCS8 } = await jose();
  try {
    const text = createPrivateKey(pem).export({ type: "pkcs8", format: "pem" }).toString();
    return { algorithm, keyId, key: await importPKCS8(text, algorithm) };
  } catch {
    // The library's own words are left out: nothing of the key is to stand in an error.
    throw new TypeError(`privateKey is no private key in PEM for ${algorithm}`);
  }
}
