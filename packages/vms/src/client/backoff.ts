/** How long to wait between attempts. */
export interface BackoffOptions {
  /**
   * Milliseconds before the first repetition; each next one waits twice as long.
   * @default 1000
   */
  readonly first?: number;
  /**
   * Milliseconds that no wait exceeds.
   * @default 30_000
   */
  readonly longest?: number;
  /**
   * A number from 0 up to 1. Of each wait one half is fixed and the other is chosen by it, so that clients that were
   * cut off together do not come back together.
   * @default Math.random
   */
  readonly random?: () => number;
}

/** Milliseconds to wait after so many failures in a row (0 for the first). */
export function backoff(failures: number, options: BackoffOptions = {}): number {
  const { first = 1000, longest = 30_000, random = Math.random } = options;
  // 2 ** 30 times the first is over any limit, and still a number.
  const whole = Math.min(longest, first * 2 ** Math.min(failures, 30));
  return whole / 2 + (whole / 2) * random();
}
