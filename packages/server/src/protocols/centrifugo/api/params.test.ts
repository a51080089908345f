import { expect, test } from "bun:test";
import { parseParams } from "./params.ts";

test("members are objects with their own text; of two of one name the last counts, as everywhere", () => {
  const params = parseParams(
    '{"subs":{"a":{"data": 1.0},"b":7,"__proto__":{"data":[ 2 ]},"a":{"data":"x","n":{}}}}',
  );
  const members = params?.members("subs").map(([key, one]) => [key, one.raw("data")]);
  expect(members).toEqual([
    ["a", '"x"'],
    ["__proto__", "[ 2 ]"],
  ]);
  expect(params?.faulty()).toBe(true);
});

test("a fault within a member is one of the whole", () => {
  const params = parseParams('{"subs":{"a":{"n":"x"}}}');
  for (const [, one] of params?.members("subs") ?? []) one.count("n");
  expect(params?.faulty()).toBe(true);
});
