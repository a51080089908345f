import type { CryptoKey, JWTVerifyOptions } from "jose";
import { jose } from "./jose.ts";
import { KeysUnavailable, verifying, type VerificationKey } from "./verification-key.ts";

/**
 * Why a token is not good. `malformed`: it is no JWT; `signature`: it is not by this key, or by an algorithm that is not
 * the key's; `not-yet`: it will be good; `claims`: it is for another audience, or by another issuer; `unavailable`: the
 * keys could not be fetched, so that nobody knows.
 */
export type TokenFault = "malformed" | "signature" | "expired" | "not-yet" | "claims" | "unavailable";

export type Verified =
  | { readonly ok: true; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: TokenFault };

/**
 * Verifies a token of the application's own: signature, `exp` and `nbf` where the token has them, and `iss` and `aud`
 * where the key names them. A token without `exp` is good for ever.
 * Rejects with a TypeError where the key is none.
 *
 * @param now milliseconds since 1970
 */
export async function verifyToken(
  key: VerificationKey,
  token: string,
  now: () => number = Date.now,
): Promise<Verified> {
  const { jwtVerify, errors } = await jose();
  const { algorithms, resolve } = await verifying(key);
  const options: JWTVerifyOptions = {
    algorithms: [...algorithms],
    currentDate: new Date(now()),
    ...(key.issuer === undefined ? {} : { issuer: key.issuer }),
    ...(key.audience === undefined ? {} : { audience: key.audience }),
  };
  const faultOf = (cause: unknown): TokenFault => {
    if (cause instanceof KeysUnavailable) return "unavailable";
    if (cause instanceof errors.JWTExpired) return "expired";
    if (cause instanceof errors.JWTClaimValidationFailed) {
      if (cause.reason === "invalid") return "malformed";
      return cause.claim === "nbf" ? "not-yet" : "claims";
    }
    if (cause instanceof errors.JWSInvalid || cause instanceof errors.JWTInvalid) return "malformed";
    if (cause instanceof errors.JOSEError) return "signature";
    throw cause;
  };
  const verify = async (by: Uint8Array | CryptoKey): Promise<Verified> => {
    const { payload } = await jwtVerify(token, by, options);
    return { ok: true, claims: payload };
  };
  try {
    const { payload } = await jwtVerify(token, resolve, options);
    return { ok: true, claims: payload };
  } catch (cause) {
    if (!(cause instanceof errors.JWKSMultipleMatchingKeys)) return { ok: false, reason: faultOf(cause) };
    // The token does not say by which of several keys it is.
    for await (const one of cause) {
      try {
        return await verify(one);
      } catch (why) {
        const reason = faultOf(why);
        if (reason !== "signature") return { ok: false, reason };
      }
    }
    return { ok: false, reason: "signature" };
  }
}
