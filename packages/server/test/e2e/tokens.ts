import { createHmac } from "node:crypto";
import { keys } from "../server.ts";

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

interface Signing {
  readonly secret?: string;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A JWT by hand, so that it can be wrong. */
export function token(claims: Readonly<Record<string, unknown>>, signing: Signing = {}): string {
  const { secret = keys.hmac, header = { alg: "HS256", typ: "JWT" } } = signing;
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** A token that claims to need no signature. */
export function unsignedToken(claims: Readonly<Record<string, unknown>>): string {
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
}

/** Unix seconds so far from now. */
export function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}
