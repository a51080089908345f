import { maySubscribe, type Voucher } from "../../core/access.ts";
import type { Answer } from "../../core/answer.ts";
import { after, attempt } from "../../core/answer.ts";
import type { ChannelTraits } from "../../core/channel-name.ts";
import { channelName, nobody } from "../../core/ids.ts";
import type { ClientInfo, StreamPosition } from "../../core/publication.ts";
import { Refusal, refuse } from "../../core/refusal.ts";
import { join } from "../../core/subscribe.ts";
import type { Subscription } from "../../core/subscription.ts";
import { errorCode, type SubscriptionError, subscriptionError, unsigned } from "./codes.ts";
import { channelText } from "./credentials.ts";
import { examineSubscription } from "./doctor/subscription.ts";
import { positionedEncoder } from "./encode.ts";
import { subscriptionErrorFrame } from "./frames.ts";
import { memberOf } from "./member.ts";
import type { AskedPosition, Subscribe } from "./messages.ts";
import { reach } from "./reach.ts";
import type { Found } from "./recovery/lost-places.ts";
import type { PusherSession } from "./session.ts";
import { succeeded, welcome } from "./welcome.ts";

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

  const asked = positionsFor(session, traits, message);
  const recovering = traits.namespace.pusherRecovery > 0;
  const enter = (found: Found): Answer<void> => {
    const request = {
      traits,
      info,
      override: {
        forcePositioning: false,
        // Whoever keeps no positions itself is recovered where its namespace says so, and is told of none.
        forceRecovery: recovering || (asked !== undefined && traits.namespace.forceRecovery),
      },
      expiresAt: 0,
      serverSide: false,
      positioned: asked !== undefined,
      recoverable: asked !== undefined,
      joinLeave: traits.presence,
      recover: asked === undefined ? sinceOf(found) : asked.since,
      wantsMembers: traits.presence,
      wantsCached: traits.cache,
    };
    return after(join(tenant.around.hub, session, request), (joining) => {
      if (!(joining instanceof Refusal)) welcome(session, joining, { found, asked });
      else if (!session.closed) refuseJoin(session, message, joining);
    });
  };
  const { recovery } = tenant.around;
  const user = info?.user ?? session.user;
  return after(unhurried(session, traits), () => {
    if (session.closed) return undefined;
    // Who keeps its position itself has said what it missed.
    if (!recovering || asked !== undefined) return enter(nothingMissed);
    return recovery.arriving(session, { traits, user }, enter);
  });
}

const nothingMissed: Found = { kind: "nothing" };

function sinceOf(found: Found): StreamPosition | undefined {
  return found.kind === "line" ? found.since : undefined;
}

/**
 * What the client asks of positions. The connection's first subscribe decides whether it gets them: one topic is one
 * encoding, and a connection has one for all its channels.
 */
function positionsFor(
  session: PusherSession,
  { namespace }: ChannelTraits,
  { position }: Subscribe,
): AskedPosition | undefined {
  if (position === undefined) return undefined;
  if (session.subscriptions.size === 0) session.encoder = positionedEncoder;
  if (namespace.recoveryMode === "cache") return undefined;
  return session.encoder === positionedEncoder ? position : undefined;
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
