/**
 * Why a token is not taken. `unavailable`: the keys that it would be checked with cannot be had just now, so that nobody
 * knows. The reason is for the log and never holds a part of the token.
 */
export class TokenFault {
  constructor(
    readonly kind: "expired" | "invalid" | "unavailable",
    readonly reason: string,
  ) {}
}

export function invalid(reason: string): TokenFault {
  return new TokenFault("invalid", reason);
}

export type Values = Readonly<Record<string, unknown>>;

/** The claims of a token that may be trusted. */
export interface Claims {
  readonly values: Values;
  /** The claims as they came, for values that are passed on as text. */
  readonly text: string;
  readonly user: string;
  /** Unix seconds when what the token opens runs out, by `expire_at`, else `exp`; 0 = never. */
  readonly expireAt: number;
}

/** What a token says of its signature. */
export interface Header {
  readonly algorithm: string;
  /** `kid`; undefined where it names none. */
  readonly keyId: string | undefined;
}

/** Undefined for what is no header, or asks for what is not understood. */
export function headerOf(part: string): Header | undefined {
  const values = parseObject(decodePart(part));
  // A critical extension that is not understood forbids the token (RFC 7515, 4.1.11).
  if (values === undefined || values["crit"] !== undefined) return undefined;
  const { alg, kid } = values;
  if (typeof alg !== "string") return undefined;
  if (kid === undefined || kid === null) return { algorithm: alg, keyId: undefined };
  return typeof kid === "string" ? { algorithm: alg, keyId: kid } : undefined;
}

export function decodePart(part: string): string {
  return Buffer.from(part, "base64url").toString("utf8");
}

export function parseObject(text: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
