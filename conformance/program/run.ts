import type { Line } from "./line.ts";
import { NotOffered, Skipped } from "./verdict.ts";

export type Verdict = "pass" | "fail" | "not offered" | "skipped";

export interface Result {
  readonly line: Line<never>;
  readonly verdict: Verdict;
  /** Why; empty where it passed. */
  readonly reason: string;
}

/** So many are tried side by side. */
const sideBySide = 12;

/** Tries lines, each in a scene of its own; the results are in the order of the lines. */
export async function tryLines<Scene extends Disposable>(
  lines: readonly Line<Scene>[],
  open: () => Scene,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < lines.length) {
      const index = next;
      next += 1;
      const line = lines[index];
      if (line !== undefined) results[index] = await tryLine(line, open);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return results;
}

async function tryLine<Scene extends Disposable>(line: Line<Scene>, open: () => Scene): Promise<Result> {
  using scene = open();
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
