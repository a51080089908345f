import { createPublicKey, type KeyObject } from "node:crypto";
import type { CryptoKey, RemoteJWKSet } from "jose";
import { jose } from "./jose.ts";
import { secretBytes, type HmacAlgorithm, type KeyPairAlgorithm } from "./token-key.ts";

/** What a token has to say besides being signed. */
export interface ClaimRules {
  readonly issuer?: string;
  readonly audience?: string;
}

/** What the tokens of an application are verified with. */
export type VerificationKey = ClaimRules &
  (
    | {
        readonly secret: string;
        /** @default HS256, HS384 and HS512 */
        readonly algorithms?: readonly HmacAlgorithm[];
      }
    | {
        /** PEM: a public key, or a certificate. */
        readonly publicKey: string;
        /** @default those of the key's kind */
        readonly algorithms?: readonly KeyPairAlgorithm[];
      }
    | {
        /** URL of a JSON Web Key Set. It is fetched once and kept for ten minutes; a key that is not in it asks again, twice a minute at most. */
        readonly jwks: string;
        /** @default all of key pairs */
        readonly algorithms?: readonly KeyPairAlgorithm[];
      }
  );

/** The keys could not be fetched: nothing is known of the token. */
export class KeysUnavailable extends Error {}

export type ResolveKey = (header: {
  readonly alg: string;
  readonly kid?: string;
}) => Promise<Uint8Array | CryptoKey>;

export interface Verifying {
  readonly algorithms: readonly string[];
  readonly resolve: ResolveKey;
}

const hmac: readonly HmacAlgorithm[] = ["HS256", "HS384", "HS512"];
const rsa: readonly KeyPairAlgorithm[] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
const all: readonly KeyPairAlgorithm[] = [...rsa, "ES256", "ES384", "ES512", "EdDSA"];
const ofCurve: Readonly<Record<string, KeyPairAlgorithm>> = {
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
};

const read = new WeakMap<object, Promise<Verifying>>();
/** By URL: their keys are kept in them. */
const sets = new Map<string, RemoteJWKSet>();

/** Rejects with a TypeError where the key is none. */
export function verifying(key: VerificationKey): Promise<Verifying> {
  const known = read.get(key);
  if (known !== undefined) return known;
  const reading = start(key);
  read.set(key, reading);
  return reading;
}

async function start(key: VerificationKey): Promise<Verifying> {
  if ("secret" in key) {
    // A public key is known to everybody, and so would be what signs.
    if (key.secret.includes("-----BEGIN "))
      throw new TypeError("secret is a key in PEM: give it as publicKey");
    const bytes = secretBytes(key.secret);
    return { algorithms: key.algorithms ?? hmac, resolve: async () => bytes };
  }
  if ("jwks" in key) return { algorithms: key.algorithms ?? all, resolve: await resolverOf(key.jwks) };
  const pem = publicKeyOf(key.publicKey);
  const { importSPKI } = await jose();
  const text = pem.export({ type: "spki", format: "pem" }).toString();
  const imported = new Map<string, Promise<CryptoKey>>();
  return {
    algorithms: key.algorithms ?? algorithmsOf(pem),
    resolve: ({ alg }) => {
      const importing = imported.get(alg) ?? importSPKI(text, alg);
      imported.set(alg, importing);
      return importing;
    },
  };
}

function publicKeyOf(pem: string): KeyObject {
  // A private key would do, and then somebody has put it where it does not belong.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) throw new TypeError("publicKey is a private key");
  try {
    return createPublicKey(pem);
  } catch {
    throw new TypeError("publicKey is no public key in PEM");
  }
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly KeyPairAlgorithm[] {
  switch (asymmetricKeyType) {
    case "rsa":
      return rsa;
    case "ed25519":
      return ["EdDSA"];
    case "ec": {
      const algorithm = ofCurve[asymmetricKeyDetails?.namedCurve ?? ""];
      if (algorithm !== undefined) return [algorithm];
      break;
    }
    default:
  }
  throw new TypeError("publicKey is of a kind that no token is signed with");
}

async function resolverOf(address: string): Promise<ResolveKey> {
  const { createRemoteJWKSet, errors } = await jose();
  let set = sets.get(address);
  if (set === undefined) {
    if (!URL.canParse(address)) throw new TypeError("jwks is no URL");
    set = createRemoteJWKSet(new URL(address));
    sets.set(address, set);
  }
  const keys = set;
  return async (header) => {
    try {
      return await keys(header);
    } catch (cause) {
      const ofToken =
        cause instanceof errors.JWKSNoMatchingKey ||
        cause instanceof errors.JWKSMultipleMatchingKeys ||
        cause instanceof errors.JOSENotSupported;
      throw ofToken ? cause : new KeysUnavailable("the keys could not be fetched", { cause });
    }
  };
}
