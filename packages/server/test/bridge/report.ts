/** Runs the bridge's table and prints it as a markdown table: `npx bun packages/server/test/bridge/report.ts`. */
import { bridgeCases } from "./bridge-cases.ts";
import { caseTimeout, runCase, type BridgeCase } from "./case.ts";

async function resultOf(one: BridgeCase): Promise<string> {
  const late = Bun.sleep(caseTimeout).then(() => "failed: what it waits for does not come");
  const run = runCase(one).then(
    () => "ok",
    (cause: unknown) => `failed: ${firstLine(cause)}`,
  );
  return Promise.race([run, late]);
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
}

/** A vertical bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

const rows = ["| rule | from | to | case | result |", "|---|---|---|---|---|"];
let failed = 0;
for (const one of bridgeCases) {
  const result = await resultOf(one);
  if (result !== "ok") failed += 1;
  const name = one.encoding === undefined ? one.name : `${one.name} (in ${one.encoding})`;
  rows.push(`| ${[one.rule, one.from, one.to, name, result].map(cell).join(" | ")} |`);
}
rows.push("", `${bridgeCases.length - failed} of ${bridgeCases.length} rows hold.`);
process.stdout.write(`${rows.join("\n")}\n`);
process.exit(failed === 0 ? 0 : 1);
