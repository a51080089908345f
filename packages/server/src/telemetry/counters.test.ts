import { expect, test } from "bun:test";
import { Counters, ReasonCounts } from "./counters.ts";
import type { Log } from "./log.ts";

function counters(): { readonly counters: Counters; readonly lines: string[] } {
  const lines: string[] = [];
  const line = (...words: unknown[]): void => {
    lines.push(JSON.stringify(words));
  };
  const log: Log = { info: line, warn: line, error: line };
  return { counters: new Counters(log), lines };
}

test("whatever clients make up, reasons stay few, and no count is lost", () => {
  const reasons = new ReasonCounts();
  for (let i = 0; i < 1_000; i += 1) reasons.add(`reason ${i}`);
  reasons.add("reason 0", 5);
  expect(reasons.counts.size).toBeLessThanOrEqual(101);
  expect(reasons.counts.get("reason 0")).toBe(6);
  expect([...reasons.counts.values()].reduce((sum, count) => sum + count, 0)).toBe(1_005);
});

test("connections go up and down, and what came once stays counted", () => {
  const { counters: counted } = counters();
  counted.connected("pusher");
  counted.connected("pusher");
  counted.disconnected("pusher", "slow");
  expect(counted.wires.pusher).toMatchObject({ connections: 1, connected: 2 });
  expect(counted.wires.pusher.closes.counts).toEqual(new Map([["slow", 1]]));
  expect(counted.wires.centrifugo.connections).toBe(0);
});

test("every defect is counted, and a flood of them does not flood the log", () => {
  const { counters: counted, lines } = counters();
  for (let i = 0; i < 1_000; i += 1) counted.defect("here", new Error("cause"));
  expect(counted.defects).toBe(1_000);
  expect(lines.length).toBeGreaterThan(0);
  // The second may turn over once on the way.
  expect(lines.length).toBeLessThanOrEqual(20);
});

test("refused signatures are counted by what was wrong, and only what there is to tell is logged", () => {
  const { counters: counted, lines } = counters();
  counted.authRefused("pusher", "other-socket", "the signature is not right: it was made for socket 1.2");
  counted.authRefused("pusher", "not-examined", undefined);
  counted.authRefused("pusher-api", "not-examined", undefined);
  expect([...counted.authFaults.pusher.counts]).toEqual([
    ["other-socket", 1],
    ["not-examined", 1],
  ]);
  expect([...counted.authFaults["pusher-api"].counts]).toEqual([["not-examined", 1]]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("it was made for socket 1.2");
});
