import { describe, expect, test } from "bun:test";
import { pauseBefore, retryAfter } from "./pause.ts";
import type { PublishFault } from "./publish-fault.ts";

const terms = { first: 200, most: 1_000, random: () => 0.5 };
const lost: PublishFault = { kind: "timeout", after: 1 };
const asking = (milliseconds: number): PublishFault => ({
  kind: "unavailable",
  status: 503,
  reason: "",
  retryAfter: milliseconds,
});

describe("the pause before another try", () => {
  test.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [4, 500],
    [1_100, 500],
  ])("after %p failed ones is a part of a limit that doubles up to the longest", (failed, pause) => {
    expect(pauseBefore(failed, lost, terms)).toBe(pause);
  });

  test("may be nothing: those who failed together come back apart", () => {
    expect(pauseBefore(1, lost, { ...terms, random: () => 0 })).toBe(0);
  });

  test("is as long as the server asks, and something more", () => {
    expect(pauseBefore(1, asking(1_000), terms)).toBe(1_100);
  });

  test("is none where the server asks for more than there is to give", () => {
    expect(pauseBefore(1, asking(1_001), terms)).toBeUndefined();
  });
});

const now = Date.parse("2026-01-01T00:00:00Z");

test.each([
  ["3", 3_000],
  ["0", 0],
  ["Thu, 01 Jan 2026 00:00:05 GMT", 5_000],
  ["Wed, 31 Dec 2025 00:00:05 GMT", 0],
  ["soon", undefined],
  ["-5", undefined],
  ["1e9", undefined],
  ["", undefined],
])("Retry-After: %p is %p ms", (value, milliseconds) => {
  expect(retryAfter(new Headers({ "retry-after": value }), now)).toBe(milliseconds);
});

test("no Retry-After is none", () => {
  expect(retryAfter(new Headers(), now)).toBeUndefined();
});
