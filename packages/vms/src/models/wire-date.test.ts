import { expect, test } from "bun:test";

import { wireDate } from "./wire-date.ts";

test.each([
  [new Date(0), "1970-01-01T00:00:00.000000Z"],
  [new Date("2024-03-01T10:20:30.456Z"), "2024-03-01T10:20:30.456000Z"],
  ["2024-03-01T10:20:30Z", "2024-03-01T10:20:30.000000Z"],
  ["2024-03-01T10:20:30.5+03:00", "2024-03-01T07:20:30.500000Z"],
  ["2024-03-01T10:20:30.123456Z", "2024-03-01T10:20:30.123456Z"],
  ["2024-03-01T10:20:30.123456789-0500", "2024-03-01T15:20:30.123456Z"],
])("%p goes out as %p", (value, text) => {
  expect(wireDate(value)).toBe(text);
});

test.each([
  new Date(Number.NaN),
  "",
  "2024-03-01",
  "2024-03-01T10:20:30",
  "2024-13-01T10:20:30Z",
  "2024-02-30T10:20:30Z",
  "9999-12-31T23:59:59-01:00",
  "0000-01-01T00:00:00+01:00",
  new Date(8.64e15),
  new Date("-000001-01-01T00:00:00Z"),
  "yesterday",
])("%p is no date of four digits with time and zone", (value) => {
  expect(() => wireDate(value)).toThrow(TypeError);
});
