import { ManualClock } from "../core/testing/manual-clock.ts";
import type { CallbackObserver, CallbackRequest, Endpoint, Send, Verdict } from "./endpoint.ts";
import { Outbox, type Spool } from "./outbox.ts";
import type { MailboxLimits } from "./mailbox.ts";

/** A request that waits for the test's verdict. */
export interface Try {
  readonly url: string;
  /** What it tells. */
  readonly texts: readonly string[];
  readonly ids: readonly string[];
  readonly aborted: () => boolean;
  answer(verdict?: Verdict): Promise<void>;
}

export const delivered: Verdict = { kind: "delivered" };
export const refused: Verdict = { kind: "failed", failure: "status-5xx", detail: "status 500" };

/** Lets all that is ready to go on do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

export function endpoint(name: string): Endpoint {
  return {
    name,
    shown: name,
    request: (letters) => ({
      url: name,
      headers: { ids: letters.map(({ id }) => id).join(",") },
      body: JSON.stringify(letters.map(({ text }) => text)),
    }),
  };
}

export const limits: MailboxLimits = {
  window: 50,
  batchLetters: 100,
  queueBytes: 1_000_000,
  retryFor: 300_000,
};

export interface WorldOptions {
  readonly limits?: Partial<MailboxLimits>;
  readonly endpoints?: readonly string[];
  readonly spool?: Spool;
}

/** An outbox whose endpoints and clock are the test's. */
export class World {
  readonly clock = new ManualClock();
  /** Tries not answered yet, in the order in which they were made. */
  readonly tries: Try[] = [];
  readonly log: string[] = [];
  readonly outbox: Outbox;

  constructor({ limits: own = {}, endpoints = ["a"], spool }: WorldOptions = {}) {
    this.outbox = new Outbox({
      endpoints: endpoints.map(endpoint),
      limits: { ...limits, ...own },
      clock: this.clock,
      send: this.send(),
      observer: this.observer(),
      spool,
      random: () => 1,
    });
  }

  /** Moves the clock, a step at a time, so that what waits for one delay can begin another. */
  async advance(milliseconds: number, step = milliseconds): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      await settle();
      this.clock.advance(Math.min(step, milliseconds - passed));
      await settle();
    }
  }

  /** The oldest try not answered yet. */
  take(): Try {
    const first = this.tries.shift();
    if (first === undefined) throw new Error("no try was made");
    return first;
  }

  private send(): Send {
    return ({ url, body, headers }: CallbackRequest, abort) =>
      new Promise((resolve) => {
        const stopped: Verdict = { kind: "failed", failure: "stopped", detail: "" };
        abort.addEventListener("abort", () => {
          resolve(stopped);
        });
        this.tries.push({
          url,
          texts: JSON.parse(body) as string[],
          ids: headers["ids"]?.split(",") ?? [],
          aborted: () => abort.aborted,
          async answer(verdict = delivered) {
            resolve(verdict);
            await settle();
          },
        });
      });
  }

  private observer(): CallbackObserver {
    return {
      delivered: ({ name }, count) => this.log.push(`${name} delivered ${count}`),
      failed: ({ name }, failure) => this.log.push(`${name} failed ${failure}`),
      lost: (shown, loss, count) => this.log.push(`${shown} lost ${count} ${loss}`),
      spoolFailed: () => this.log.push("spool failed"),
      spoolWritten: () => undefined,
      notice: (message) => this.log.push(message),
    };
  }
}
