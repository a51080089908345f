import type { Answer } from "../../../core/answer.ts";
import type { Clock } from "../../../core/clock.ts";
import type { HmacAlgorithm } from "../../../secrets/hmac.ts";
import { isSignatureAlgorithm } from "../../../secrets/public-key.ts";
import type { TokenSettings } from "../settings.ts";
import { ClaimRules } from "./claim-rules.ts";
import { hmacAlgorithm, HmacKeys } from "./hmac-keys.ts";
import { decodePart, headerOf, invalid, TokenFault, type Claims } from "./jwt.ts";
import type { KeySource } from "./key-set.ts";
import { KeySets } from "./key-sets.ts";
import { ConfiguredKeys, type PublicKeys, type Unverified } from "./public-keys.ts";

/** Headers that came with a good signature: clients of one back end share one. */
const headerMemory = 16;

export interface Verifying {
  readonly clock: Clock;
  /** Tokens are read without checking who signed them. */
  readonly skipSignature: boolean;
  /** Where keys at an address come from. */
  readonly source: KeySource;
}

/** Checks tokens of one set of keys: HMAC in this turn, key pairs later; the claims are the same (protocol notes, 4.1 to 4.3). */
export class TokenVerifier {
  private readonly rules: ClaimRules;
  private readonly hmacKeys: HmacKeys | undefined;
  private readonly publicKeys: PublicKeys;
  private readonly knownHeaders = new Map<string, HmacAlgorithm>();

  constructor(
    settings: TokenSettings,
    private readonly verifying: Verifying,
  ) {
    this.rules = new ClaimRules(settings);
    // With an address of keys, no others are good.
    const { jwksEndpoint } = settings;
    this.hmacKeys = jwksEndpoint === "" ? new HmacKeys(settings) : undefined;
    this.publicKeys =
      jwksEndpoint === ""
        ? new ConfiguredKeys(settings)
        : new KeySets(jwksEndpoint, this.rules, verifying.source);
  }

  /** Nobody asks any more: what is being fetched is given up. */
  end(): void {
    this.publicKeys.end();
  }

  verify(token: string): Answer<Claims | TokenFault> {
    const headerEnd = token.indexOf(".");
    const payloadEnd = token.indexOf(".", headerEnd + 1);
    if (headerEnd < 0 || payloadEnd < 0 || token.includes(".", payloadEnd + 1))
      return invalid("a token has three parts");
    const { clock, skipSignature } = this.verifying;
    const header = token.slice(0, headerEnd);
    const payload = token.slice(headerEnd + 1, payloadEnd);
    if (!skipSignature) {
      const hmac = this.knownHeaders.get(header);
      const said = hmac === undefined ? headerOf(header) : undefined;
      const algorithm = hmac ?? hmacAlgorithm(said?.algorithm ?? "");
      if (algorithm === undefined) {
        if (said === undefined || !isSignatureAlgorithm(said.algorithm)) return invalid(noAlgorithm);
        const { keyId } = said;
        return this.verifyLater(token, { algorithm: said.algorithm, keyId, text: decodePart(payload) });
      }
      if (this.hmacKeys === undefined) return invalid(noAlgorithm);
      const signed = { algorithm, input: token.slice(0, payloadEnd), signature: token.slice(payloadEnd + 1) };
      if (!this.hmacKeys.signed(signed, clock.now()))
        return invalid("the token's signature is by none of the keys");
      if (hmac === undefined && this.knownHeaders.size < headerMemory)
        this.knownHeaders.set(header, algorithm);
    }
    return this.rules.check(decodePart(payload), clock.now());
  }

  private async verifyLater(token: string, unverified: Unverified): Promise<Claims | TokenFault> {
    const key = await this.publicKeys.find(unverified);
    if (key instanceof TokenFault) return key;
    if (!(await key.signed(token, unverified.algorithm)))
      return invalid("the token's signature is by none of the keys");
    // The time is that of the answer: fetching keys takes some.
    return this.rules.check(unverified.text, this.verifying.clock.now());
  }
}

const noAlgorithm = "the token's header names no algorithm that is accepted";
