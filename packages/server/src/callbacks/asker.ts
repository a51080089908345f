import type { CallbackRequest } from "./endpoint.ts";
import { post, type Posted } from "./post.ts";

export interface AskerLimits {
  /** Milliseconds from the question to the whole answer, the wait for a place among them. */
  readonly timeout: number;
  /** Questions that are open at a time. */
  readonly open: number;
  /** Questions that wait for a place; above, one is not asked at all. */
  readonly waiting: number;
  /** Bytes of an answer. */
  readonly answer: number;
}

/** What came of a question. */
export type Asked =
  | Posted
  /** Too many wait already. */
  | { readonly kind: "failed"; readonly failure: "busy"; readonly detail: string }
  /** Nobody wanted the answer any more when its turn came. */
  | { readonly kind: "failed"; readonly failure: "unwanted"; readonly detail: string };

export interface Question {
  readonly request: CallbackRequest;
  /** Asked when it is the question's turn. */
  readonly wanted: () => boolean;
}

interface Waiting {
  readonly begin: () => void;
}

/**
 * Asks one endpoint of the application, so many questions at a time: whoever comes when all places are taken waits in
 * the order of arrival, and no longer than the answer itself may take. Nothing is asked twice.
 */
export class Asker {
  /** Questions open now. */
  open = 0;
  private readonly line = new Set<Waiting>();
  private readonly stopping = new AbortController();

  constructor(readonly limits: AskerLimits) {}

  get waiting(): number {
    return this.line.size;
  }

  /** Never rejects. */
  async ask({ request, wanted }: Question): Promise<Asked> {
    const { timeout, open, waiting, answer } = this.limits;
    const asked = performance.now();
    if (this.open >= open) {
      if (this.line.size >= waiting)
        return { kind: "failed", failure: "busy", detail: `${waiting} calls wait already` };
      if (!(await this.turn(timeout)))
        return { kind: "failed", failure: "timeout", detail: `no place within ${timeout} ms` };
    } else this.open += 1;
    try {
      if (!wanted()) return { kind: "failed", failure: "unwanted", detail: "the client left" };
      const left = Math.max(1, Math.ceil(timeout - (performance.now() - asked)));
      return await post(request, { timeout: left, abort: this.stopping.signal, answerLimit: answer });
    } finally {
      this.next();
    }
  }

  /** Ends what is open. */
  stop(): void {
    this.stopping.abort();
  }

  /** Whether its turn came; it has a place then. */
  private turn(timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
      const entry: Waiting = {
        begin: () => {
          clearTimeout(timer);
          this.line.delete(entry);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.line.delete(entry);
        resolve(false);
      }, timeout);
      this.line.add(entry);
    });
  }

  /** Hands the place on. */
  private next(): void {
    for (const { begin } of this.line) {
      begin();
      return;
    }
    this.open -= 1;
  }
}
