// npm test: runs every test of the project and closes with the line "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bunPath } from "./bun-path.mjs";

const folder = mkdtempSync(join(tmpdir(), "twinwire-test-"));
const report = join(folder, "report.xml");
const files = process.argv.slice(2);
const run = spawnSync(
  bunPath(),
  ["test", "--timeout", "60000", "--reporter=junit", `--reporter-outfile=${report}`, ...files],
  { stdio: "inherit" },
);

/** The counts of the report; undefined where a test file ended the run before it was written. */
function counts() {
  try {
    const head = /<testsuites[^>]*>/.exec(readFileSync(report, "utf8"))?.[0] ?? "";
    const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? NaN);
    return { tests: number("tests"), failures: number("failures"), skipped: number("skipped") };
  } catch {
    return undefined;
  }
}

const found = counts();
rmSync(folder, { recursive: true, force: true });
if (found === undefined || Number.isNaN(found.tests)) {
  process.stdout.write("0 passed, 1 failed\n");
  process.exit(1);
}
// A file that does not load fails the run without being a test.
const failed = Math.max(found.failures, run.status === 0 ? 0 : 1);
if (found.skipped > 0) process.stdout.write(`${found.skipped} skipped\n`);
process.stdout.write(`${found.tests - found.failures - found.skipped} passed, ${failed} failed\n`);
process.exit(failed === 0 && found.tests > 0 ? 0 : 1);
