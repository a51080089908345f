import type { ChannelKey, UserId } from "../../../core/ids.ts";
import { nobody } from "../../../core/ids.ts";

const slots = 1 << 16;

/**
 * Of whom something had to be forgotten, and until when it may be asked for. It has one size, however much that is: what
 * shares a slot by chance is in doubt for no reason, which costs a replay and hides no gap.
 */
export class Forgotten {
  /** Unix milliseconds, by hash; made with the first that is forgotten. */
  private until: Float64Array | undefined = undefined;

  add(key: ChannelKey, user: UserId, until: number): void {
    this.until ??= new Float64Array(slots);
    for (const slot of [slotOf(key), slotOf(key, user)])
      this.until[slot] = Math.max(this.until[slot] ?? 0, until);
  }

  /** Whether it may be this client's: its user's, or of somebody unknown. */
  mayBeOf(key: ChannelKey, user: UserId, now: number): boolean {
    const { until } = this;
    if (until === undefined) return false;
    const asked = user === nobody ? [slotOf(key)] : [slotOf(key, user), slotOf(key, nobody)];
    return asked.some((slot) => now < (until[slot] ?? 0));
  }
}

function slotOf(key: ChannelKey, user?: UserId): number {
  return Bun.hash.xxHash32(user === undefined ? key : `${key} ${user}`) % slots;
}
