import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Row {
  readonly name: string;
  /** What it lacks → what it does instead. */
  readonly lacks: Readonly<Record<string, string>>;
}

/** The rows that README.md does not have, or has otherwise. */
export function missingOf(rows: readonly Row[]): readonly string[] {
  const page = readFileSync(join(import.meta.dir, "README.md"), "utf8").replaceAll(/ +/g, " ");
  const told = rows.map(({ name, lacks }) => {
    const what = Object.entries(lacks).map(([ability, instead]) => `${ability}: ${instead}`);
    return `| ${name} | ${what.length === 0 ? "nothing" : what.join("; ")} |`;
  });
  return told.filter((line) => !page.includes(line));
}
