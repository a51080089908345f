import type { Clock } from "../../../core/clock.ts";

/** So many are told in one turn: a mass of clients that are gone is not to hold up those that are here. */
const perTurn = 500;

interface Held {
  readonly due: number;
  readonly tell: () => void;
}

/** News that is told a while later, unless what it tells of is undone meanwhile: then nothing ever happened. */
export class HeldBack {
  /** The one that is due first comes first, because all are held for the same time. */
  private readonly held = new Map<string, Held>();
  private sleeping = false;
  private ended = false;

  constructor(
    private readonly clock: Clock,
    /** Milliseconds; 0 = nothing is held back. */
    private readonly time: number,
  ) {}

  hold(key: string, tell: () => void): void {
    if (this.time === 0 || this.ended) {
      tell();
      return;
    }
    this.held.set(key, { due: this.clock.now() + this.time, tell });
    this.sleep();
  }

  /** Whether something was held back that now will never be told. */
  cancel(key: string): boolean {
    return this.held.delete(key);
  }

  /** Tells all of it now, and from now on everything at once. */
  end(): void {
    this.ended = true;
    for (const { tell } of this.held.values()) tell();
    this.held.clear();
  }

  private sleep(): void {
    if (this.sleeping) return;
    for (const { due } of this.held.values()) {
      this.sleeping = true;
      void this.clock.delay(due - this.clock.now()).then(() => this.release());
      return;
    }
  }

  private async release(): Promise<void> {
    while (this.tellDue() === perTurn) await this.clock.nextTurn();
    this.sleeping = false;
    this.sleep();
  }

  private tellDue(): number {
    const now = this.clock.now();
    let told = 0;
    for (const [key, { due, tell }] of this.held) {
      if (due > now || told === perTurn) break;
      this.held.delete(key);
      tell();
      told += 1;
    }
    return told;
  }
}
