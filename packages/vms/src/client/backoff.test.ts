import { expect, test } from "bun:test";
import { backoff } from "./backoff.ts";

test("waits double up to the longest, and chance decides half of each", () => {
  const waits = (random: number) =>
    [0, 1, 2, 3, 9, 5000].map((failures) =>
      backoff(failures, { first: 100, longest: 500, random: () => random }),
    );
  expect(waits(0)).toEqual([50, 100, 200, 250, 250, 250]);
  expect(waits(1)).toEqual([100, 200, 400, 500, 500, 500]);
});

test("by default the first repetition comes within a second, and none later than half a minute", () => {
  expect(backoff(0)).toBeGreaterThanOrEqual(500);
  expect(backoff(0)).toBeLessThanOrEqual(1000);
  expect(backoff(50)).toBeLessThanOrEqual(30_000);
});
