/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What both publishers have in common. */
export interface PublisherOptions {
  /**
   * Milliseconds that one try may take, from the connection to the last byte of the answer.
   * @default 5_000
   */
  readonly timeout?: number;
  /**
   * How often a call is repeated that found no connection, no answer in time, or a server that cannot at present
   * (429, 5xx). 0: never.
   * @default 2
   */
  readonly retries?: number;
  /** The pauses between tries: random ones, from nothing to a limit that doubles each time. */
  readonly backoff?: Backoff;
  /** @default the global one */
  readonly fetch?: Fetch;
}

export interface Backoff {
  /**
   * Milliseconds that the first pause is at most.
   * @default 200
   */
  readonly first?: number;
  /**
   * Milliseconds that any pause of our own is at most. A server may ask for as much (`Retry-After`), and ours comes on
   * top; one that asks for more is given up on at once.
   * @default 10_000
   */
  readonly most?: number;
}

export interface CallSettings {
  readonly timeout: number;
  readonly retries: number;
  readonly first: number;
  readonly most: number;
  readonly fetch: Fetch;
}

/** Throws a TypeError where a number makes no sense. */
export function callSettings(options: PublisherOptions): CallSettings {
  const { timeout = 5_000, retries = 2, backoff: { first = 200, most = 10_000 } = {} } = options;
  if (!(timeout > 0 && timeout <= longestTimer))
    throw new TypeError(`timeout is in milliseconds, from 1 to ${longestTimer}`);
  if (!Number.isInteger(retries) || retries < 0) throw new TypeError("retries is a whole number, 0 or more");
  if (!(first >= 0 && most >= first && most <= longestTimer))
    throw new TypeError("backoff is in milliseconds: first is not negative, and most not less than first");
  // Looked up at each call, as whoever traces or tests may put another in its place later.
  const { fetch = (url, init) => globalThis.fetch(url, init) } = options;
  return { timeout, retries, first, most, fetch };
}

/** Beyond it, timers of the runtime fire at once. */
const longestTimer = 2_147_483_647;
