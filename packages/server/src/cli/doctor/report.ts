/** What the doctor looks at. The order is that of causes: what fails first explains what fails behind it. */
export const checkNames = [
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

/** For people: a line a check, then the first cause. */
export function reportText(checks: readonly Check[]): string {
  const lines = checks.map(
    ({ check, verdict, said }) => `${signs[verdict].padEnd(6)}${check.padEnd(11)}${said}`,
  );
  const cause = firstCause(checks);
  const end =
    cause === undefined
      ? ["All is well."]
      : [`First cause: ${cause.check}: ${cause.said}.`, `To mend it: ${cause.mend}.`];
  return [...lines, "", ...end, ""].join("\n");
}

/** For machines. */
export function reportJson(url: string, checks: readonly Check[]): string {
  const cause = firstCause(checks);
  return `${JSON.stringify({ url, ok: cause === undefined, cause: cause ?? null, checks }, null, 2)}\n`;
}
