import { equalSecret } from "../../../secrets/equal.ts";
import { Hmac, type HmacAlgorithm } from "../../../secrets/hmac.ts";
import type { TokenSettings } from "../settings.ts";

/** Why a token is not taken. The reason is for the log and never holds a part of the token. */
export class TokenFault {
  constructor(
    readonly kind: "expired" | "invalid",
    readonly reason: string,
  ) {}
}

export function invalid(reason: string): TokenFault {
  return new TokenFault("invalid", reason);
}

/** The claims of a token that may be trusted. */
export interface Claims {
  readonly values: Readonly<Record<string, unknown>>;
  /** The claims as they came, for values that are passed on as text. */
  readonly text: string;
  readonly user: string;
  /** Unix seconds when what the token opens runs out, by `expire_at`, else `exp`; 0 = never. */
  readonly expireAt: number;
}

const algorithms: ReadonlyMap<string, HmacAlgorithm> = new Map([
  ["HS256", "sha256"],
  ["HS384", "sha384"],
  ["HS512", "sha512"],
]);

interface Key {
  readonly hmacs: ReadonlyMap<HmacAlgorithm, Hmac>;
  /** Unix seconds; 0 = always. */
  readonly validUntil: number;
}

/** Headers that came with a good signature: clients of one back end share one. */
const headerMemory = 16;

/** Checks tokens of one set of keys, always in one turn (protocol notes, 4.1 to 4.3). */
export class TokenVerifier {
  private readonly keys: readonly Key[];
  private readonly knownHeaders = new Map<string, HmacAlgorithm>();

  constructor(
    private readonly settings: TokenSettings,
    private readonly skipSignature: boolean,
  ) {
    const { hmacSecret, previousHmacSecret, previousValidUntil } = settings;
    this.keys = [keyOf(hmacSecret, 0), keyOf(previousHmacSecret, previousValidUntil)].flat();
  }

  /** @param now Unix milliseconds */
  verify(token: string, now: number): Claims | TokenFault {
    const headerEnd = token.indexOf(".");
    const payloadEnd = token.indexOf(".", headerEnd + 1);
    if (headerEnd < 0 || payloadEnd < 0 || token.includes(".", payloadEnd + 1))
      return invalid("a token has three parts");
    const header = token.slice(0, headerEnd);
    const algorithm = this.knownHeaders.get(header) ?? algorithmOf(header);
    if (!this.skipSignature) {
      if (algorithm === undefined) return invalid("the token's header names no algorithm that is accepted");
      const signature = token.slice(payloadEnd + 1);
      if (!this.signed({ algorithm, input: token.slice(0, payloadEnd), signature }, now))
        return invalid("the token's signature is by none of the keys");
      if (this.knownHeaders.size < headerMemory) this.knownHeaders.set(header, algorithm);
    }
    return this.check(decode(token.slice(headerEnd + 1, payloadEnd)), now);
  }

  private signed(
    { algorithm, input, signature }: { algorithm: HmacAlgorithm; input: string; signature: string },
    now: number,
  ): boolean {
    for (const { hmacs, validUntil } of this.keys) {
      if (validUntil !== 0 && now >= validUntil * 1000) continue;
      const hmac = hmacs.get(algorithm);
      if (hmac !== undefined && equalSecret(signature, hmac.base64url(input))) return true;
    }
    return false;
  }

  private check(text: string, now: number): Claims | TokenFault {
    const values = parseObject(text);
    if (values === undefined) return invalid("the token's claims are no JSON object");
    const { settings } = this;
    const exp = numericDate(values["exp"]);
    const nbf = numericDate(values["nbf"]);
    const expireAt = numericDate(values["expire_at"]);
    if (exp === "wrong" || nbf === "wrong" || expireAt === "wrong")
      return invalid("exp, nbf and expire_at have to be numbers");
    const seconds = now / 1000;
    if (exp !== undefined && seconds >= exp) return new TokenFault("expired", "the token has expired");
    if (nbf !== undefined && seconds < nbf) return new TokenFault("expired", "the token is not valid yet");
    if (settings.audience !== "" && !names(values["aud"], settings.audience))
      return invalid("the token's aud is not client.token.audience");
    if (settings.issuer !== "" && values["iss"] !== settings.issuer)
      return invalid("the token's iss is not client.token.issuer");
    const user = values[settings.userIdClaim === "" ? "sub" : settings.userIdClaim] ?? "";
    if (typeof user !== "string") return invalid("the token's user is no string");
    return { values, text, user, expireAt: Math.max(0, Math.floor(expireAt ?? exp ?? 0)) };
  }
}

function keyOf(secret: string, validUntil: number): Key[] {
  if (secret === "") return [];
  const hmacs = new Map(
    [...algorithms.values()].map((algorithm) => [algorithm, new Hmac(secret, algorithm)]),
  );
  return [{ hmacs, validUntil }];
}

function algorithmOf(header: string): HmacAlgorithm | undefined {
  const values = parseObject(decode(header));
  // A critical extension that is not understood forbids the token (RFC 7515, 4.1.11).
  if (values === undefined || values["crit"] !== undefined) return undefined;
  const alg = values["alg"];
  return typeof alg === "string" ? algorithms.get(alg) : undefined;
}

function decode(part: string): string {
  return Buffer.from(part, "base64url").toString("utf8");
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Seconds since 1970, or undefined where the claim is not there. */
function numericDate(value: unknown): number | undefined | "wrong" {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" ? value : "wrong";
}

function names(claim: unknown, audience: string): boolean {
  return claim === audience || (Array.isArray(claim) && claim.includes(audience));
}
