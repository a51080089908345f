import type { Clock } from "./clock.ts";

export interface TurnLimits {
  /** Deliveries (publications times subscribers here) of one turn of the event loop. */
  readonly deliveries: number;
  /** Bytes of publications of one turn: what it hands over is seen in a client's queue only when it is over. */
  readonly bytes: number;
}

/**
 * Of the limits, what may add up over several turns before anybody looks where one ends: looking costs a turn of the
 * loop, which at one publish a turn would be one for each.
 */
const watchedShare = 8;

export const unbounded: TurnLimits = {
  deliveries: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
};

/**
 * Bounds what one turn of the event loop takes in. A burst of publishes would hold up everybody for as long as its
 * fan-out takes, and could fill a client's queue from empty to over its limit before anybody looks. Whoever comes
 * when the turn is full waits for the next, in the order of arrival.
 */
export class Turnstile {
  private deliveries = 0;
  private bytes = 0;
  private turning = false;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly limits: TurnLimits,
  ) {}

  /** Undefined: come in now. */
  enter(): Promise<void> | undefined {
    if (this.waiting.length === 0 && !this.full) return undefined;
    return new Promise((pass) => {
      this.waiting.push(pass);
    });
  }

  /** Something was fanned out in this turn. */
  spend(deliveries: number, bytes: number): void {
    this.deliveries += deliveries;
    this.bytes += bytes;
    if (this.turning || !this.watched) return;
    this.turning = true;
    void this.turn();
  }

  /** Whether it is time to look for the end of the turn. A lone publish costs no turn of the loop of its own. */
  private get watched(): boolean {
    const { deliveries, bytes } = this.limits;
    return this.deliveries >= deliveries / watchedShare || this.bytes >= bytes / watchedShare;
  }

  private get full(): boolean {
    return this.deliveries >= this.limits.deliveries || this.bytes >= this.limits.bytes;
  }

  private async turn(): Promise<void> {
    do {
      await this.clock.nextTurn();
      this.deliveries = 0;
      this.bytes = 0;
      while (!this.full) {
        const pass = this.waiting.shift();
        if (pass === undefined) break;
        pass();
        // It fans out in a microtask of its own, and with it spends; only then is it known whether the next may come.
        await Promise.resolve();
        await Promise.resolve();
      }
    } while (this.waiting.length > 0);
    this.turning = this.watched;
    if (this.turning) void this.turn();
  }
}
