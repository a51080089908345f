import type { Clock } from "./clock.ts";

/** How many connections this process has, of both wires, and how many it takes. */
export class Capacity {
  private taken = 0;

  /**
   * @param limit    connections; 0 = any
   * @param arrivals bounds those that come; undefined = any
   */
  constructor(
    private readonly limit: number,
    private readonly arrivals?: Arrivals,
  ) {}

  /** The option that keeps one more from being let in, undefined for none. Whoever may come has come by asking. */
  turnsAway(): "connection_limit" | "connection_rate_limit" | undefined {
    if (this.limit > 0 && this.taken >= this.limit) return "connection_limit";
    return this.arrivals?.admits() === false ? "connection_rate_limit" : undefined;
  }

  take(): void {
    this.taken += 1;
  }

  release(): void {
    this.taken -= 1;
  }
}

/** How many may come in a second: as many at once, and then as the second goes by. */
export class Arrivals {
  private left: number;
  private lookedAt: number;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Pick<Clock, "now">,
  ) {
    this.left = perSecond;
    this.lookedAt = clock.now();
  }

  admits(): boolean {
    const now = this.clock.now();
    const gone = Math.max(0, now - this.lookedAt) / 1000;
    this.lookedAt = now;
    this.left = Math.min(this.perSecond, this.left + gone * this.perSecond);
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
