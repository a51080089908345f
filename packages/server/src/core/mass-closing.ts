import type { Clock } from "./clock.ts";
import type { Closure } from "./closure.ts";
import type { Session } from "./session.ts";

/** Closing costs some 17 µs a connection (runtime notes, 1): more of them than this in one turn would hold everybody up. */
const perTurn = 200;

/** Closes many connections without holding up the rest. */
export class Leaver {
  private readonly waiting: [Session, Closure][] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly clock: Clock) {}

  /** Resolves when all of them are closed. The first turn's worth is closed at once. */
  close(sessions: Iterable<Session>, closure: Closure): Promise<void> {
    for (const session of sessions) this.waiting.push([session, closure]);
    if (this.running !== undefined) return this.running;
    const run = this.run();
    if (this.waiting.length > 0) this.running = run;
    return run;
  }

  private async run(): Promise<void> {
    try {
      for (;;) {
        for (const [session, closure] of this.waiting.splice(0, perTurn)) session.close(closure);
        if (this.waiting.length === 0) break;
        await this.clock.nextTurn();
      }
    } finally {
      // Whatever became of this round, the next one has to start.
      this.running = undefined;
    }
  }
}
