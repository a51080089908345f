import { signToken } from "./sign-token.ts";
import { wireTerms, type SubscribeTerms } from "./subscribe-terms.ts";
import { wireClaims, type CommonClaims } from "./token-claims.ts";
import type { TokenKey } from "./token-key.ts";

/** Claims of a connection token (protocol notes, 4.1). */
export interface ConnectionClaims extends CommonClaims {
  /** Kept by the server, and told to nobody but the proxies. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Channels that the client is subscribed to from the start. */
  readonly channels?: readonly string[];
  /** The same with terms for each; it wins over `channels`. */
  readonly subs?: Readonly<Record<string, SubscribeTerms>>;
}

/**
 * A token that a client of the Centrifugo wire connects with.
 * Rejects with a TypeError where key or claims make no sense.
 *
 * @param now milliseconds since 1970
 */
export async function connectionToken(
  key: TokenKey,
  claims: ConnectionClaims,
  now: () => number = Date.now,
): Promise<string> {
  const { meta, channels, subs } = claims;
  const own = {
    ...(meta === undefined ? {} : { meta }),
    ...(channels === undefined ? {} : { channels }),
    ...(subs === undefined ? {} : { subs: wireSubs(subs) }),
  };
  return signToken(key, wireClaims(claims, own, now()));
}

function wireSubs(subs: Readonly<Record<string, SubscribeTerms>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(subs).map(([channel, terms]) => [channel, wireTerms(terms)]));
}
