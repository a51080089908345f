import type { CachedPublication } from "../../core/broker.ts";
import type { ChannelKey } from "../../core/ids.ts";
import type { Publication } from "../../core/publication.ts";
import { Sweep } from "./sweep.ts";

interface Slot {
  readonly publication: Publication;
  readonly until: number;
}

/** The last publication of each cache channel (B11). */
export class CacheSlots {
  private readonly slots = new Map<ChannelKey, Slot>();
  private readonly sweeper = new Sweep(this.slots, ({ until }, _key, now) => now >= until);

  fill(key: ChannelKey, publication: Publication, until: number): void {
    this.slots.set(key, { publication, until });
  }

  read(key: ChannelKey, now: number): CachedPublication | undefined {
    const slot = this.slots.get(key);
    if (slot === undefined || now >= slot.until) return undefined;
    return { publication: slot.publication, remaining: slot.until - now };
  }

  sweep(most: number, now: number): void {
    this.sweeper.piece(most, now);
  }
}
