import type { Answer } from "../../../core/answer.ts";
import type { PublicKey } from "../../../secrets/public-key.ts";
import type { ClaimRules } from "./claim-rules.ts";
import { invalid, parseObject, TokenFault } from "./jwt.ts";
import { KeySet, type KeySource } from "./key-set.ts";
import type { PublicKeys, Unverified } from "./public-keys.ts";

/** Addresses whose keys are kept; the one unused for the longest goes first. More can only be where the options let tokens name any. */
const setLimit = 100;
/** In an address: `{{name}}` of a group in issuer_regex or audience_regex. */
const placeholder = /\{\{([^{}]*)\}\}/g;
/** What a token may put into an address. */
const harmless = /^[A-Za-z0-9._~:/-]+$/;

/** `jwks_public_endpoint`: the keys are at one address, or at one for each issuer or audience (protocol notes, 4.3). */
export class KeySets implements PublicKeys {
  private readonly sets = new Map<string, KeySet>();
  private readonly stop = new AbortController();

  constructor(
    private readonly endpoint: string,
    private readonly rules: ClaimRules,
    private readonly source: KeySource,
  ) {}

  find(token: Unverified): Answer<PublicKey | TokenFault> {
    const { algorithm, keyId } = token;
    if (keyId === undefined || keyId === "") return invalid("the token's header names no key (kid)");
    const url = this.address(token);
    if (url instanceof TokenFault) return url;
    const set = this.setAt(url);
    if (set === undefined) return unavailable("too many key servers are being asked");
    const known = set.known(algorithm, keyId);
    if (known !== undefined) return known;
    return set.ask(algorithm, keyId).then((key) => {
      if (key === "unavailable") return unavailable("the keys at jwks_public_endpoint cannot be had");
      return key ?? invalid("jwks_public_endpoint has no key of the token's kid for its algorithm");
    });
  }

  end(): void {
    this.stop.abort();
  }

  private address({ text }: Unverified): string | TokenFault {
    if (!this.endpoint.includes("{{")) return this.endpoint;
    const values = parseObject(text);
    if (values === undefined) return invalid("the token's claims are no JSON object");
    const variables = this.rules.variables(values);
    if (variables instanceof TokenFault) return variables;
    const used: string[] = [];
    const url = this.endpoint.replaceAll(placeholder, (_, name: string) => {
      const value = variables.get(name) ?? "";
      used.push(value);
      return value;
    });
    // A path that climbs leads to another's keys.
    const fits = used.every((value) => harmless.test(value) && !value.includes(".."));
    return fits && URL.canParse(url) ? url : invalid("iss or aud do not lead to an address of keys");
  }

  /** The keys at the address, kept from now on; undefined where those of too many others are being asked for. */
  private setAt(url: string): KeySet | undefined {
    const known = this.sets.get(url);
    if (known === undefined && !this.makeRoom()) return undefined;
    const set = known ?? new KeySet(url, this.source, this.stop.signal);
    this.sets.delete(url);
    this.sets.set(url, set);
    return set;
  }

  private makeRoom(): boolean {
    if (this.sets.size < setLimit) return true;
    for (const [url, set] of this.sets) {
      if (set.busy) continue;
      this.sets.delete(url);
      return true;
    }
    return false;
  }
}

function unavailable(reason: string): TokenFault {
  return new TokenFault("unavailable", reason);
}
