import { AgingMap } from "../../../core/aging-map.ts";
import type { Clock } from "../../../core/clock.ts";
import { toldPerTurn } from "./event.ts";

interface Held {
  readonly since: number;
  readonly tell: () => void;
}

/** News that is told a while later, unless what it tells of is undone meanwhile: then nothing ever happened. */
export class HeldBack {
  /** The oldest is due first, because all are held for the same time. */
  private readonly held = new AgingMap<string, Held>();
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
    this.held.add(key, { since: this.clock.now(), tell });
    this.sleep();
  }

  /** Whether something was held back that now will never be told. */
  cancel(key: string): boolean {
    return this.held.delete(key);
  }

  /** Tells all of it now, and from now on everything at once. */
  end(): void {
    this.ended = true;
    while (this.tellOldest());
  }

  private sleep(): void {
    const oldest = this.held.oldest();
    if (this.sleeping || oldest === undefined) return;
    this.sleeping = true;
    void this.clock.delay(this.timeLeft(oldest[1])).then(() => this.release());
  }

  private async release(): Promise<void> {
    while (this.tellDue() === toldPerTurn) await this.clock.nextTurn();
    this.sleeping = false;
    this.sleep();
  }

  private tellDue(): number {
    let told = 0;
    for (; told < toldPerTurn; told += 1) {
      const oldest = this.held.oldest();
      if (oldest === undefined || this.timeLeft(oldest[1]) > 0) break;
      this.tellOldest();
    }
    return told;
  }

  private tellOldest(): boolean {
    const oldest = this.held.oldest();
    if (oldest === undefined) return false;
    const [key, { tell }] = oldest;
    this.held.delete(key);
    tell();
    return true;
  }

  /** None where the clock was set back meanwhile: nobody knows how long it has been, and those behind wait for it. */
  private timeLeft({ since }: Held): number {
    const passed = this.clock.now() - since;
    return passed < 0 ? 0 : Math.max(0, this.time - passed);
  }
}
