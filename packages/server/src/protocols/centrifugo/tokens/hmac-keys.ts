import { equalSecret } from "../../../secrets/equal.ts";
import { Hmac, type HmacAlgorithm } from "../../../secrets/hmac.ts";
import type { TokenSettings } from "../settings.ts";

const algorithms: ReadonlyMap<string, HmacAlgorithm> = new Map([
  ["HS256", "sha256"],
  ["HS384", "sha384"],
  ["HS512", "sha512"],
]);

export function hmacAlgorithm(name: string): HmacAlgorithm | undefined {
  return algorithms.get(name);
}

interface Key {
  readonly hmacs: ReadonlyMap<HmacAlgorithm, Hmac>;
  /** Unix seconds; 0 = always. */
  readonly validUntil: number;
}

export interface Signed {
  readonly algorithm: HmacAlgorithm;
  readonly input: string;
  readonly signature: string;
}

/** The secrets that back end and server share: the present one, and the one before while keys are rotated. */
export class HmacKeys {
  private readonly keys: readonly Key[];

  constructor({ hmacSecret, previousHmacSecret, previousValidUntil }: TokenSettings) {
    this.keys = [keyOf(hmacSecret, 0), keyOf(previousHmacSecret, previousValidUntil)].flat();
  }

  /** @param now Unix milliseconds */
  signed({ algorithm, input, signature }: Signed, now: number): boolean {
    for (const { hmacs, validUntil } of this.keys) {
      if (validUntil !== 0 && now >= validUntil * 1000) continue;
      const hmac = hmacs.get(algorithm);
      if (hmac !== undefined && equalSecret(signature, hmac.base64url(input))) return true;
    }
    return false;
  }
}

function keyOf(secret: string, validUntil: number): Key[] {
  if (secret === "") return [];
  const hmacs = new Map(
    [...algorithms.values()].map((algorithm) => [algorithm, new Hmac(secret, algorithm)]),
  );
  return [{ hmacs, validUntil }];
}
