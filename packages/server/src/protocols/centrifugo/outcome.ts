import { closure, type Closure, type ClosureKind } from "../../core/closure.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { Reply } from "./messages.ts";

/** A command that ends the connection, where a refusal would only answer it. */
export class Disconnect {
  constructor(readonly closure: Closure) {}
}

export function disconnect(kind: ClosureKind, reason: string): Disconnect {
  return new Disconnect(closure(kind, reason));
}

/** What comes of a command. `answered`: its reply has been sent, because something had to follow it in the same turn. */
export type Outcome = Reply | Refusal | Disconnect | "answered";
