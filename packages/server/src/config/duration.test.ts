import { expect, test } from "bun:test";
import { parseDuration } from "./duration.ts";

test.each([
  ["25s", 25_000],
  ["1m30s", 90_000],
  ["720h", 2_592_000_000],
  ["720h0m0s", 2_592_000_000],
  ["1000ms", 1000],
  ["1.5s", 1500],
  ["0s", 0],
  ["0", 0],
  [0, 0],
  ["-1", -1],
  [-1, -1],
  ["-1ns", -1],
  ["-25s", -1],
  ["10us", 1],
])("%p is %p milliseconds", (given, milliseconds) => {
  expect(parseDuration(given)).toBe(milliseconds);
});

test.each(["", "25", "s", "25 s", "25x", "1s2", 25, 1.5, "--1s"])("%p is no duration", (given) => {
  expect(parseDuration(given)).toBeUndefined();
});
