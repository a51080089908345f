import { channelName } from "../../../core/ids.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import { endOf, expiryOf } from "../expiry.ts";
import type { SubRefreshCommand } from "../messages.ts";
import { disconnect, type Outcome } from "../outcome.ts";
import { subRefreshProxyOf } from "../proxies/refresh.ts";
import type { CentrifugoSession } from "../session.ts";
import { TokenFault } from "../tokens/jwt.ts";
import { readSubscriptionToken } from "../tokens/subscription-token.ts";
import { notFor } from "./subscribe.ts";

/** Puts off the end of a subscription by a new token (protocol notes, 2.8). */
export function subRefresh(session: CentrifugoSession, command: SubRefreshCommand): Outcome {
  const { subscriptionTokens, wire } = session.door;
  const { channel, token } = command;
  if (command.type !== 0) return refuse("not-available", "there are no shared polls here");
  const subscription = session.subscriptions.get(channelName(channel));
  if (subscription?.state !== "joined")
    return refuse("permission-denied", "the client does not subscribe to the channel");
  if (subRefreshProxyOf(session, subscription) !== undefined)
    return disconnect("bad-request", "the application refreshes subscriptions, by its sub_refresh proxy");
  if (token === "") return refuse("bad-request", "no token");
  if (subscriptionTokens === undefined) return disconnect("invalid-token", "no token key is configured");
  const now = wire.clock.now();
  const read = readSubscriptionToken(subscriptionTokens, token, now);
  if (read instanceof TokenFault)
    return read.kind === "expired"
      ? refuse("token-expired", read.reason)
      : disconnect("invalid-token", read.reason);
  const foreign = notFor(session, channel, read);
  if (foreign !== undefined) return foreign;
  const expiry = expiryOf(read.expireAt, now);
  if (expiry instanceof Refusal) return expiry;
  subscription.expiresAt = endOf(expiry, now);
  wire.expiry?.subscription(session, subscription);
  return { kind: "sub-refresh", expiry };
}
