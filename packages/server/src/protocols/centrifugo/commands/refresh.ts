import { after, type Answer } from "../../../core/answer.ts";
import { Refusal } from "../../../core/refusal.ts";
import { endOf, expiryOf } from "../expiry.ts";
import { disconnect, type Outcome } from "../outcome.ts";
import type { CentrifugoSession } from "../session.ts";
import { readConnectionToken, type ConnectionToken } from "../tokens/connection-token.ts";
import { TokenFault } from "../tokens/jwt.ts";
import { outcomeOfFault } from "./token-outcome.ts";

/** Puts off the end of the connection by a new token (protocol notes, 2.2). */
export function refresh(session: CentrifugoSession, token: string): Answer<Outcome> {
  const { connectionTokens } = session.door;
  if (session.door.proxies.refresh !== undefined)
    return disconnect("bad-request", "the application refreshes connections, by its refresh proxy");
  if (token === "") return disconnect("bad-request", "refresh without a token");
  if (connectionTokens === undefined) return disconnect("invalid-token", "no token key is configured");
  return after(readConnectionToken(connectionTokens, token), (read) => {
    if (session.closed) return "answered";
    return read instanceof TokenFault ? outcomeOfFault(read, "refresh") : putOff(session, read);
  });
}

function putOff(session: CentrifugoSession, read: ConnectionToken): Outcome {
  const { settings, wire } = session.door;
  const now = wire.clock.now();
  if (read.user !== session.user) return disconnect("invalid-token", "the token is another user's");
  const channels = read.grants.map((grant) => grant.channel);
  if (!sameChannels(channels, session.tokenChannels ?? []))
    return disconnect("insufficient-state", "the new token has other server-side subscriptions");
  const expiry = expiryOf(settings.insecure ? 0 : read.expireAt, now);
  if (expiry instanceof Refusal) return expiry;
  session.expiresAt = endOf(expiry, now);
  if (read.info !== undefined) session.connInfo = read.info;
  wire.expiry?.connection(session);
  return { kind: "refresh", expiry };
}

/** Neither list names a channel twice. */
function sameChannels(some: readonly string[], others: readonly string[]): boolean {
  const known = new Set(others);
  return some.length === others.length && some.every((channel) => known.has(channel));
}
