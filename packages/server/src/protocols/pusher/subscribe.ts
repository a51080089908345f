import { maySubscribe, type Voucher } from "../../core/access.ts";
import type { Answer } from "../../core/answer.ts";
import { after, attempt } from "../../core/answer.ts";
import type { GrantOverride, Member } from "../../core/broker.ts";
import type { ChannelTraits } from "../../core/channel-name.ts";
import { Unsayable } from "../../core/encoder.ts";
import { channelName, nobody } from "../../core/ids.ts";
import type { Joining } from "../../core/joining.ts";
import type { ClientInfo, Publication } from "../../core/publication.ts";
import { Refusal, refuse } from "../../core/refusal.ts";
import { join } from "../../core/subscribe.ts";
import type { Subscription } from "../../core/subscription.ts";
import { errorCode, type SubscriptionError, subscriptionError, unsigned } from "./codes.ts";
import { channelText } from "./credentials.ts";
import { examineSubscription } from "./doctor/subscription.ts";
import { pusherEncoder } from "./encode.ts";
import { cacheMissFrame, presenceSucceededFrame, subscriptionErrorFrame, succeededFrame } from "./frames.ts";
import { memberOf } from "./member.ts";
import type { Subscribe } from "./messages.ts";
import { reach } from "./reach.ts";
import type { PusherSession } from "./session.ts";

/** This wire has no positions: what is missed is missed, and nobody is told to recover. */
const withoutPositions: GrantOverride = { forcePositioning: false, forceRecovery: false };

/** A `pusher:subscribe`. */
export function subscribe(session: PusherSession, message: Subscribe): Answer<void> {
  const { tenant, app } = session;
  const known = session.subscriptions.get(channelName(message.channel));
  // Clients subscribe to everything again whenever in doubt (protocol notes, 1.7): no fault, and nothing new.
  if (known !== undefined) return tellAgain(session, known);

  const traits = reach(app, message.channel);
  if (traits instanceof Refusal) return refuseJoin(session, message, traits);
  const { channelsPerConnection } = tenant.settings;
  if (channelsPerConnection > 0 && session.subscriptions.size >= channelsPerConnection)
    return refuseJoin(session, message, limitReached);
  const voucher = vouch(session, traits, message);
  if (voucher instanceof Refusal) return refuseJoin(session, message, voucher, unsigned);
  const refused = maySubscribe(session, traits, voucher);
  if (refused !== undefined) {
    if (traits.kind !== "closed") return refuseJoin(session, message, refused);
    // Of a namespace that this wire cannot carry, no signature opens a channel.
    const unvouched = voucher === "none" && traits.namespace.dataFormat !== "binary";
    const why = unvouched ? explained(session, refused.reason, { traits, message }) : refused;
    return refuseJoin(session, message, why, unsigned);
  }
  const info = infoOf(session, traits, message);
  if (info instanceof Refusal) return refuseJoin(session, message, info);

  const request = {
    traits,
    info,
    override: withoutPositions,
    expiresAt: 0,
    serverSide: false,
    positioned: false,
    recoverable: false,
    joinLeave: traits.presence,
    recover: undefined,
    wantsMembers: traits.presence,
    wantsCached: traits.cache,
  };
  return after(unhurried(session, traits), () => {
    if (session.closed) return undefined;
    return after(join(tenant.around.hub, session, request), (joining) => {
      if (!(joining instanceof Refusal)) welcome(session, traits, joining);
      else if (!session.closed) refuseJoin(session, message, joining);
    });
  });
}

/**
 * Each coming and going on a presence channel is a message to all its members, and each coming a list of them: who
 * leaves and joins in turn makes far more than it sends. It waits, and with it what else the client says.
 */
function unhurried(session: PusherSession, traits: ChannelTraits): Answer<void> {
  if (!traits.presence) return undefined;
  const { clock } = session.tenant.around;
  const pause = session.presencePause(clock.now());
  return pause === 0 ? undefined : clock.delay(pause);
}

const limitReached = refuse("limit-exceeded", "apps[].limits.channels_per_connection is reached");

