import { signToken } from "./sign-token.ts";
import { wireTerms, type SubscribeTerms } from "./subscribe-terms.ts";
import { wireClaims, type CommonClaims } from "./token-claims.ts";
import type { TokenKey } from "./token-key.ts";

/** Claims of a subscription token (protocol notes, 4.2). `user` is the one that the client has connected as. */
export interface SubscriptionClaims extends CommonClaims, SubscribeTerms {
  readonly channel: string;
}

/**
 * A token that a client of the Centrifugo wire subscribes to one channel with.
 * Rejects with a TypeError where key or claims make no sense.
 *
 * @param now milliseconds since 1970
 */
export async function subscriptionToken(
  key: TokenKey,
  claims: SubscriptionClaims,
  now: () => number = Date.now,
): Promise<string> {
  const { channel, data, override } = claims;
  if (typeof channel !== "string" || channel === "") throw new TypeError("channel is empty");
  const terms = wireTerms({ data, ...(override === undefined ? {} : { override }) });
  return signToken(key, wireClaims(claims, { channel, ...terms }, now()));
}
