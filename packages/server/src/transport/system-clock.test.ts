import { expect, test } from "bun:test";
import { systemClock } from "./system-clock.ts";

test("a period longer than a timer can wait does not go off all the time", async () => {
  let calls = 0;
  const stop = systemClock.every(30 * 24 * 3_600_000, () => {
    calls += 1;
  });
  await systemClock.delay(50);
  stop();
  expect(calls).toBe(0);
});
