import type { Line } from "../program/line.ts";
import type { Result } from "../program/run.ts";
import type { Breakage } from "./breaking-proxy.ts";

/** A server that is wrong in one thing, and the lines that have to say so. */
export interface Wrong {
  readonly what: string;
  readonly lines: readonly string[];
  readonly breakage: Breakage;
}

export function named<Scene>(lines: readonly Line<Scene>[], ids: readonly string[]): Line<Scene>[] {
  return ids.map((id) => {
    const found = lines.find((line) => line.id === id);
    if (found === undefined) throw new Error(`there is no line ${id}`);
    return found;
  });
}

/** What came of each line: its verdict, and the reason. */
export function verdicts(results: readonly Result[]): Record<string, string> {
  return Object.fromEntries(
    results.map(({ line, verdict, reason }) => [line.id, `${verdict} ${reason}`.trim()]),
  );
}

/** The lines that do not say that something is wrong. */
export function silent(results: readonly Result[]): string[] {
  return results.filter(({ verdict }) => verdict !== "fail").map(({ line }) => line.id);
}
