import type { Subject } from "./line.ts";
import type { Result, Verdict } from "./run.ts";

const marks: Readonly<Record<Verdict, string>> = {
  pass: "pass",
  fail: "FAIL",
  "not offered": "not offered",
  skipped: "skipped",
};

/** The table: a row for every line, its section of the protocol notes, and what came of it. */
export function table(subjects: readonly Subject<never>[], results: readonly Result[]): string {
  const rows: string[] = [];
  for (const { title, lines } of subjects) {
    const found = results.filter(({ line }) => lines.includes(line));
    if (found.length === 0) continue;
    rows.push(`\n${title}`);
    for (const { line, verdict, reason } of found) {
      const why = reason === "" ? "" : ` (${reason})`;
      rows.push(
        `  ${marks[verdict].padEnd(11)} ${line.level.padEnd(4)} ${line.section.padEnd(4)} ${line.id}: ${line.what}${why}`,
      );
    }
  }
  return `${rows.join("\n")}\n`;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly notOffered: number;
  readonly skipped: number;
}

export function countsOf(results: readonly Result[]): Counts {
  const count = (wanted: Verdict): number => results.filter(({ verdict }) => verdict === wanted).length;
  return {
    passed: count("pass"),
    failed: count("fail"),
    notOffered: count("not offered"),
    skipped: count("skipped"),
  };
}

export function summary(results: readonly Result[]): string {
  return (["MUST", "MAY"] as const)
    .map((level) => {
      const { passed, failed, notOffered, skipped } = countsOf(
        results.filter(({ line }) => line.level === level),
      );
      return `${level}: ${passed} passed, ${failed} failed, ${notOffered} not offered, ${skipped} skipped\n`;
    })
    .join("");
}

/** The list of lines in README.md, held equal to the program's by a test. */
export function listing(subjects: readonly Subject<never>[]): string {
  return subjects
    .map(({ title, lines }) => {
      const rows = lines.map(
        ({ level, section, id, what }) => `| ${level} | ${section} | \`${id}\` | ${cell(what)} |`,
      );
      return [`### ${title}`, "", "| | section | line | what |", "|---|---|---|---|", ...rows].join("\n");
    })
    .join("\n\n");
}

/** Text as it stands in a table's cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
