import type { Subject } from "../program/line.ts";
import type { Line } from "./line.ts";
import { framing } from "./lines/framing.ts";
import { keepAlive } from "./lines/keep-alive.ts";
import type { Scene } from "./scene.ts";

/** What a Centrifugo server has to do, by subject. */
export const subjects: readonly Subject<Scene>[] = [
  { title: "Frames and commands", lines: framing },
  { title: "Keep-alive", lines: keepAlive },
];

export const lines: readonly Line[] = subjects.flatMap((subject) => subject.lines);
