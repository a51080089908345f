import type { App } from "./app.ts";
import type { ChannelTraits } from "./channel-name.ts";
import type { Allowance } from "./namespace.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./session.ts";

/**
 * Who vouches for a subscription: nobody but the client itself, its back end (a Pusher signature, a subscription
 * token), or the application through the server (token claim, API, personal channel).
 */
export type Voucher = "none" | "back-end" | "application";

function allows(allowance: Allowance, session: Session, subscribed: boolean): boolean {
  const known = session.user !== "" || allowance.anonymous;
  return known && (allowance.client || (allowance.subscriber && subscribed));
}

/** `client.insecure` opens what is open to Centrifugo clients; a Pusher client never had a token to leave out. */
function insecure(session: Session): boolean {
  return session.app.settings.insecure && session.encoder.wire === "centrifugo";
}

function isSubscribed(session: Session, traits: ChannelTraits): boolean {
  return session.subscriptions.get(traits.name)?.state === "joined";
}

/** Whether a client may subscribe (B2, B3, B8; protocol notes, 4.4). */
export function maySubscribe(session: Session, traits: ChannelTraits, voucher: Voucher): Refusal | undefined {
  const { wire } = session.encoder;
  if (wire === "pusher" && traits.namespace.dataFormat === "binary")
    return refuse("permission-denied", "the namespace carries bytes, which the Pusher wire cannot");
  if (traits.kind === "user") {
    if (wire === "pusher" && traits.owner !== "" && session.user === traits.owner) return undefined;
    return refuse(
      "permission-denied",
      "a user's channel is joined by that user's signed-in Pusher connections only",
    );
  }
  if (voucher !== "none") return undefined;
  if (traits.tokenOnly)
    return refuse("permission-denied", "a channel with the private prefix needs a subscription token");
  if (traits.kind === "closed")
    return refuse(
      "permission-denied",
      "a closed channel needs a signature or a subscription token from the back end",
    );
  // A name that lets in some users alone means the same on both wires.
  if (wire === "pusher" && !traits.named && traits.allowedUsers === undefined) {
    if (session.app.settings.publicChannels) return undefined;
    return refuse("permission-denied", "apps[].public_channels is off");
  }
  if (traits.allowedUsers !== undefined) {
    if (session.user !== "" && traits.allowedUsers.includes(session.user)) return undefined;
  } else if (allows(traits.namespace.subscribe, session, false)) return undefined;
  if (insecure(session)) return undefined;
  return refuse("permission-denied", "the channel's namespace does not let this client subscribe");
}

/** Whether a client may publish, as far as the server alone decides it (B5). */
export function mayPublish(session: Session, traits: ChannelTraits): Refusal | undefined {
  if (traits.kind === "user" || traits.encrypted)
    return refuse("permission-denied", "clients cannot publish to this kind of channel");
  if (traits.kind === "closed") {
    if (!isSubscribed(session, traits))
      return refuse("permission-denied", "the client is not subscribed to the channel");
    if (!session.app.settings.clientEvents) return refuse("permission-denied", "apps[].client_events is off");
    return undefined;
  }
  if (session.encoder.wire === "pusher" && !traits.named)
    return refuse("permission-denied", "client events need a private or presence channel");
  if (traits.namespace.publishAsked === true) return undefined;
  if (allows(traits.namespace.publish, session, isSubscribed(session, traits)) || insecure(session))
    return undefined;
  return refuse("permission-denied", "the channel's namespace does not let this client publish");
}

function mayRead(session: Session, traits: ChannelTraits, allowance: Allowance): Refusal | undefined {
  const subscribed = isSubscribed(session, traits);
  if (traits.kind === "open") {
    if (allows(allowance, session, subscribed) || insecure(session)) return undefined;
  } else if (subscribed) return undefined;
  return refuse("permission-denied", "this client may not read the channel");
}

/** Whether a client may read a channel's presence (B4, B7). */
export function mayReadPresence(session: Session, traits: ChannelTraits): Refusal | undefined {
  if (!keepsPresence(traits)) return refuse("not-available", "the channel's namespace keeps no presence");
  return mayRead(session, traits, traits.namespace.presenceAccess);
}

/** Whether a client may read a channel's history (B4). */
export function mayReadHistory(session: Session, traits: ChannelTraits): Refusal | undefined {
  if (!keepsHistory(traits)) return refuse("not-available", "the channel's namespace keeps no history");
  return mayRead(session, traits, traits.namespace.historyAccess);
}

/** Access to history also lets a client ask for positions and recovery. The subscription itself may be the one being made. */
export function readsOnceSubscribed(session: Session, traits: ChannelTraits, allowance: Allowance): boolean {
  return traits.kind !== "open" || allows(allowance, session, true) || insecure(session);
}

export function keepsPresence(traits: ChannelTraits): boolean {
  return traits.presence || traits.namespace.presence;
}

export function keepsHistory(traits: ChannelTraits): boolean {
  return traits.namespace.history.size > 0;
}

/** The traits of a name in an app, or why there is no such channel. */
export function resolve(app: App, name: string): ChannelTraits | Refusal {
  const traits = app.settings.naming.traits(name);
  if (traits === undefined) return refuse("unknown-channel", "the channel's namespace is not configured");
  if (!traits.wellFormed) return refuse("bad-request", "the channel's name does not fit its namespace");
  return traits;
}
