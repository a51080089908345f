/** What the doctor looks at. The order is that of causes: what fails first explains what fails behind it. */
const checkNames = [
  "reachable",
  "tls",
  "server",
  "upgrade",
  "path",
  "app",
  "clock",
  "origin",
  "secret",
  "api",
  "idle",
] as const;

export type CheckName = (typeof checkNames)[number];

/** `skipped`: not looked at, because it was not asked for or because something before it failed. */
export type Verdict = "ok" | "warn" | "fail" | "skipped";

export interface Finding {
  readonly verdict: Verdict;
  /** What was seen, in words. */
  readonly said: string;
  /** How to mend it; empty where there is nothing to mend. */
  readonly mend: string;
}

export interface Check extends Finding {
  readonly check: CheckName;
}

/** What has been found so far. */
export class Findings {
  private readonly found = new Map<CheckName, Finding>();

  ok(check: CheckName, said: string): void {
    this.found.set(check, { verdict: "ok", said, mend: "" });
  }

  skip(check: CheckName, said: string): void {
    this.found.set(check, { verdict: "skipped", said, mend: "" });
  }

  /** What is found wrong later takes the place of what looked well before. */
  bad(verdict: "warn" | "fail", check: CheckName, { said, mend }: Omit<Finding, "verdict">): void {
    this.found.set(check, { verdict, said, mend });
  }

  failed(check: CheckName): boolean {
    return this.found.get(check)?.verdict === "fail";
  }

  get checks(): readonly Check[] {
    const skipped: Finding = { verdict: "skipped", said: "not looked at, for what failed before", mend: "" };
    return checkNames.map((check) => ({ check, ...(this.found.get(check) ?? skipped) }));
  }
}

/** What explains the rest; undefined where all is well. */
export function firstCause(checks: readonly Check[]): Check | undefined {
  return checks.find(({ verdict }) => verdict === "fail") ?? checks.find(({ verdict }) => verdict === "warn");
}

const signs: Readonly<Record<Verdict, string>> = { ok: "ok", warn: "warn", fail: "fail", skipped: "-" };

const width = 80;
const indent = 17;

/** Breaks a line between words; those behind the first begin below its text. */
function wrapped(line: string, margin: number): string {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const at = space > margin ? space : rest.indexOf(" ", width);
    if (at < 0) break;
    lines.push(rest.slice(0, at));
    rest = " ".repeat(margin) + rest.slice(at + 1);
  }
  return [...lines, rest].join("\n");
}

/** For people, on a terminal of 80 columns: a line a check, then the first cause. */
export function reportText(checks: readonly Check[]): string {
  const lines = checks.map(({ check, verdict, said }) =>
    wrapped(`${signs[verdict].padEnd(6)}${check.padEnd(indent - 6)}${said}`, indent),
  );
  const cause = firstCause(checks);
  const end =
    cause === undefined
      ? ["All is well."]
      : [wrapped(`First cause: ${cause.check}: ${cause.said}.`, 2), wrapped(`To mend it: ${cause.mend}.`, 2)];
  return [...lines, "", ...end, ""].join("\n");
}

/** For machines. */
export function reportJson(url: string, checks: readonly Check[]): string {
  const cause = firstCause(checks);
  return `${JSON.stringify({ url, ok: cause === undefined, cause: cause ?? null, checks }, null, 2)}\n`;
}