/** Reply, cached event, topic: in one turn, so that nothing is lost or comes twice. */
function welcome(session: PusherSession, traits: ChannelTraits, joining: Joining): void {
  const { members, cached } = joining.settle();
  const { outlet } = session;
  outlet.push(succeeded(traits, members));
  if (traits.cache) outlet.push(cachedFrame(traits, cached));
  joining.follow();
  session.tenant.around.counts.joined(joining.subscription.channel, session);
  if (traits.kind !== "open") session.proven();
}

function succeeded({ name, presence }: ChannelTraits, members: readonly Member[]): string {
  return presence ? presenceSucceededFrame(name, members) : succeededFrame(name);
}

function cachedFrame({ name }: ChannelTraits, cached: Publication | undefined): string | Uint8Array {
  const frame = cached === undefined ? undefined : pusherEncoder.publication(name, cached);
  return frame === undefined || frame instanceof Unsayable ? cacheMissFrame(name) : frame;
}

function tellAgain(session: PusherSession, subscription: Subscription): Answer<void> {
  const { traits } = subscription.channel;
  // The answer to the first one is on its way.
  if (subscription.state !== "joined") return undefined;
  if (!traits.presence) {
    session.outlet.push(succeeded(traits, []));
    return undefined;
  }
  // A list may be a thousand times as long as the question: one a turn, and what else the client says waits for it.
  return session.tenant.around.clock.nextTurn().then(() => tellMembers(session, subscription));
}

function tellMembers(session: PusherSession, subscription: Subscription): Answer<void> {
  const { traits, key } = subscription.channel;
  const { hub } = session.tenant.around;
  return attempt<void>(
    () =>
      after(hub.broker.members(key), (members) => {
        if (subscription.state === "joined") session.outlet.push(succeeded(traits, members));
      }),
    (cause) => {
      hub.observer.defect("members", cause);
    },
  );
}

/** Whether the back end has signed it (protocol notes, 2.6). Only closed channels ask for that. */
function vouch(session: PusherSession, traits: ChannelTraits, message: Subscribe): Voucher | Refusal {
  if (traits.kind !== "closed" || message.auth === "") return "none";
  const { credentials } = session.tenant;
  const text = channelText(session.socketId, traits.name, traits.presence ? message.channelData : undefined);
  if (credentials.authorizes(message.auth, text)) return "back-end";
  return explained(session, "the signature is not right", { traits, message });
}

/** The back end's word is wrong or missing: told with the reason where that is for the client. */
function explained(
  session: PusherSession,
  plain: string,
  asked: { readonly traits: ChannelTraits; readonly message: Subscribe },
): Refusal {
  const reason = session.tenant.around.doctor.explain("pusher", plain, (ring) =>
    examineSubscription(ring, session, asked),
  );
  return refuse("permission-denied", reason);
}

/** How others will see the client: on presence channels the member that the back end names, else the signed-in user (B5). */
function infoOf(
  session: PusherSession,
  traits: ChannelTraits,
  { channelData }: Subscribe,
): ClientInfo | undefined | Refusal {
  if (!traits.presence) return undefined;
  if (channelData === undefined) {
    if (session.user !== nobody) return session.info(undefined);
    return refuse("bad-request", "a presence channel needs channel_data, or a sign-in before");
  }
  const member = memberOf(channelData);
  if (member instanceof Refusal) return member;
  return { ...session.info(member.info), user: member.user };
}

/**
 * Refused twice: hosted Pusher says `pusher:error`, with which pusher-js shows the channel as pending for ever; the
 * channel itself hears `pusher:subscription_error` (protocol notes, 1.3 and 1.11).
 */
function refuseJoin(
  session: PusherSession,
  { channel }: Subscribe,
  refusal: Refusal,
  error: SubscriptionError = subscriptionError[refusal.kind],
): void {
  session.refuse(refusal, errorCode[refusal.kind], channel);
  session.outlet.push(subscriptionErrorFrame(channel, refusal.reason, error));
}
