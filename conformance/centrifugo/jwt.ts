import { createHmac } from "node:crypto";

export type Claims = Readonly<Record<string, unknown>>;

const hashes = { HS256: "sha256", HS384: "sha384", HS512: "sha512" } as const;

export type Algorithm = keyof typeof hashes;

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** A signed token. */
export function signed(claims: Claims, secret: string, algorithm: Algorithm = "HS256"): string {
  const body = `${part({ typ: "JWT", alg: algorithm })}.${part(claims)}`;
  return `${body}.${createHmac(hashes[algorithm], secret).update(body).digest("base64url")}`;
}

/** A token that says that it needs no signature. */
export function unsigned(claims: Claims, algorithm = "none"): string {
  return `${part({ typ: "JWT", alg: algorithm })}.${part(claims)}.`;
}

/** Unix seconds, from now. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}
