import { jose } from "./jose.ts";
import { signingKey, type TokenKey } from "./token-key.ts";

/**
 * A JWT with these very claims, in this order. Rejects with a TypeError where the key cannot sign, or the claims have no
 * JSON form.
 */
export async function signToken(key: TokenKey, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const { CompactSign } = await jose();
  const signing = await signingKey(key);
  const header = {
    alg: signing.algorithm,
    typ: "JWT",
    ...(signing.keyId === undefined ? {} : { kid: signing.keyId }),
  };
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  return new CompactSign(payload).setProtectedHeader(header).sign(signing.key);
}
