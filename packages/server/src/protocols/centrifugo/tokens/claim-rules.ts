import { member } from "../../../json-text/slices.ts";
import type { TokenSettings } from "../settings.ts";
import { invalid, parseObject, TokenFault, type Claims, type Values } from "./jwt.ts";

/** What of a token's claims a pattern is tried on: it may be anybody's, and patterns can take long. Characters. */
const longestTried = 255;

/** What every token has to say, whoever signed it and how (protocol notes, 4.1 and 4.2). */
export class ClaimRules {
  constructor(private readonly settings: TokenSettings) {}

  /** @param now Unix milliseconds */
  check(text: string, now: number): Claims | TokenFault {
    const values = parseObject(text);
    if (values === undefined) return invalid("the token's claims are no JSON object");
    const exp = numericDate(values["exp"]);
    const nbf = numericDate(values["nbf"]);
    const expireAt = numericDate(values["expire_at"]);
    if (exp === "wrong" || nbf === "wrong" || expireAt === "wrong" || numericDate(values["iat"]) === "wrong")
      return invalid("exp, nbf, iat and expire_at have to be numbers");
    if (expireAt !== undefined && !Number.isInteger(expireAt))
      return invalid("expire_at has to be a whole number");
    if (!isAbsentOr(values["jti"], "string")) return invalid("jti has to be a string");
    const named = this.names(values);
    if (named instanceof TokenFault) return named;
    const seconds = now / 1000;
    if (exp !== undefined && seconds >= exp) return new TokenFault("expired", "the token has expired");
    if (nbf !== undefined && seconds < nbf) return new TokenFault("expired", "the token is not valid yet");
    const user = this.userOf(values, text);
    if (user === undefined) return invalid("the token's user is no string");
    return { values, text, user, expireAt: Math.max(0, Math.floor(expireAt ?? exp ?? 0)) };
  }

  /** The named groups of the patterns of issuer and audience, for an address that is made of them. */
  variables(values: Values): ReadonlyMap<string, string> | TokenFault {
    return this.names(values) ?? new Map([...this.groups(values)]);
  }

  private *groups(values: Values): Generator<[string, string]> {
    const { issuerPattern, audiencePattern } = this.settings;
    const issuer = issuerPattern === undefined ? undefined : tried(issuerPattern, values["iss"]);
    const audience =
      audiencePattern === undefined
        ? undefined
        : audiences(values["aud"])
            .map((one) => tried(audiencePattern, one))
            .find((match) => match !== null);
    for (const match of [issuer, audience])
      for (const [name, value] of Object.entries(match?.groups ?? {}))
        if (typeof value === "string") yield [name, value];
  }

  /** Whether `iss` and `aud` are what they have to be. */
  private names(values: Values): TokenFault | undefined {
    const { audience, audiencePattern, issuer, issuerPattern } = this.settings;
    const { aud, iss } = values;
    if (!isAbsentOr(iss, "string")) return invalid("iss has to be a string");
    if (!isAbsentOr(aud, "string") && !isTextList(aud))
      return invalid("aud has to be a string or a list of strings");
    if (audience !== "" && !audiences(aud).includes(audience))
      return invalid("the token's aud is not the audience of the options");
    if (issuer !== "" && iss !== issuer) return invalid("the token's iss is not the issuer of the options");
    if (issuerPattern !== undefined && tried(issuerPattern, iss ?? "") === null)
      return invalid("the token's iss does not match issuer_regex");
    if (audiencePattern !== undefined && !audiences(aud).some((one) => tried(audiencePattern, one) !== null))
      return invalid("the token's aud does not match audience_regex");
    return undefined;
  }

  private userOf(values: Values, text: string): string | undefined {
    const { userIdClaim } = this.settings;
    const user = values[userIdClaim === "" ? "sub" : userIdClaim] ?? "";
    // A lone surrogate could not be told in every encoding.
    if (typeof user === "string") return user.toWellFormed();
    // A claim of somebody else's design: a whole number is as good a name, as it was written.
    if (typeof user !== "number" || userIdClaim === "") return undefined;
    const written = member(text, userIdClaim);
    return written !== undefined && /^-?\d+$/.test(written) ? written : undefined;
  }
}

/** Seconds since 1970, or undefined where the claim is not there. */
function numericDate(value: unknown): number | undefined | "wrong" {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : "wrong";
}

function isAbsentOr(value: unknown, type: "string"): boolean {
  return value === undefined || value === null || typeof value === type;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

const nobody: readonly string[] = [];

function audiences(claim: unknown): readonly string[] {
  if (typeof claim === "string") return [claim];
  return isTextList(claim) ? claim : nobody;
}

function tried(pattern: RegExp, claim: unknown): RegExpExecArray | null {
  return typeof claim === "string" && claim.length <= longestTried ? pattern.exec(claim) : null;
}
