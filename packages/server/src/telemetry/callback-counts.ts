import type { Clock } from "../core/clock.ts";
import { ReasonCounts } from "./counters.ts";
import type { Log } from "./log.ts";

/** Milliseconds between two lines about losses for the same reason; between them they are only counted. */
const quietTime = 10_000;

/** What became of calls to the application. A line when an endpoint begins to fail and one when it answers again, not one a try. */
export class CallbackCounts {
  delivered = 0;
  readonly failures = new ReasonCounts();
  readonly losses = new ReasonCounts();
  /** Events not delivered yet; whoever keeps them says how many. */
  pending: () => number = () => 0;
  private readonly failing = new Set<string>();
  /** Losses since the line about their like, which is not old enough for another one. */
  private readonly untold = new Map<string, number>();
  private spoolFailing = false;

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  readonly observer = {
    delivered: ({ shown }: { readonly shown: string }, letters: number): void => {
      this.delivered += letters;
      if (this.failing.delete(shown)) this.log.info(`${shown} takes events again`);
    },
    failed: ({ shown }: { readonly shown: string }, failure: string, detail: string): void => {
      this.failures.add(failure);
      if (this.failing.has(shown)) return;
      this.failing.add(shown);
      this.log.warn(`${shown} does not take events (${detail}); they wait and are tried again`);
    },
    lost: (shown: string, loss: string, letters: number): void => {
      this.losses.add(loss, letters);
      this.logLoss(`${shown}: events were lost (${loss})`, letters);
    },
    spoolFailed: (cause: unknown): void => {
      if (this.spoolFailing) return;
      this.spoolFailing = true;
      this.log.error({ err: cause }, "webhooks.spool cannot be written; it is tried again");
    },
    spoolWritten: (): void => {
      if (!this.spoolFailing) return;
      this.spoolFailing = false;
      this.log.info("webhooks.spool is written again");
    },
    notice: (message: string): void => {
      this.log.info(message);
    },
  };

  private logLoss(what: string, letters: number): void {
    const untold = this.untold.get(what);
    if (untold === undefined) this.sayLoss(what, letters);
    else this.untold.set(what, untold + letters);
  }

  private sayLoss(what: string, letters: number): void {
    this.log.warn({ events: letters }, what);
    this.untold.set(what, 0);
    void this.clock.delay(quietTime).then(() => {
      const untold = this.untold.get(what) ?? 0;
      this.untold.delete(what);
      if (untold > 0) this.sayLoss(what, untold);
    });
  }
}
