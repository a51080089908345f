import type { Clock } from "../../core/clock.ts";

interface Event {
  readonly at: number;
  /** Of two events of the same moment, the one that was planned first comes first. */
  readonly order: number;
  readonly work: () => void;
  /** Comes again and again, and keeps nobody waiting. */
  readonly background: boolean;
}

/** Time that stands still until a test lets it pass: a clock, and everything that is going to happen. */
export class Schedule implements Clock {
  private time = 1_700_000_000_000;
  private planned = 0;
  /** Soonest last. */
  private events: Event[] = [];

  now(): number {
    return this.time;
  }

  /** Plans something for a moment; one that has passed is now. */
  at(moment: number, work: () => void): void {
    this.plan(Math.max(moment, this.time), work, false);
  }

  every(milliseconds: number, work: () => void): () => void {
    let stopped = false;
    const round = (): void => {
      if (stopped) return;
      work();
      this.plan(this.time + milliseconds, round, true);
    };
    this.plan(this.time + milliseconds, round, true);
    return () => {
      stopped = true;
    };
  }

  delay(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.time + milliseconds, resolve);
    });
  }

  nextTurn(): Promise<void> {
    return this.delay(0);
  }

  /** Whether nothing is to come but what comes again and again. */
  get idle(): boolean {
    return this.events.every(({ background }) => background);
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    const next = this.events.pop();
    if (next === undefined) return false;
    this.time = Math.max(this.time, next.at);
    next.work();
    return true;
  }

  /** Lets time pass without waiting for what is planned within it: that happens late, as after a pause of the process. */
  jump(milliseconds: number): void {
    this.time += milliseconds;
  }

  /** The moment of the next event. */
  get next(): number | undefined {
    return this.events.at(-1)?.at;
  }

  private plan(at: number, work: () => void, background: boolean): void {
    const event = { at, order: (this.planned += 1), work, background };
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.events[middle];
      if (other !== undefined && other.at > at) low = middle + 1;
      else high = middle;
    }
    this.events.splice(low, 0, event);
  }
}
