import type { Hmac } from "../secrets/hmac.ts";

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** A JWT signed with HS256. */
export function signToken(claims: Readonly<Record<string, unknown>>, secret: Hmac): string {
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${secret.base64url(signed)}`;
}
