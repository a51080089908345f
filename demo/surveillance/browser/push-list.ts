import { movesByArrows } from "../../../packages/server/src/dev-page/shell/arrow-keys.ts";
import { element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import { frameLine } from "../../../packages/server/src/dev-page/shell/frame-line.ts";
import { HoldingList } from "../../../packages/server/src/dev-page/shell/holding-list.ts";

/** What the client handed over, the newest on top, each with its raw payload. */
export class PushList {
  private readonly list: HoldingList;

  constructor() {
    const list = part("#pushes", HTMLOListElement);
    this.list = new HoldingList(list, "push", "pushes");
    if (list.parentElement !== null) movesByArrows(list.parentElement);
  }

  add(name: string, raw: unknown): void {
    const text = typeof raw === "string" ? raw : JSON.stringify(raw);
    const line = frameLine({ direction: "in", name, text });
    this.list.add(element("li", { class: "frame in", "data-push": name }, line));
  }

  clear(): void {
    this.list.clear();
  }
}
