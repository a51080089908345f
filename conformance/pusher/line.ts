import type { Scene } from "./scene.ts";

/** One thing that a server has to do (MUST), or that has to be right where it does it (MAY). */
export interface Line {
  readonly level: "MUST" | "MAY";
  /** Of the protocol notes. */
  readonly section: string;
  readonly id: string;
  readonly what: string;
  /** Throws `Broken`, `NotOffered` (MAY alone) or `Skipped`; anything else counts as broken, too. */
  readonly run: (scene: Scene) => Promise<void>;
}

type Run = Line["run"];

export function must(section: string, id: string, what: string, run: Run): Line {
  return { level: "MUST", section, id, what, run };
}

export function may(section: string, id: string, what: string, run: Run): Line {
  return { level: "MAY", section, id, what, run };
}
