import { expect, test } from "bun:test";
import { Arrivals, Capacity } from "./capacity.ts";
import { ManualClock } from "./testing/manual-clock.ts";

test("connections above the limit are turned away until one leaves", () => {
  const capacity = new Capacity(2);
  capacity.take();
  expect(capacity.turnsAway()).toBeUndefined();
  capacity.take();
  expect(capacity.turnsAway()).toBe("connection_limit");
  capacity.release();
  expect(capacity.turnsAway()).toBeUndefined();
});

test("as many come at once as in a second, and then as the second goes by", () => {
  const clock = new ManualClock();
  const capacity = new Capacity(0, new Arrivals(4, clock));
  const come = (): number => {
    let admitted = 0;
    while (capacity.turnsAway() === undefined) admitted += 1;
    return admitted;
  };
  expect(come()).toBe(4);
  expect(come()).toBe(0);
  clock.advance(500);
  expect(come()).toBe(2);
  clock.advance(60_000);
  expect(come()).toBe(4);
});

test("who is over the limit takes no place among those who come", () => {
  const capacity = new Capacity(1, new Arrivals(1, new ManualClock()));
  capacity.take();
  expect(capacity.turnsAway()).toBe("connection_limit");
  capacity.release();
  expect(capacity.turnsAway()).toBeUndefined();
});
