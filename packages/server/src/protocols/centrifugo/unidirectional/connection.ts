import type { Answer } from "../../../core/answer.ts";
import { closure, type Closure, type ClosureKind } from "../../../core/closure.ts";
import type { Frame } from "../../../core/outlet.ts";
import type { Refusal, RefusalKind } from "../../../core/refusal.ts";
import { closeCodeOf, errorOf } from "../codes.ts";
import { CentrifugoConnection } from "../connection.ts";
import type { Command } from "../messages.ts";

/** What a refused connect request becomes where nothing can be answered (protocol notes, 3.3). */
const endOf: Partial<Record<RefusalKind, ClosureKind>> = {
  "token-expired": "connection-expired",
  expired: "connection-expired",
  "too-many-requests": "too-many-requests",
  "permission-denied": "permission-denied",
};

/** A client that says one thing, its connect request, and listens (protocol notes, 8.2). */
export class UnidirectionalConnection extends CentrifugoConnection {
  override readonly ticket = { session: crypto.randomUUID(), node: "" };
  /** Code of the error, or of the disconnect, that kept the client out; undefined = it is in, or was. */
  keptOutBy: number | undefined = undefined;
  private asked = false;

  /** Whatever it says later is passed over. */
  override receive(frame: Frame): Answer<void> {
    if (this.asked) return undefined;
    this.asked = true;
    return super.receive(frame);
  }

  override close(why: Closure): void {
    if (this.state === "waiting" || this.state === "connecting") this.keptOutBy ??= closeCodeOf(why).code;
    super.close(why);
  }

  protected override refuseCommand(_: Command, refusal: Refusal): void {
    const { code } = errorOf(refusal);
    this.keptOutBy = code;
    const plain = closure(endOf[refusal.kind] ?? "internal", refusal.reason);
    const custom = this.door.settings.unidirectionalDisconnects?.get(code);
    this.close(custom === undefined ? plain : { ...plain, custom });
  }
}
