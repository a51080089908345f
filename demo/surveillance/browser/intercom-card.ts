import { clockTime, element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type { Code, Intercom } from "../state.ts";
import { KeyedList, type Row } from "./keyed-list.ts";
import type { ShownCall, View } from "./view.ts";

const callWords: Readonly<Record<ShownCall["status"], string>> = {
  ring: "rings",
  answered: "answered",
  ended: "ended",
  missed: "missed",
  cancelled: "cancelled",
};

export interface CallActs {
  answer(call: ShownCall): void;
  cancel(call: ShownCall): void;
}

/** Calls at the doors, the doors themselves, and the codes that open them. */
export class IntercomCard {
  private readonly calls: KeyedList<ShownCall>;
  private readonly intercoms = new KeyedList<Intercom>(part("#intercoms", HTMLElement), idOf, intercomRow);
  private readonly codes: KeyedList<Code>;
  private titles = new Map<number, string>();
  private readonly news = part("#intercom-news", HTMLElement);
  private readonly empty = {
    calls: part("#calls-empty", HTMLElement),
    intercoms: part("#intercoms-empty", HTMLElement),
    codes: part("#codes-empty", HTMLElement),
  };

  constructor(acts: CallActs) {
    this.calls = new KeyedList<ShownCall>(part("#calls", HTMLElement), idOf, (call) => callRow(call, acts));
    this.codes = new KeyedList<Code>(part("#codes", HTMLElement), idOf, (code) => this.codeRow(code));
  }

  show({ calls, intercoms, codes, intercomNews }: View): void {
    this.titles = new Map(intercoms.map(({ id, title }) => [id, title]));
    this.calls.show(calls.toReversed());
    this.intercoms.show(intercoms);
    this.codes.show(codes);
    this.news.textContent = intercomNews;
    this.empty.calls.hidden = calls.length > 0;
    this.empty.intercoms.hidden = intercoms.length > 0;
    this.empty.codes.hidden = codes.length > 0;
  }

  private codeRow(first: Code): Row<Code> {
    const title = element("span", { class: "row-name" });
    const digits = element("code", {});
    const note = element("span", { class: "row-note" });
    const row = element("li", { "data-code": String(first.id) }, title, digits, note);
    return {
      element: row,
      show: (code) => {
        title.textContent = code.title;
        digits.textContent = code.code;
        const door = this.titles.get(code.intercomId);
        const until = code.expiredAt === undefined ? "" : `until ${dayAndTime(new Date(code.expiredAt))}`;
        note.textContent = [door ?? "", until].filter((word) => word !== "").join(", ");
      },
    };
  }
}

function dayAndTime(at: Date): string {
  return at.toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

function idOf({ id }: { readonly id: number }): string {
  return String(id);
}

function callRow(first: ShownCall, acts: CallActs): Row<ShownCall> {
  let shown = first;
  const name = element("span", { class: "row-name" });
  const state = element("span", { class: "row-state" });
  const note = element("span", { class: "row-note" });
  const answer = element("button", { class: "button small", type: "button" }, "Answer");
  const cancel = element("button", { class: "button small", type: "button" }, "Cancel");
  const buttons = element("span", { class: "row-buttons" }, answer, cancel);
  answer.addEventListener("click", () => {
    acts.answer(shown);
  });
  cancel.addEventListener("click", () => {
    acts.cancel(shown);
  });
  const row = element("li", { "data-call": String(first.id) }, name, state, note, buttons);
  return {
    element: row,
    show: (call) => {
      shown = call;
      row.dataset["status"] = call.status;
      name.textContent = call.title;
      state.textContent = callWords[call.status];
      note.textContent = `since ${clockTime(new Date(call.startedAt))}`;
      if (call.status !== "ring") note.textContent = `at ${clockTime(new Date(call.startedAt))}`;
      buttons.hidden = call.status !== "ring";
      answer.setAttribute("aria-label", `Answer ${call.title}`);
      cancel.setAttribute("aria-label", `Cancel the call of ${call.title}`);
    },
  };
}

function intercomRow(first: Intercom): Row<Intercom> {
  const name = element("span", { class: "row-name" });
  const state = element("span", { class: "row-state" });
  const row = element("li", { "data-intercom": String(first.id) }, name, state);
  return {
    element: row,
    show: ({ title, isOnline }) => {
      name.textContent = title;
      state.textContent = isOnline ? "online" : "offline";
      row.dataset["status"] = isOnline ? "online" : "offline";
    },
  };
}
