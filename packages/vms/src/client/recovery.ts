/** When to fetch the socket's URL again by itself. */
export interface RecoveryOptions {
  /**
   * Attempts in a row that have to fail before; as many again before the next time.
   * @default 3
   */
  readonly after?: number;
}

/** What came of fetching it: another target than before, the same, or nothing, for now. */
export type Recovered = "changed" | "same" | "failed";

/** Whether it is time to fetch the socket's URL, after so many failures in a row. */
export function isRecoveryDue(failures: number, { after = 3 }: RecoveryOptions): boolean {
  return failures > 0 && failures % Math.max(1, after) === 0;
}
