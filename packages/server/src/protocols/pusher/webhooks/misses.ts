import type { ChannelKey } from "../../../core/ids.ts";

/** Channels of which is known that the application has been told; beyond, the oldest is forgotten, and told again. */
const most = 100_000;

/**
 * Cache misses, once a period and not once a subscriber (protocol notes, 2.7). What fills the slot stays in it for
 * `slotTime`: a miss within that time of one that was told is of the same period.
 */
export class Misses {
  /** When each was told; the oldest comes first. */
  private readonly told = new Map<ChannelKey, number>();

  /** `slotTime`: milliseconds. */
  constructor(private readonly slotTime: number) {}

  /** Whether a miss is news. */
  add(key: ChannelKey, now: number): boolean {
    const last = this.told.get(key);
    if (last !== undefined && now - last < this.slotTime) return false;
    this.told.delete(key);
    for (const [old, at] of this.told) {
      if (now - at < this.slotTime && this.told.size < most) break;
      this.told.delete(old);
    }
    this.told.set(key, now);
    return true;
  }
}
