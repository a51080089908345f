/** Bounds of the time between two tries, in milliseconds. */
export interface Backoff {
  /** @default 500 */
  readonly min: number;
  /** @default 20_000 */
  readonly max: number;
}

export const defaultBackoff: Backoff = { min: 500, max: 20_000 };

/**
 * Milliseconds before the try after `failed` failed ones: anything between the shortest time and one that doubles,
 * so that clients that fell together do not come back together.
 */
export function delayAfter(failed: number, { min, max }: Backoff): number {
  const most = Math.min(max, min * 2 ** Math.min(failed, 30));
  return min + Math.random() * Math.max(0, most - min);
}
