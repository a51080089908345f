import type { Clock } from "../core/clock.ts";
import { backoff } from "./backoff.ts";
import type { CallbackObserver, Endpoint, Loss, Send } from "./endpoint.ts";
import { Lanes } from "./lanes.ts";
import { sizeOf, type Letter } from "./letter.ts";

export interface MailboxLimits {
  /** Milliseconds for which a letter waits for others to go with. */
  readonly window: number;
  /** Letters of one request. */
  readonly batchLetters: number;
  /** Bytes, about, of letters that are not delivered yet. Above it the oldest are lost. */
  readonly queueBytes: number;
  /** Milliseconds that a batch waits for its tries in all; then there is one more. Not by the clock, which may be set anew. */
  readonly retryFor: number;
}

export interface MailboxPorts {
  readonly clock: Clock;
  readonly send: Send;
  readonly observer: CallbackObserver;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** These letters need not be kept any more: they arrived, or never will. */
  readonly settled: (letters: readonly Letter[]) => void;
}

/** Batches that are on their way to one endpoint, or between two tries: one that fails leaves the way to others. */
const atOnce = 4;
/** Characters of one batch. */
const batchSize = 256 * 1024;

interface Batch {
  letters: readonly Letter[];
  readonly lanes: ReadonlySet<string>;
  /** Ends the try that is on its way; undefined between two. */
  abort: AbortController | undefined;
  /** Ends the wait for the next try. */
  wake: (() => void) | undefined;
}

/** What waits for one endpoint, and its way there. Nothing here is waited for by whoever posts. */
export class Mailbox {
  private readonly lanes = new Lanes();
  private readonly batches = new Set<Batch>();
  /** What the batches take of memory, about. */
  private batchedSize = 0;
  private gathering = false;
  private stopping = false;
  private ended = false;
  private whenEmpty: (() => void) | undefined = undefined;

  constructor(
    readonly endpoint: Endpoint,
    private readonly limits: MailboxLimits,
    private readonly ports: MailboxPorts,
  ) {}

  /** Letters not delivered yet. */
  get count(): number {
    let count = this.lanes.count;
    for (const { letters } of this.batches) count += letters.length;
    return count;
  }

  post(letter: Letter): void {
    if (this.ended) return;
    this.lanes.add(letter);
    this.bound();
    this.gather();
  }

  /** Sends what there is without gathering, and tries at once what waits for its next try. Resolves when all has been settled. */
  flush(): Promise<void> {
    this.stopping = true;
    const empty = new Promise<void>((resolve) => {
      this.whenEmpty = resolve;
    });
    for (const { wake } of this.batches) wake?.();
    this.dispatch();
    this.notice();
    return empty;
  }

  /** Ends what is on its way. Answers the number of letters that were not delivered. */
  end(): number {
    this.ended = true;
    const left = this.count;
    for (const { abort, wake } of this.batches) {
      abort?.abort();
      wake?.();
    }
    return left;
  }

  private gather(): void {
    if (this.gathering || this.batches.size >= atOnce || !this.lanes.mayLeave) return;
    this.gathering = true;
    const { clock } = this.ports;
    // Never in the turn of whoever posts: that may be a publish.
    const wait = this.hurried ? clock.nextTurn() : clock.delay(this.limits.window);
    void wait.then(() => {
      this.gathering = false;
      this.dispatch();
    });
  }

  /** Whether there is no sense in waiting for more. */
  private get hurried(): boolean {
    return this.stopping || this.lanes.count >= this.limits.batchLetters;
  }

  private dispatch(): void {
    if (this.ended) return;
    const { batchLetters } = this.limits;
    while (this.batches.size < atOnce && this.lanes.mayLeave) {
      const letters = this.lanes.take({ letters: batchLetters, size: batchSize });
      const batch: Batch = {
        letters,
        lanes: new Set(letters.map(({ lane }) => lane)),
        abort: undefined,
        wake: undefined,
      };
      this.batches.add(batch);
      this.batchedSize += sizeOfAll(letters);
      void this.deliver(batch);
    }
  }

  private async deliver(batch: Batch): Promise<void> {
    const { endpoint } = this;
    const { send, observer, random } = this.ports;
    let waited = 0;
    for (let tries = 1; batch.letters.length > 0; tries += 1) {
      batch.abort = new AbortController();
      const verdict = await send(endpoint.request(batch.letters), batch.abort.signal);
      batch.abort = undefined;
      if (verdict.kind === "delivered") {
        observer.delivered(endpoint, batch.letters.length);
        break;
      }
      if (this.ended) return;
      observer.failed(endpoint, verdict.failure, verdict.detail);
      // While it stops, waits are cut short, and what is left is the spool's.
      if (waited >= this.limits.retryFor && !this.stopping) {
        this.lose("gave-up", batch.letters);
        break;
      }
      const wait = backoff(tries, random());
      waited += wait;
      await this.pause(batch, wait);
      if (this.isEnded) return;
    }
    this.settle(batch);
  }

  /** A function, because the compiler holds the flag for what it was before the wait. */
  private get isEnded(): boolean {
    return this.ended;
  }

  private pause(batch: Batch, milliseconds: number): Promise<void> {
    return new Promise<void>((resolve) => {
      batch.wake = resolve;
      void this.ports.clock.delay(milliseconds).then(resolve);
    }).then(() => {
      batch.wake = undefined;
    });
  }

  private settle(batch: Batch): void {
    this.batches.delete(batch);
    this.batchedSize -= sizeOfAll(batch.letters);
    this.ports.settled(batch.letters);
    this.lanes.free(batch.lanes);
    if (this.stopping) this.dispatch();
    else this.gather();
    this.notice();
  }

  private notice(): void {
    if (this.batches.size === 0 && this.lanes.count === 0) this.whenEmpty?.();
  }

  private bound(): void {
    let lost = 0;
    while (this.lanes.size + this.batchedSize > this.limits.queueBytes) {
      const letter = this.dropOldest();
      if (letter === undefined) break;
      this.ports.settled([letter]);
      lost += 1;
    }
    if (lost > 0) this.ports.observer.lost(this.endpoint.shown, "queue-full", lost);
  }

  /** The oldest of all but those that are in a request at this moment: they may just be arriving. */
  private dropOldest(): Letter | undefined {
    let from: Batch | undefined;
    let oldest = this.lanes.oldest;
    for (const batch of this.batches) {
      const [first] = batch.letters;
      if (batch.abort !== undefined || first === undefined) continue;
      if (oldest !== undefined && oldest.order < first.order) continue;
      oldest = first;
      from = batch;
    }
    if (from === undefined) return this.lanes.drop();
    from.letters = from.letters.slice(1);
    if (oldest !== undefined) this.batchedSize -= sizeOf(oldest);
    // Nothing is left to wait for.
    if (from.letters.length === 0) from.wake?.();
    return oldest;
  }

  private lose(loss: Loss, letters: readonly Letter[]): void {
    this.ports.observer.lost(this.endpoint.shown, loss, letters.length);
  }
}

function sizeOfAll(letters: readonly Letter[]): number {
  return letters.reduce((sum, letter) => sum + sizeOf(letter), 0);
}
