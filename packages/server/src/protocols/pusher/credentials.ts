import { equalSecret } from "../../secrets/equal.ts";
import { Hmac } from "../../secrets/hmac.ts";
import type { KeyPair } from "./settings.ts";

/** The pairs that may sign for an app: the current one, and those that are on their way out. */
export class Credentials {
  private readonly signers: ReadonlyMap<string, Hmac>;

  constructor({ key, secret, previous }: KeyPair & { readonly previous: readonly KeyPair[] }) {
    // The current pair last: it wins where an old one has the same key.
    this.signers = new Map([...previous, { key, secret }].map((pair) => [pair.key, new Hmac(pair.secret)]));
  }

  keys(): Iterable<string> {
    return this.signers.keys();
  }

  has(key: string): boolean {
    return this.signers.has(key);
  }

  /** Whether `signature` is the lower-case hex HMAC of the text under the key's secret. */
  signed(text: string, key: string, signature: string): boolean {
    const signer = this.signers.get(key);
    return signer !== undefined && equalSecret(signature, signer.hex(text));
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
