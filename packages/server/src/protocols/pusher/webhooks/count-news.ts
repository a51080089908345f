import type { Channel } from "../../../core/channel.ts";
import type { Clock } from "../../../core/clock.ts";
import type { ChannelKey } from "../../../core/ids.ts";

/** Milliseconds between two looks at channels whose number of subscribers has changed. */
const tick = 500;
/** Above so many subscribers the application is told less often (protocol notes, 4.1). */
const manySubscribers = 100;
/** Milliseconds between two counts of many subscribers. */
const manyInterval = 5_000;

type Tell = (channel: Channel, count: number) => void;

/**
 * Numbers of subscribers, once for many changes. That nobody is left is told by whoever holds that back, so that a page
 * reload says nothing.
 */
export class CountNews {
  private readonly changed = new Map<ChannelKey, Channel>();
  private readonly told = new Map<ChannelKey, { readonly count: number; readonly at: number }>();
  private stop: (() => void) | undefined = undefined;

  constructor(
    private readonly clock: Clock,
    private readonly tell: Tell,
  ) {}

  start(): void {
    this.stop ??= this.clock.every(tick, () => {
      this.look();
    });
  }

  end(): void {
    this.stop?.();
    this.stop = undefined;
  }

  change(channel: Channel): void {
    this.changed.set(channel.key, channel);
  }

  /** Nobody subscribes any more, and nobody has come again. */
  vacant(channel: Channel): void {
    this.changed.delete(channel.key);
    // Who came and went between two looks was never told of.
    if (this.told.delete(channel.key)) this.tell(channel, 0);
  }

  private look(): void {
    const now = this.clock.now();
    for (const [key, channel] of this.changed) {
      const count = channel.subscribers;
      const last = this.told.get(key);
      if (count > manySubscribers && last !== undefined && now - last.at < manyInterval) continue;
      this.changed.delete(key);
      if (count === 0 || count === last?.count) continue;
      this.told.set(key, { count, at: now });
      this.tell(channel, count);
    }
  }
}
