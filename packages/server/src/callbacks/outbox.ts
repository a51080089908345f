import type { Clock } from "../core/clock.ts";
import type { CallbackObserver, Endpoint, Send } from "./endpoint.ts";
import type { Letter } from "./letter.ts";
import { Mailbox, type MailboxLimits } from "./mailbox.ts";

/** Keeps what is not delivered yet over the end of the process. */
export interface Spool {
  /** Called once, before anything else. What an earlier process did not deliver, the oldest first. Throws where it cannot be used. */
  open(): readonly Letter[];
  added(letter: Letter): void;
  settled(letters: readonly Letter[]): void;
  /** Resolves when all that was said has been written, or cannot be. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  readonly endpoints: readonly Endpoint[];
  readonly limits: MailboxLimits;
  readonly clock: Clock;
  readonly send: Send;
  readonly observer: CallbackObserver;
  /** Undefined: what is not delivered when the process ends is lost. */
  readonly spool: Spool | undefined;
  /** From 0 to below 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Tells endpoints what is posted, at least once, each lane in its order. Posting never waits and never fails; an
 * endpoint that is down or slow holds up nobody but itself.
 */
export class Outbox {
  private readonly mailboxes: ReadonlyMap<string, Mailbox>;
  private readonly run = crypto.randomUUID().slice(0, 8);
  private posted = 0;

  constructor(private readonly options: OutboxOptions) {
    const { endpoints, limits, clock, send, observer, random = Math.random, spool } = options;
    const settled = (letters: readonly Letter[]): void => spool?.settled(letters);
    const ports = { clock, send, observer, random, settled };
    this.mailboxes = new Map(endpoints.map((one) => [one.name, new Mailbox(one, limits, ports)]));
  }

  /** Takes over what an earlier process has left. Throws where the spool cannot be used. */
  start(): void {
    for (const letter of this.options.spool?.open() ?? []) this.take(letter);
  }

  /** Letters not delivered yet. */
  get pending(): number {
    let count = 0;
    for (const mailbox of this.mailboxes.values()) count += mailbox.count;
    return count;
  }

  post(endpoint: string, lane: string, text: string): void {
    const mailbox = this.mailboxes.get(endpoint);
    if (mailbox === undefined) return;
    const order = this.next();
    const at = this.options.clock.now();
    const letter: Letter = { id: `${this.run}-${order.toString(36)}`, order, endpoint, lane, at, text };
    this.options.spool?.added(letter);
    mailbox.post(letter);
  }

  /** Delivers what it can within so many milliseconds, and ends. What is left stays in the spool, or is lost. */
  async stop(budget: number): Promise<void> {
    const { clock, observer, spool } = this.options;
    const mailboxes = [...this.mailboxes.values()];
    const flushed = Promise.all(mailboxes.map((mailbox) => mailbox.flush()));
    await Promise.race([flushed, clock.delay(Math.max(0, budget))]);
    for (const mailbox of mailboxes) {
      const left = mailbox.end();
      const { shown } = mailbox.endpoint;
      if (left === 0) continue;
      if (spool === undefined) observer.lost(shown, "stopped", left);
      else observer.notice(`${left} events for ${shown} stay in webhooks.spool for the next start`);
    }
    await spool?.close();
  }

  /** Takes over a letter of an earlier process, whose endpoint may be gone. */
  private take(letter: Letter): void {
    const { observer, spool } = this.options;
    const mailbox = this.mailboxes.get(letter.endpoint);
    if (mailbox !== undefined) {
      mailbox.post({ ...letter, order: this.next() });
      return;
    }
    observer.lost("a webhook that is not configured any more", "no-endpoint", 1);
    spool?.settled([letter]);
  }

  private next(): number {
    this.posted += 1;
    return this.posted;
  }
}
