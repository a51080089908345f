import { expect, test } from "bun:test";
import { jsonFault } from "./json-fault.ts";

test.each([
  ['{\n "http_api": {"key": hunter2 }\n}', "line 2, column 22: expected a value"],
  ['{"a": "x" "b": 1}', 'line 1, column 11: expected "," or "}"'],
  ["[1 2]", 'line 1, column 4: expected "," or "]"'],
  ['{"a": 1', 'line 1, column 8: expected "," or "}"'],
  ["{a: 1}", "line 1, column 2: expected a name in double quotes"],
  ['{"a" 1}', 'line 1, column 6: expected ":" behind the name'],
  ["{} {}", "line 1, column 4: expected nothing behind the end"],
  ["", "line 1, column 1: expected a value"],
])("%p goes wrong at %p", (text, fault) => {
  expect(jsonFault(text)).toBe(fault);
});

test("what has too many levels to be scanned has a fault too", () => {
  expect(jsonFault("[".repeat(100_000))).toBe("line 1, column 501: expected no more than 500 levels");
});

test("what is well formed has no fault", () => {
  const text = '// top\n{"a": [1, -2.5e3, true, null, "x\\"y",], /* b */ "b": {}, }\n';
  expect(jsonFault(text)).toBeUndefined();
});
