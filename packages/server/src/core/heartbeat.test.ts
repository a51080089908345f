import { expect, test } from "bun:test";
import { Heartbeat, type Beating } from "./heartbeat.ts";
import { FakeFanout, type FakeOutlet } from "./testing/fake-fanout.ts";
import { ManualClock } from "./testing/manual-clock.ts";

class Member implements Beating {
  place = -1;
  beatBucket = 0;
  beatRound = 0;
  silences = 0;
  constructor(readonly outlet: FakeOutlet) {}
  silent(): void {
    this.silences += 1;
  }
}

function setUp(patience: number): { heartbeat: Heartbeat; clock: ManualClock; member: () => Member } {
  const fanout = new FakeFanout();
  const clock = new ManualClock();
  const heartbeat = new Heartbeat(fanout, { name: "t", interval: 25_000, patience, frame: "{}" });
  heartbeat.start(clock);
  return { heartbeat, clock, member: () => new Member(fanout.outlet()) };
}

test("everybody is pinged once an interval, for the first time in its second half", () => {
  const { heartbeat, clock, member } = setUp(8_000);
  const members = Array.from({ length: 200 }, member);
  for (const one of members) heartbeat.enter(one);
  clock.advance(12_000);
  expect(members.filter(({ outlet }) => outlet.frames.length > 0)).toEqual([]);
  clock.advance(14_000);
  expect(members.filter(({ outlet }) => outlet.frames.length !== 1)).toEqual([]);
  // Spread, so that a storm of connects does not ping in step.
  expect(new Set(members.map(({ beatBucket }) => beatBucket)).size).toBeGreaterThan(5);
});

test("who answers is never silent, who does not is so after the patience", () => {
  const { heartbeat, clock, member } = setUp(8_000);
  const good = member();
  const bad = member();
  heartbeat.enter(good);
  heartbeat.enter(bad);
  let answered = 0;
  for (let second = 0; second < 60; second += 1) {
    clock.advance(1_000);
    while (answered < good.outlet.frames.length) {
      expect(heartbeat.answered(good)).toBe(true);
      answered += 1;
    }
    if (bad.silences > 0) heartbeat.leave(bad);
  }
  expect(good.silences).toBe(0);
  expect(answered).toBeGreaterThanOrEqual(2);
  expect(bad.silences).toBe(1);
});

test("an answer to nothing is told", () => {
  const { heartbeat, clock, member } = setUp(8_000);
  const one = member();
  heartbeat.enter(one);
  expect(heartbeat.answered(one)).toBe(false);
  clock.advance(26_000);
  expect(heartbeat.answered(one)).toBe(true);
  expect(heartbeat.answered(one)).toBe(false);
});

test("without patience nobody is checked", () => {
  const { heartbeat, clock, member } = setUp(0);
  const one = member();
  heartbeat.enter(one);
  clock.advance(120_000);
  expect(one.silences).toBe(0);
  expect(one.outlet.frames.length).toBeGreaterThanOrEqual(4);
});

test.each([
  ["1 s, and half of it to answer", 1_000, 500, 400],
  ["2 s, and nearly all of it to answer", 2_000, 1_500, 1_400],
])("an answer within the patience counts with an interval of %s", (_title, interval, patience, after) => {
  const fanout = new FakeFanout();
  const clock = new ManualClock();
  const heartbeat = new Heartbeat(fanout, { name: "t", interval, patience, frame: "{}" });
  heartbeat.start(clock);
  const one = new Member(fanout.outlet());
  heartbeat.enter(one);
  let answered = 0;
  for (let round = 0; round < 20; round += 1) {
    while (one.outlet.frames.length === answered) clock.advance(100);
    clock.advance(after);
    heartbeat.answered(one);
    answered = one.outlet.frames.length;
  }
  expect(one.silences).toBe(0);
});
