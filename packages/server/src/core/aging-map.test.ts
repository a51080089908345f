import { heapStats } from "bun:jsc";
import { expect, test } from "bun:test";
import { Random } from "../brokers/testing/random.ts";
import { AgingMap } from "./aging-map.ts";

test("the oldest entry of an aging map is found after any mixture of additions and deletions", () => {
  const random = new Random(7);
  const map = new AgingMap<number, { readonly turn: number }>();
  let expected: number[] = [];
  for (let turn = 0; turn < 5_000; turn += 1) {
    const key = random.below(40);
    if (random.chance(0.55)) {
      map.add(key, { turn });
      expected = [...expected.filter((one) => one !== key), key];
    } else if (random.chance(0.5)) {
      map.delete(key);
      expected = expected.filter((one) => one !== key);
    }
    expect(map.size).toBe(expected.length);
    expect(map.oldest()?.[0]).toBe(expected[0]);
  }
});

test("an old entry that lives on does not keep what came and went behind it", () => {
  const map = new AgingMap<number, object>();
  map.add(-1, {});
  map.oldest();
  Bun.gc(true);
  const before = heapStats().heapSize;
  for (let n = 0; n < 1_000_000; n += 1) {
    map.add(n, {});
    if (n >= 100) map.delete(n - 100);
  }
  Bun.gc(true);
  expect(map.oldest()?.[0]).toBe(-1);
  expect(heapStats().heapSize - before).toBeLessThan(10_000_000);
});
