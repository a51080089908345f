import { createPublicKey, type KeyObject } from "node:crypto";

const rsaAlgorithms = ["RS256", "RS384", "RS512"] as const;
const ofCurve = { prime256v1: "ES256", secp384r1: "ES384", secp521r1: "ES512" } as const;

/** Algorithms of key pairs that tokens may be signed by (protocol notes, 4.3). */
export type SignatureAlgorithm =
  (typeof rsaAlgorithms)[number] | (typeof ofCurve)[keyof typeof ofCurve] | "EdDSA";

const algorithms: ReadonlySet<string> = new Set<SignatureAlgorithm>([
  ...rsaAlgorithms,
  ...Object.values(ofCurve),
  "EdDSA",
]);

export function isSignatureAlgorithm(name: string): name is SignatureAlgorithm {
  return algorithms.has(name);
}

/** Bits of an RSA modulus. Below, a key is broken or soon will be; above, one check takes too long. */
const shortestRsa = 2048;
const longestRsa = 16_384;

/** A public key that tokens are checked with. */
export class PublicKey {
  private constructor(
    private readonly key: KeyObject,
    /** What it is good for. */
    readonly algorithms: readonly SignatureAlgorithm[],
  ) {}

  /** Undefined where the text is no public key in PEM, or of a kind that no token is signed with. */
  static fromPem(pem: string): PublicKey | undefined {
    return PublicKey.read(() => createPublicKey(pem));
  }

  /** The same for a JSON Web Key (RFC 7517). Its `alg`, `use` and the like are not looked at. */
  static fromJwk(jwk: Readonly<Record<string, unknown>>): PublicKey | undefined {
    return PublicKey.read(() => createPublicKey({ key: jwk, format: "jwk" }));
  }

  private static read(create: () => KeyObject): PublicKey | undefined {
    try {
      const key = create();
      const found = algorithmsOf(key);
      return found.length === 0 ? undefined : new PublicKey(key, found);
    } catch {
      return undefined;
    }
  }

  /** Whether the token (three parts, compact) is signed by this key. Never rejects. */
  async signed(token: string, algorithm: SignatureAlgorithm): Promise<boolean> {
    // Loaded when it is first needed: where all tokens are HMAC ones, it never is.
    const { compactVerify } = await import("jose");
    try {
      await compactVerify(token, this.key, { algorithms: [algorithm] });
      return true;
    } catch {
      return false;
    }
  }
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly SignatureAlgorithm[] {
  switch (asymmetricKeyType) {
    case "rsa": {
      const bits = asymmetricKeyDetails?.modulusLength ?? 0;
      return bits >= shortestRsa && bits <= longestRsa ? rsaAlgorithms : [];
    }
    case "ec": {
      const curve = asymmetricKeyDetails?.namedCurve ?? "";
      return Object.hasOwn(ofCurve, curve) ? [ofCurve[curve as keyof typeof ofCurve]] : [];
    }
    case "ed25519":
      return ["EdDSA"];
    default:
      return [];
  }
}
