import type { Clock } from "../../../core/clock.ts";
import type { DocumentFault, FetchDocument } from "../../../secrets/key-document.ts";
import { PublicKey, type SignatureAlgorithm } from "../../../secrets/public-key.ts";
import { isRecord, parseObject, type Values } from "./jwt.ts";

/** Keys are asked for again after this time (protocol notes, 4.3). Milliseconds. */
const freshFor = 3_600_000;
/** Between two requests for the same document, whoever asks for keys that are not in it. Milliseconds. */
const pause = 2_000;
/** Keys of one document that are looked at. */
const keyLimit = 100;

export interface KeySource {
  readonly clock: Clock;
  readonly fetch: FetchDocument;
  /** Tells an operator that keys cannot be had, and that they can again. */
  readonly notice: (message: string) => void;
}

/** What is wrong with a document that came. */
type SetFault = DocumentFault | "no-keys";

/**
 * The keys at one address (JWKS, RFC 7517), fetched when they are needed. However many tokens wait, one request is under
 * way; a key that is not there asks again, at most once a pause, and its token waits for that answer.
 */
export class KeySet {
  private keys: ReadonlyMap<string, PublicKey> = new Map();
  /** Unix milliseconds when the keys were got; 0 = there are none. */
  private gotAt = 0;
  /** When the last request was answered, or was not. */
  private askedAt = 0;
  private asking: Promise<void> | undefined = undefined;
  private failing = false;

  constructor(
    private readonly url: string,
    private readonly source: KeySource,
    private readonly stop: AbortSignal,
  ) {}

  /** Somebody waits for an answer. */
  get busy(): boolean {
    return this.asking !== undefined;
  }

  /** A key that is known now. */
  known(algorithm: SignatureAlgorithm, keyId: string): PublicKey | undefined {
    return this.isFresh() ? this.keys.get(`${algorithm} ${keyId}`) : undefined;
  }

  /** Asks for the document: undefined where it does not have the key, `unavailable` where it cannot be had. */
  async ask(algorithm: SignatureAlgorithm, keyId: string): Promise<PublicKey | "unavailable" | undefined> {
    if (this.asking === undefined) {
      const left = this.askedAt + pause - this.source.clock.now();
      // There is nothing to wait for: the client comes again.
      if (left > 0 && this.failing) return "unavailable";
      this.asking = this.request(left);
    }
    await this.asking;
    return this.failing ? "unavailable" : this.known(algorithm, keyId);
  }

  private isFresh(): boolean {
    return this.gotAt !== 0 && this.source.clock.now() < this.gotAt + freshFor;
  }

  private async request(wait: number): Promise<void> {
    const { clock, fetch } = this.source;
    try {
      if (wait > 0) await clock.delay(wait);
      const answer = await fetch(this.url, this.stop);
      const keys = "text" in answer ? readKeys(answer.text) : answer.fault;
      this.askedAt = clock.now();
      if (typeof keys !== "string") {
        this.keys = keys;
        this.gotAt = this.askedAt;
      }
      this.tell(typeof keys === "string" ? keys : undefined);
    } finally {
      this.asking = undefined;
    }
  }

  /** Once, however long it lasts. */
  private tell(fault: SetFault | undefined): void {
    const { notice } = this.source;
    if (fault !== undefined && fault !== "stopped" && !this.failing)
      notice(`the keys at jwks_public_endpoint cannot be had: ${why[fault]}; tokens wait for them`);
    if (fault === undefined && this.failing) notice("the keys at jwks_public_endpoint can be had again");
    this.failing = fault !== undefined;
  }
}

const why: Readonly<Record<SetFault, string>> = {
  timeout: "no answer within a second",
  "no-answer": "no answer",
  status: "a status that is not 200",
  "too-long": "the document is too long",
  "no-keys": "the document is no set of keys that tokens are signed by",
  stopped: "the server stops",
};

/** By algorithm and id. A key that is not understood, or is for something else, is passed over. */
function readKeys(text: string): ReadonlyMap<string, PublicKey> | SetFault {
  const given = parseObject(text)?.["keys"];
  const keys = new Map<string, PublicKey>();
  if (!Array.isArray(given)) return "no-keys";
  const listed: readonly unknown[] = given;
  for (const jwk of listed.slice(0, keyLimit)) {
    const id = isRecord(jwk) && verifies(jwk) ? jwk["kid"] : undefined;
    if (!isRecord(jwk) || typeof id !== "string" || id === "") continue;
    const key = PublicKey.fromJwk(jwk);
    const { alg } = jwk;
    for (const algorithm of key?.algorithms ?? [])
      if (key !== undefined && (alg === undefined || alg === algorithm)) keys.set(`${algorithm} ${id}`, key);
  }
  return keys.size === 0 ? "no-keys" : keys;
}

function verifies({ use, key_ops: operations, d: secretPart }: Values): boolean {
  // Who publishes a private key has let everybody sign.
  if (secretPart !== undefined) return false;
  if (use !== undefined && use !== "sig") return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes("verify"));
}
