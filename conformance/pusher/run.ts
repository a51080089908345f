import type { Hooks } from "./hooks.ts";
import type { Line } from "./line.ts";
import { Scene } from "./scene.ts";
import type { Target } from "./target.ts";
import { NotOffered, Skipped } from "./verdict.ts";

export type Verdict = "pass" | "fail" | "not offered" | "skipped";

export interface Result {
  readonly line: Line;
  readonly verdict: Verdict;
  /** Why; empty where it passed. */
  readonly reason: string;
}

/** So many are tried side by side. */
const sideBySide = 12;

/** Tries lines; the results are in the order of the lines. */
export async function tryLines(
  target: Target,
  lines: readonly Line[],
  hooks: Hooks | undefined,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < lines.length) {
      const index = next;
      next += 1;
      const line = lines[index];
      if (line !== undefined) results[index] = await tryLine(target, line, hooks);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return results;
}

async function tryLine(target: Target, line: Line, hooks: Hooks | undefined): Promise<Result> {
  using scene = new Scene(target, hooks);
  try {
    await line.run(scene);
    return { line, verdict: "pass", reason: "" };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof Skipped) return { line, verdict: "skipped", reason };
    if (cause instanceof NotOffered && line.level === "MAY") return { line, verdict: "not offered", reason };
    return { line, verdict: "fail", reason };
  }
}
