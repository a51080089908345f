import { after, type Answer } from "../../../core/answer.ts";
import { channelName } from "../../../core/ids.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import type { Subscription } from "../../../core/subscription.ts";
import { endOf, expiryOf } from "../expiry.ts";
import type { SubRefreshCommand } from "../messages.ts";
import { disconnect, type Outcome } from "../outcome.ts";
import { subRefreshProxyOf } from "../proxies/refresh.ts";
import type { CentrifugoSession } from "../session.ts";
import { TokenFault } from "../tokens/jwt.ts";
import { readSubscriptionToken, type SubscriptionToken } from "../tokens/subscription-token.ts";
import { notFor } from "./subscribe.ts";
import { outcomeOfFault } from "./token-outcome.ts";

/** Puts off the end of a subscription by a new token (protocol notes, 2.8). */
export function subRefresh(session: CentrifugoSession, command: SubRefreshCommand): Answer<Outcome> {
  const { subscriptionTokens } = session.door;
  const { channel, token } = command;
  if (command.type !== 0) return refuse("not-available", "there are no shared polls here");
  const subscription = joined(session, channel);
  if (subscription === undefined) return notSubscribed();
  if (subRefreshProxyOf(session, subscription) !== undefined)
    return disconnect("bad-request", "the application refreshes subscriptions, by its sub_refresh proxy");
  if (token === "") return refuse("bad-request", "no token");
  if (subscriptionTokens === undefined) return disconnect("invalid-token", "no token key is configured");
  return after(readSubscriptionToken(subscriptionTokens, token), (read) => {
    if (session.closed) return "answered";
    return read instanceof TokenFault ? outcomeOfFault(read, "sub-refresh") : putOff(session, channel, read);
  });
}

function putOff(session: CentrifugoSession, channel: string, read: SubscriptionToken): Outcome {
  const { wire } = session.door;
  const foreign = notFor(session, channel, read);
  if (foreign !== undefined) return foreign;
  // It may have ended while the token was checked.
  const subscription = joined(session, channel);
  if (subscription === undefined) return notSubscribed();
  const now = wire.clock.now();
  const expiry = expiryOf(read.expireAt, now);
  if (expiry instanceof Refusal) return expiry;
  subscription.expiresAt = endOf(expiry, now);
  subscription.showWith(read.info);
  wire.expiry?.subscription(session, subscription);
  return { kind: "sub-refresh", expiry };
}

function joined(session: CentrifugoSession, channel: string): Subscription | undefined {
  const subscription = session.subscriptions.get(channelName(channel));
  return subscription?.state === "joined" ? subscription : undefined;
}

function notSubscribed(): Refusal {
  return refuse("permission-denied", "the client does not subscribe to the channel");
}
