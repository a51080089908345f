import { expect, test } from "bun:test";
import { TempFolder } from "../e2e/temp-folder.ts";
import { fuzzPusher } from "./fuzz-pusher.ts";
import { startFuzzed } from "./fuzzed-server.ts";

/** What is broken is the same on every run. */
const seed = 0x7717;
/** Bytes by which the second half may make the process larger. */
const growth = 64 * 1024 * 1024;

test("200,000 mutated frames and requests crash nothing, leave nothing, and nobody else notices", async () => {
  using folder = new TempFolder();
  await using server = await startFuzzed(folder);
  const report = await fuzzPusher({ url: server.url, seed, frames: 100_000, requests: 100_000 });
  expect(report.wrong).toEqual([]);
  expect(report.defects).toBe(0);
  const numbers = Array.from({ length: report.published }, (_, i) => i);
  expect(report.heard).toEqual([numbers, numbers]);
  expect(report.left).toEqual([0, 0, 0]);
  expect(report.memory[1] - report.memory[0]).toBeLessThan(growth);
  // It got behind the signatures, and was not taken for sound either.
  for (const status of ["200", "400", "401", "404", "405"])
    expect(report.statuses[status]).toBeGreaterThan(100);
  for (const reason of ["pusher bad-request", "pusher permission-denied", "pusher-api bad-request"])
    expect(report.refusals[reason]).toBeGreaterThan(100);
}, 240_000);
