import { after } from "./answer.ts";
import type { Hub } from "./hub.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";

/** Ends a subscription. `gone`: the connection is closed, and its topics with it. The client is told by the caller. */
export function leave(
  hub: Hub,
  session: Session,
  subscription: Subscription,
  why: "unsubscribed" | "gone",
): void {
  const { channel, state } = subscription;
  session.subscriptions.remove(subscription);
  subscription.state = "ended";
  releaseFilter(subscription);
  if (state !== "joined") {
    // The join itself finds the place ended, and cleans up. The entry goes now: if the client comes again at once,
    // its next entry must not be taken out for this one.
    if (subscription.present) dropPresence(hub, session, subscription);
    return;
  }
  const { encoder, outlet } = session;
  const audience = channel.audience(encoder);
  if (subscription.way !== undefined) subscription.way.remove(subscription);
  else {
    if (why === "unsubscribed") outlet.unfollow(audience.topic);
    audience.followers -= 1;
  }
  audience.subscribers -= 1;
  if (why === "unsubscribed" && subscription.hearsMembership) outlet.unfollow(audience.membershipTopic);
  if (subscription.hearsMembership) audience.membershipFollowers -= 1;
  if (channel.followersOn(encoder.wire) === 0) hub.observer.channels(encoder.wire, -1);
  channel.remove(subscription);
  if (subscription.positioned) channel.positioned -= 1;
  hub.observer.subscriptions(encoder.wire, -1);
  leavePresence(hub, session, subscription);
  hub.occupancyChanged(channel, -1);
  hub.tidy(channel);
}

/** The channel may then have another filter in place of this subscription's. */
export function releaseFilter(subscription: Subscription): void {
  const { filter, channel } = subscription;
  if (filter === undefined) return;
  subscription.filter = undefined;
  channel.filters?.release(filter);
  if (channel.filters?.size === 0) channel.filters = undefined;
}

/** Takes a client out of the channel's presence, and tells the others, who had been told that it came. */
function leavePresence(hub: Hub, session: Session, subscription: Subscription): void {
  const { info, channel, announced, present } = subscription;
  if (info === undefined) return;
  if (!present) {
    if (announced) announce(hub, session, { subscription, change: "leave", edge: false });
    return;
  }
  subscription.present = false;
  hub.inBackground("remove presence", () =>
    after(hub.broker.removePresence(channel.key, info.client), (removed) => {
      if (announced) announce(hub, session, { subscription, change: "leave", edge: removed === "last" });
    }),
  );
}

/** Takes a client whose join comes to nothing out of the channel's presence. */
export function dropPresence(hub: Hub, session: Session, subscription: Subscription): void {
  const { info, channel } = subscription;
  subscription.present = false;
  if (info === undefined) return;
  hub.inBackground("remove presence", () =>
    after(hub.broker.removePresence(channel.key, info.client), (removed) =>
      after(subscription.entering, () => {
        if (removed === "last" || removed === "remaining")
          tellIfItMattered(hub, session, { subscription, removed });
      }),
    ),
  );
}

/**
 * Nobody had been told that it came, and nobody need be if it was its user's first and last connection, or neither.
 * Else another connection, told as one of several, is now the only word of its user's coming, or of its going.
 */
function tellIfItMattered(
  hub: Hub,
  session: Session,
  { subscription, removed }: { subscription: Subscription; removed: "last" | "remaining" },
): void {
  const { announced, firstOfUser } = subscription;
  const last = removed === "last";
  if (!announced || firstOfUser === last) return;
  announce(hub, session, { subscription, change: "join", edge: firstOfUser });
  announce(hub, session, { subscription, change: "leave", edge: last });
}

/** Tells the channel that a client came or left. */
export function announce(
  hub: Hub,
  session: Session,
  { subscription, change, edge }: { subscription: Subscription; change: "join" | "leave"; edge: boolean },
): void {
  const { info, channel } = subscription;
  if (info === undefined) return;
  const { handle } = session;
  const told = { key: channel.key, change, info, edge, handle };
  hub.activity?.membership(channel, told);
  hub.inBackground(`announce ${change}`, () => hub.broker.announce(told));
}
