import type { Channel } from "../../../core/channel.ts";
import type { Clock } from "../../../core/clock.ts";
import type { ChannelKey } from "../../../core/ids.ts";
import { toldPerTurn } from "./event.ts";

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
  private looking = false;
  private stop: (() => void) | undefined = undefined;

  constructor(
    private readonly clock: Clock,
    private readonly tell: Tell,
  ) {}

  start(): void {
    this.stop ??= this.clock.every(tick, () => {
      void this.look();
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

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    let told = 0;
    for (const channel of [...this.changed.values()]) {
      if (!this.news(channel)) continue;
      told += 1;
      if (told % toldPerTurn === 0) await this.clock.nextTurn();
    }
    this.looking = false;
  }

  /** Tells the number of subscribers, if it is time and another than the last one. */
  private news(channel: Channel): boolean {
    const { key, subscribers: count } = channel;
    const now = this.clock.now();
    const last = this.told.get(key);
    if (!this.changed.has(key) || (count > manySubscribers && recent(last?.at, now))) return false;
    this.changed.delete(key);
    if (count === 0 || count === last?.count) return false;
    this.told.set(key, { count, at: now });
    this.tell(channel, count);
    return true;
  }
}

/** What was told later than now was told before the clock was set back. */
function recent(at: number | undefined, now: number): boolean {
  return at !== undefined && at <= now && now - at < manyInterval;
}
