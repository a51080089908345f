import { attempt, after } from "./answer.ts";
import type { Channel } from "./channel.ts";
import { closure } from "./closure.ts";
import type { Hub } from "./hub.ts";
import type { StreamPosition } from "./publication.ts";
import { leave } from "./unsubscribe.ts";

/** Takes note of a publication's place, once for all subscribers here. */
export function notePosition(
  channel: Channel,
  next: StreamPosition,
  now: number,
): "next" | "duplicate" | "gap" {
  const here = channel.position;
  channel.heardAt = now;
  const sameLife = here?.epoch === next.epoch;
  if (sameLife && next.offset <= here.offset) return "duplicate";
  channel.moveTo(next);
  return here === undefined || (sameLife && next.offset === here.offset + 1) ? "next" : "gap";
}

/**
 * Publications of this channel did not reach this node. Whoever counts on offsets is told to subscribe again and
 * recover; a subscription that the server made cannot, so its connection does.
 */
export function lostPositions(hub: Hub, channel: Channel): void {
  if (channel.positioned === 0) return;
  for (const subscription of channel.subscriptions()) {
    const { session } = subscription;
    if (!subscription.positioned) continue;
    if (subscription.serverSide) {
      void hub.leaver.close(
        [session],
        closure("insufficient-state", "publications of a server-side subscription are missing"),
      );
      continue;
    }
    leave(hub, session, subscription, "unsubscribed");
    session.tell({ kind: "unsubscribed", channel: channel.traits.name, why: { kind: "insufficient-state" } });
  }
}

/** Compares channels that have been silent for `delay` with their streams: a lost last publication shows in no offset. */
export function checkPositions(hub: Hub, delay: number): void {
  const now = hub.ports.clock.now();
  for (const channel of hub.channels.values()) {
    const { position } = channel;
    if (position === undefined || now - channel.heardAt < delay || channel.positioned === 0) continue;
    channel.heardAt = now;
    const bounds = channel.traits.namespace.history;
    hub.inBackground("position check", () =>
      attempt(
        () =>
          after(
            hub.broker.history(channel.key, { since: undefined, limit: 0, reverse: false }, bounds),
            (page) => {
              const here = channel.position;
              // A publication on its way here moved the position meanwhile: then the stream is alive, and checks itself.
              if (here !== position) return;
              if (page.position.epoch === here.epoch && page.position.offset === here.offset) return;
              channel.moveTo(page.position);
              lostPositions(hub, channel);
            },
          ),
        () => undefined, // the broker is away: the next round asks again
      ),
    );
  }
}
