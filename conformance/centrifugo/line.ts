import type * as program from "../program/line.ts";
import type { Scene } from "./scene.ts";
import type { Encoding } from "./wire.ts";

export type Line = program.Line<Scene>;

type Run = Line["run"];

export function must(section: string, id: string, what: string, run: Run): Line {
  return { level: "MUST", section, id, what, run };
}

export function may(section: string, id: string, what: string, run: Run): Line {
  return { level: "MAY", section, id, what, run };
}

/** One line for each encoding: the clients of the second speak protobuf. */
export function both(section: string, id: string, what: string, run: Run): readonly Line[] {
  const inEncoding =
    (encoding: Encoding): Run =>
    (scene) => {
      scene.encoding = encoding;
      return run(scene);
    };
  return [
    must(section, id, what, inEncoding("json")),
    must(section, `${id}-protobuf`, `… and in protobuf`, inEncoding("protobuf")),
  ];
}
