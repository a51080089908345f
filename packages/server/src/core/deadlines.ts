import type { Clock } from "./clock.ts";

/**
 * Things that fall due, to the second: one wheel for all, no timer each. An entry that was put off or is gone stays in
 * its slot; `due` looks whether it still holds.
 */
export class Deadlines<Entry> {
  private readonly slots = new Map<number, Entry[]>();
  private swept: number;
  private readonly stop: () => void;

  constructor(
    clock: Clock,
    private readonly due: (entry: Entry, now: number) => void,
  ) {
    this.swept = Math.floor(clock.now() / 1000);
    this.stop = clock.every(1_000, () => {
      this.sweep(clock.now());
    });
  }

  /** `at`: Unix milliseconds. Falls due up to a second later, never before. */
  add(entry: Entry, at: number): void {
    const slot = Math.max(Math.ceil(at / 1000), this.swept + 1);
    const entries = this.slots.get(slot);
    if (entries === undefined) this.slots.set(slot, [entry]);
    else entries.push(entry);
  }

  end(): void {
    this.stop();
  }

  private sweep(now: number): void {
    const until = Math.floor(now / 1000);
    // A suspended machine wakes up far ahead: then it is cheaper to look at what there is than at every second.
    const slots =
      until - this.swept > this.slots.size
        ? [...this.slots.keys()].filter((slot) => slot <= until).toSorted((a, b) => a - b)
        : Array.from({ length: until - this.swept }, (_, i) => this.swept + 1 + i);
    this.swept = until;
    for (const slot of slots) {
      const entries = this.slots.get(slot);
      if (entries === undefined) continue;
      this.slots.delete(slot);
      for (const entry of entries) this.due(entry, now);
    }
  }
}
