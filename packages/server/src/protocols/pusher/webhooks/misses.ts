import { AgingMap } from "../../../core/aging-map.ts";
import type { ChannelKey } from "../../../core/ids.ts";

/** Channels of which is known that the application has been told; beyond, the oldest is forgotten, and told again. */
const most = 100_000;

/**
 * Cache misses, once a period and not once a subscriber (protocol notes, 2.7). What fills the slot stays in it for
 * `slotTime`: a miss within that time of one that was told is of the same period.
 */
export class Misses {
  /** When each was told. */
  private readonly told = new AgingMap<ChannelKey, number>();

  /** `slotTime`: milliseconds. */
  constructor(private readonly slotTime: number) {}

  /** Whether a miss is news. */
  add(key: ChannelKey, now: number): boolean {
    const last = this.told.get(key);
    if (last !== undefined && this.holds(last, now)) return false;
    this.told.add(key, now);
    for (let oldest = this.told.oldest(); oldest !== undefined; oldest = this.told.oldest()) {
      if (this.holds(oldest[1], now) && this.told.size <= most) break;
      this.told.delete(oldest[0]);
    }
    return true;
  }

  /** What was told later than now was told before the clock was set back. */
  private holds(at: number, now: number): boolean {
    return at <= now && now - at < this.slotTime;
  }
}
