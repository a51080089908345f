import { sender, type VmsPublishOptions, type VmsTrigger } from "./sending.ts";
import { tokenPublisher, type VmsTokenPublisher } from "./token-publisher.ts";
import { userPublisher, type VmsUserPublisher } from "./user-publisher.ts";

export interface VmsPublisher {
  /** Every login of a user. Throws a TypeError where the id is neither text nor a whole number. */
  toUser(userId: number | string, options?: VmsPublishOptions): VmsUserPublisher;
  /** One login. Throws a TypeError where the id is no text. */
  toToken(accessTokenId: string, options?: VmsPublishOptions): VmsTokenPublisher;
}

/** An id that is missing would name a channel that nobody is on, and the event would be lost without a word. */
function id(value: unknown, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  if (name === "userId" && Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`${name}: has to be ${name === "userId" ? "text or a whole number" : "text"}`);
}

/** A typed publisher: one method for every event, in the wire form that both mobile apps and our client read. */
export function vmsPublisher(publisher: VmsTrigger): VmsPublisher {
  return {
    toUser: (userId, options = {}) =>
      userPublisher(sender(publisher, `private-user.${id(userId, "userId")}`, options)),
    toToken: (accessTokenId, options = {}) =>
      tokenPublisher(sender(publisher, `private-token.${id(accessTokenId, "accessTokenId")}`, options)),
  };
}
