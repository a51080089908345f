import type * as program from "../program/line.ts";
import type { Scene } from "./scene.ts";

export type Line = program.Line<Scene>;

type Run = Line["run"];

export function must(section: string, id: string, what: string, run: Run): Line {
  return { level: "MUST", section, id, what, run };
}

export function may(section: string, id: string, what: string, run: Run): Line {
  return { level: "MAY", section, id, what, run };
}
