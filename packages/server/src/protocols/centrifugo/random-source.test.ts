// Repeatable randomness of the tests beside it.

export interface RandomSource {
  /** A whole number from 0 on, less than `limit`. */
  readonly below: (limit: number) => number;
  /** A short text, often empty, often beyond ASCII. */
  readonly text: () => string;
  /** At most so many bytes, rather short. */
  readonly bytes: (most: number) => Uint8Array;
  readonly pick: <T>(choices: readonly T[]) => T;
}

const words = [
  "",
  "a",
  "channel",
  "é",
  "日本",
  "😀",
  "\ud800",
  '"',
  "\\",
  "\n",
  "\u0000",
  "__proto__",
  "9",
  "x",
];

export function randomSource(seed: number): RandomSource {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  return {
    below,
    pick,
    text: () => Array.from({ length: below(5) }, () => pick(words)).join(""),
    bytes: (most) => Uint8Array.from({ length: below(1 + below(most)) }, () => below(256)),
  };
}
