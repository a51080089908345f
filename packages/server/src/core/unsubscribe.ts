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
  const name = channel.traits.name;
  if (session.subscriptions.get(name) === subscription) session.subscriptions.delete(name);
  subscription.state = "ended";
  // While it joins, the join itself finds the place ended, and cleans up.
  if (state !== "joined") return;
  const { encoder, outlet } = session;
  const audience = channel.audience(encoder);
  if (why === "unsubscribed") {
    outlet.unfollow(audience.topic);
    if (subscription.hearsMembership) outlet.unfollow(audience.membershipTopic);
  }
  audience.followers -= 1;
  if (subscription.hearsMembership) audience.membershipFollowers -= 1;
  if (audience.followers === 0) hub.observer.channels(encoder.wire, -1);
  channel.sessions.delete(session);
  hub.observer.subscriptions(encoder.wire, -1);
  if (subscription.present) dropPresence(hub, session, { subscription, announce: subscription.announced });
  else if (subscription.announced) announceLeave(hub, session, { subscription, edge: false });
  hub.occupancyChanged(channel);
  hub.tidy(channel);
}

/** Takes the client out of the channel's presence, and tells the others where it had been told that it came. */
export function dropPresence(
  hub: Hub,
  session: Session,
  { subscription, announce }: { subscription: Subscription; announce: boolean },
): void {
  subscription.present = false;
  const { info, channel } = subscription;
  if (info === undefined) return;
  hub.inBackground("remove presence", () =>
    after(hub.broker.removePresence(channel.key, info.client), (removed) => {
      if (announce) announceLeave(hub, session, { subscription, edge: removed === "last" });
    }),
  );
}

function announceLeave(
  hub: Hub,
  session: Session,
  { subscription, edge }: { subscription: Subscription; edge: boolean },
): void {
  const { info, channel } = subscription;
  if (info === undefined) return;
  const { handle } = session;
  hub.inBackground("announce leave", () =>
    hub.broker.announce({ key: channel.key, change: "leave", info, edge, handle }),
  );
}
