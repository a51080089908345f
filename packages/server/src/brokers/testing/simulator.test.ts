import { drainMicrotasks } from "bun:jsc";
import { expect, test } from "bun:test";
import { simulate } from "./simulator.ts";
import { emptyTally, type Tally } from "./simulation/tally.ts";

/** `SIM_SEED` runs one seed and prints what happened; `SIM_RUNS` and `SIM_FROM` run others than the first 10,000. */
const only = process.env["SIM_SEED"];
const runs = Number(process.env["SIM_RUNS"] ?? 10_000);
const from = Number(process.env["SIM_FROM"] ?? 1);

function run(seed: number): Tally {
  try {
    return simulate({ seed, drain: drainMicrotasks });
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`SIM_SEED=${seed}: ${what}\n${traced(seed).join("\n")}`, { cause });
  }
}

function traced(seed: number): string[] {
  const lines: string[] = [];
  try {
    simulate({ seed, drain: drainMicrotasks, trace: (line) => lines.push(line) });
  } catch (cause) {
    lines.push(String(cause));
  }
  return lines;
}

function sumOf(seeds: readonly number[]): Tally {
  const sum = emptyTally();
  for (const seed of seeds) {
    const tally = run(seed);
    sum.joins += tally.joins;
    sum.recoveries += tally.recoveries;
    sum.failedRecoveries += tally.failedRecoveries;
    sum.refusals += tally.refusals;
    sum.toldInsufficient += tally.toldInsufficient;
    sum.publications += tally.publications;
    sum.deltas += tally.deltas;
    sum.filtered += tally.filtered;
  }
  return sum;
}

test.skipIf(only !== undefined)(
  `in ${runs} interleavings no client misses, repeats or disorders anything unawares`,
  () => {
    const sum = sumOf(Array.from({ length: runs }, (_, index) => from + index));
    expect(sum.publications).toBeGreaterThan(10 * runs);
    expect(sum.joins).toBeGreaterThan(5 * runs);
    expect(sum.deltas).toBeGreaterThan(runs);
    expect(sum.filtered).toBeGreaterThan(runs);
    for (const count of [sum.recoveries, sum.failedRecoveries, sum.toldInsufficient, sum.refusals])
      expect(count).toBeGreaterThan(runs / 10);
  },
  60_000,
);

test.skipIf(only === undefined)(`the interleaving of seed ${only}`, () => {
  process.stdout.write(`${traced(Number(only)).join("\n")}\n`);
  run(Number(only));
});
