// By hand: bun packages/server/test/fuzz/main.ts [--count 1000000] [--seed 30487]
import { parseArgs } from "node:util";
import { TempFolder } from "../e2e/temp-folder.ts";
import { fuzzPusher } from "./fuzz-pusher.ts";
import { startFuzzed } from "./fuzzed-server.ts";

const { values } = parseArgs({
  options: { count: { type: "string", default: "1000000" }, seed: { type: "string", default: "30487" } },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
using folder = new TempFolder();
await using server = await startFuzzed(folder);
const { heard, published, ...report } = await fuzzPusher({
  url: server.url,
  seed,
  frames: count,
  requests: count,
});
const whole = heard.map(
  (numbers) => numbers.length === published && numbers.every((number, i) => number === i),
);
process.stdout.write(
  `${JSON.stringify({ seed, ...report, published, "heard in order": whole }, undefined, 2)}\n`,
);
