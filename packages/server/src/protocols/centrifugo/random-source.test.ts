// Repeatable randomness of the tests beside it.
import { randomNumbers, type Random } from "../../../test/fuzz/random.ts";

export interface RandomSource {
  readonly below: Random;
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
  const below = randomNumbers(seed);
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  return {
    below,
    pick,
    text: () => Array.from({ length: below(5) }, () => pick(words)).join(""),
    bytes: (most) => Uint8Array.from({ length: below(1 + below(most)) }, () => below(256)),
  };
}
