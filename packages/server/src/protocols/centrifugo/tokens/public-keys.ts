import type { Answer } from "../../../core/answer.ts";
import { PublicKey, type SignatureAlgorithm } from "../../../secrets/public-key.ts";
import type { TokenSettings } from "../settings.ts";
import { invalid, type TokenFault } from "./jwt.ts";

/** A token whose signature is to be checked by a public key. */
export interface Unverified {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: string | undefined;
  /** The claims as they came. Nobody has vouched for them. */
  readonly text: string;
}

/** Where public keys come from. */
export interface PublicKeys {
  /** Never rejects. */
  find(token: Unverified): Answer<PublicKey | TokenFault>;
  /** Nobody asks any more. */
  end(): void;
}

/** `rsa_public_key` and `ecdsa_public_key`: RS256 to RS512, and the one ES algorithm of the curve. */
export class ConfiguredKeys implements PublicKeys {
  private readonly keys = new Map<SignatureAlgorithm, PublicKey>();

  constructor({ rsaPublicKey, ecdsaPublicKey }: TokenSettings) {
    for (const pem of [rsaPublicKey, ecdsaPublicKey]) {
      const key = pem === "" ? undefined : PublicKey.fromPem(pem);
      for (const algorithm of key?.algorithms ?? []) if (key !== undefined) this.keys.set(algorithm, key);
    }
  }

  find({ algorithm }: Unverified): PublicKey | TokenFault {
    return this.keys.get(algorithm) ?? invalid("no key of the options is for the token's algorithm");
  }

  end(): void {
    // There is nothing to stop.
  }
}
