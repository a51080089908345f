const first = 1_000;
const longest = 60_000;

/**
 * Milliseconds to wait after so many failed tries (1 or more): twice as long each time, up to a minute, and of that a
 * random half, so that what failed together does not come back together. `random`: from 0 to below 1.
 */
export function backoff(tries: number, random: number): number {
  const whole = Math.min(longest, first * 2 ** (tries - 1));
  return whole / 2 + (whole / 2) * random;
}
