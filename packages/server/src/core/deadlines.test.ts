import { expect, test } from "bun:test";
import { Deadlines } from "./deadlines.ts";
import { ManualClock } from "./testing/manual-clock.ts";

test("an entry falls due after its time, never before, and once", () => {
  const clock = new ManualClock(1_000_000);
  const due: [string, number][] = [];
  const deadlines = new Deadlines<string>(clock, (entry, now) => due.push([entry, now]));
  deadlines.add("late", 1_005_400);
  deadlines.add("early", 1_002_000);
  clock.advance(1_000);
  expect(due).toEqual([]);
  clock.advance(1_000);
  expect(due).toEqual([["early", 1_002_000]]);
  clock.advance(3_000);
  expect(due.length).toBe(1);
  clock.advance(1_000);
  expect(due[1]).toEqual(["late", 1_006_000]);
  clock.advance(60_000);
  expect(due.length).toBe(2);
});

test("what is already past falls due at the next tick", () => {
  const clock = new ManualClock(1_000_000);
  const due: string[] = [];
  const deadlines = new Deadlines<string>(clock, (entry) => due.push(entry));
  deadlines.add("past", 5);
  clock.advance(1_000);
  expect(due).toEqual(["past"]);
});

test("a machine that slept wakes to all that fell due, in order", () => {
  const clock = new ManualClock(1_000_000);
  const due: string[] = [];
  let tick: () => void = () => undefined;
  const sleeping = {
    ...clock,
    now: () => clock.now(),
    every: (_: number, work: () => void) => ((tick = work), () => undefined),
  };
  const deadlines = new Deadlines<string>(sleeping as unknown as ManualClock, (entry) => due.push(entry));
  deadlines.add("b", 9_000_000);
  deadlines.add("a", 2_000_000);
  clock.advance(10_000_000);
  tick();
  expect(due).toEqual(["a", "b"]);
});
