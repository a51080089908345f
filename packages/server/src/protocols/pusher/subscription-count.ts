import type { App } from "../../core/app.ts";
import type { Channel } from "../../core/channel.ts";
import type { Clock } from "../../core/clock.ts";
import type { Hub } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import { subscriptionCountFrame } from "./frames.ts";

/** Milliseconds between two looks at the channels whose number of subscribers has changed. */
const tick = 500;
/** Above so many subscribers they are told less often (protocol notes, 2.10). */
const manySubscribers = 100;
/** Milliseconds between two counts to many subscribers. */
const manyInterval = 5_000;

/**
 * Tells subscribers how many they are. Not at every join: then each of n joins would cost n messages. A change marks the
 * channel, and the next tick tells everybody in it, the one who has just come too.
 */
export class SubscriptionCounts {
  /** Channels with a change not yet told. */
  private readonly changed = new Set<Channel>();
  /** When many subscribers were last told, Unix milliseconds. */
  private readonly toldAt = new WeakMap<Channel, number>();
  private stop: (() => void) | undefined = undefined;

  constructor(
    private readonly hub: Hub,
    apps: ReadonlySet<App>,
  ) {
    hub.onOccupancy((channel) => {
      const { app, traits } = channel;
      // pusher-java-client 2.4.4 takes everything on an encrypted channel for cipher text but "{}", and throws where it is
      // not: an uncaught exception, by which an Android app ends.
      const counted = traits.kind !== "user" && !traits.presence && !traits.encrypted;
      if (traits.bridged && counted && apps.has(app)) this.changed.add(channel);
    });
  }

  /**
   * Somebody has joined, and was told so. Who is alone there is told at once, by the way: most channels of one client
   * each would otherwise cost a message of their own at the next tick.
   */
  joined(channel: Channel, session: Session): void {
    if (channel.subscribers !== 1 || !this.changed.delete(channel)) return;
    session.outlet.push(subscriptionCountFrame(channel.traits.name, 1));
  }

  start(clock: Clock): void {
    this.stop = clock.every(tick, () => {
      if (this.changed.size > 0) this.tell(clock.now());
    });
  }

  end(): void {
    this.stop?.();
  }

  private tell(now: number): void {
    for (const channel of this.changed) {
      const count = channel.subscribers;
      if (count > manySubscribers) {
        if (now - (this.toldAt.get(channel) ?? 0) < manyInterval) continue;
        this.toldAt.set(channel, now);
      }
      this.changed.delete(channel);
      const frame = subscriptionCountFrame(channel.traits.name, count);
      for (let audience = channel.firstAudience; audience !== undefined; audience = audience.next)
        if (audience.encoder.wire === "pusher" && audience.followers > 0)
          this.hub.ports.fanout.publish(audience.topic, frame);
    }
  }
}
