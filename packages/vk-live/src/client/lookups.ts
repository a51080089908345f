import { delayAfter, type Backoff } from "./backoff.ts";
import type { Answer } from "./devapi.ts";
import type { RequestFault } from "./fault.ts";

export interface LookupOptions<T> {
  readonly look: () => Promise<Answer<T>>;
  readonly found: (value: T) => void;
  readonly failed: (fault: RequestFault) => void;
  readonly backoff: Backoff;
}

/** Milliseconds after which what failed before is forgotten, and tries come quickly again. */
const quiet = 60_000;

/** Looks something up, one question at a time, and again where that fails. */
export class Lookups<T> {
  readonly #options: LookupOptions<T>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLooking = false;
  #again = false;
  #isStopped = false;
  #tries = 0;
  #lastTry = 0;
  #lastFound: number | undefined;

  constructor(options: LookupOptions<T>) {
    this.#options = options;
  }

  /** Milliseconds since something was found; infinite before. */
  get age(): number {
    return this.#lastFound === undefined ? Infinity : Date.now() - this.#lastFound;
  }

  /** At once, or as soon as the question that is open is answered. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isStopped) return;
    this.#again = this.#isLooking;
    if (!this.#isLooking) void this.#look();
  }

  /** After a pause, which grows from one to the next. Does nothing where one is due anyway. */
  later(): void {
    if (this.#isStopped || this.#timer !== undefined) return;
    const now = Date.now();
    if (now - this.#lastTry > quiet) this.#tries = 0;
    const delay = delayAfter(this.#tries, this.#options.backoff);
    this.#tries += 1;
    this.#lastTry = now + delay;
    this.#timer = setTimeout(() => {
      this.now();
    }, delay);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    const answer = await this.#options.look();
    this.#isLooking = false;
    if (this.#isStopped) return;
    if (answer.ok) {
      this.#lastFound = Date.now();
      this.#options.found(answer.value);
    } else {
      this.#options.failed(answer.fault);
      // A slug that is not there is not asked for again until somebody wants to know.
      if (answer.fault.kind !== "not-found") this.later();
    }
    if (this.#again) this.now();
  }
}
