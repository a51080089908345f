import { expect, test } from "bun:test";
import { globMatcher } from "./glob.ts";

test.each([
  ["", "anything", true],
  ["*", "a:b/c", true],
  ["news", "news", true],
  ["news", "new", false],
  ["news", "newsx", false],
  ["new*", "news", true],
  ["*s", "news", true],
  ["n*w*s", "newsnews", true],
  ["n*w*s", "newsnewt", false],
  ["**a**", "bab", true],
  ["n?ws", "news", true],
  ["n?ws", "nws", false],
  ["[nm]ews", "mews", true],
  ["[nm]ews", "pews", false],
  ["[!nm]ews", "pews", true],
  ["[!nm]ews", "news", false],
  ["room:[0-9]", "room:7", true],
  ["room:[0-9]", "room:a", false],
  ["[a-]", "-", true],
  ["{news,chat}:*", "chat:a", true],
  ["{news,chat}:*", "room:a", false],
  ["{a,b{c,d}}e", "bde", true],
  ["{a,b{c,d}}e", "be", false],
  ["{,x}a", "a", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["\\{a,b\\}", "{a,b}", true],
  ["[{]a", "{a", true],
  ["a.c", "abc", false],
])("%p matches %p: %p", (pattern, name, expected) => {
  expect(globMatcher(pattern)?.(name)).toBe(expected);
});

test.each(["[a", "[]", "{a", "a}", "\\", "{a,b}".repeat(10)])("%p is no pattern", (pattern) => {
  expect(globMatcher(pattern)).toBeUndefined();
});

test("no pattern holds the server up", () => {
  const matches = globMatcher(`${"*a".repeat(100)}b`);
  const started = performance.now();
  for (let i = 0; i < 100; i += 1) matches?.("a".repeat(255));
  expect(performance.now() - started).toBeLessThan(1_000);
});
