import type { Clock } from "../clock.ts";

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  private time: number;
  private readonly repeats = new Set<{ readonly period: number; next: number; readonly work: () => void }>();
  private readonly delays = new Set<{ readonly at: number; readonly done: () => void }>();

  constructor(start = 1_700_000_000_000) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  every(period: number, work: () => void): () => void {
    const repeat = { period, next: this.time + period, work };
    this.repeats.add(repeat);
    return () => {
      this.repeats.delete(repeat);
    };
  }

  delay(milliseconds: number): Promise<void> {
    return new Promise((done) => {
      this.delays.add({ at: this.time + milliseconds, done });
    });
  }

  async nextTurn(): Promise<void> {
    await Promise.resolve();
  }

  /** Moves on, doing what falls due on the way in its order. */
  advance(milliseconds: number): void {
    const until = this.time + milliseconds;
    for (;;) {
      let due: { next: number; period: number; work: () => void } | undefined;
      for (const repeat of this.repeats) if (due === undefined || repeat.next < due.next) due = repeat;
      if (due === undefined || due.next > until) break;
      this.time = due.next;
      due.next += due.period;
      due.work();
    }
    this.time = until;
    for (const delay of [...this.delays])
      if (delay.at <= until) {
        this.delays.delete(delay);
        delay.done();
      }
  }
}
