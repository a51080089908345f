import { clockTime, element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import { HoldingList } from "../../../packages/server/src/dev-page/shell/holding-list.ts";

/** A status that is not known here is shown as it came. */
const statusText: Readonly<Record<string, string>> = {
  pending: "… waits for a decision",
  approved: "✓ approved",
  rejected: "✕ rejected",
};

/** Demands whose line is still found; the list itself keeps no more. */
const mostDemands = 200;

/** What happens on the channel beside the chat; the newest on top. */
export class Activity {
  private readonly list = new HoldingList(part("#activity", HTMLOListElement), "event");
  /** Demands by their id: a decision changes the line that is there, and moves none. */
  private readonly demands = new Map<string, HTMLElement>();

  add(what: readonly (Node | string)[], more = ""): void {
    this.list.add(line(what, more));
  }

  demand(id: string, status: string, what: readonly (Node | string)[]): void {
    const known = this.demands.get(id);
    if (known !== undefined) {
      showStatus(known, status);
      return;
    }
    const shown = element("span", { class: "status" });
    showStatus(shown, status);
    this.demands.set(id, shown);
    const [oldest] = this.demands.keys();
    if (this.demands.size > mostDemands && oldest !== undefined) this.demands.delete(oldest);
    const item = line(what, "");
    item.append(element("p", { class: "more" }, shown));
    this.list.add(item);
  }
}

function showStatus(place: HTMLElement, status: string): void {
  place.dataset["status"] = status;
  place.textContent = statusText[status] ?? status;
}

function line(what: readonly (Node | string)[], more: string): HTMLLIElement {
  const now = new Date();
  const item = element(
    "li",
    { class: "happening" },
    element("p", { class: "what" }, ...what),
    element("time", { class: "time", datetime: now.toISOString() }, clockTime(now)),
  );
  if (more !== "") item.append(element("p", { class: "more" }, more));
  return item;
}
