import { equalSecret } from "../../secrets/equal.ts";
import { Hmac } from "../../secrets/hmac.ts";
import type { KeyPair } from "./settings.ts";

/** The pairs that may sign for an app: the current one, and those that are on their way out. */
export class Credentials {
  /** By key, the current secret first: where a secret alone is exchanged, its key has several for a while. */
  private readonly signers = new Map<string, Hmac[]>();

  constructor({ key, secret, previous }: KeyPair & { readonly previous: readonly KeyPair[] }) {
    for (const pair of [{ key, secret }, ...previous]) {
      const known = this.signers.get(pair.key);
      if (known === undefined) this.signers.set(pair.key, [new Hmac(pair.secret)]);
      else known.push(new Hmac(pair.secret));
    }
  }

  keys(): Iterable<string> {
    return this.signers.keys();
  }

  has(key: string): boolean {
    return this.signers.has(key);
  }

  /** Whether `signature` is the lower-case hex HMAC of the text under a secret of the key. */
  signed(text: string, key: string, signature: string): boolean {
    return this.signers.get(key)?.some((signer) => equalSecret(signature, signer.hex(text))) === true;
  }

  /** Whether `auth`, `key:signature`, is right for the text (protocol notes, 2.6). */
  authorizes(auth: string, text: string): boolean {
    const colon = auth.lastIndexOf(":");
    return colon > 0 && this.signed(text, auth.slice(0, colon), auth.slice(colon + 1));
  }
}

/** What a back end signs to let a connection join; `channelData` on presence channels only. */
export function channelText(socketId: string, channel: string, channelData?: string): string {
  return channelData === undefined ? `${socketId}:${channel}` : `${socketId}:${channel}:${channelData}`;
}

/** What a back end signs to say whose connection it is. */
export function userText(socketId: string, userData: string): string {
  return `${socketId}::user::${userData}`;
}
