import type { Call, CallStatus, Camera, ConsoleState, Mark } from "../state.ts";

/** How a mark stands on the time line. */
export type Sign = "created" | "updated" | "deleted" | "analytics";

export interface ShownMark extends Mark {
  readonly sign: Sign;
}

export interface ShownCall extends Omit<Call, "status"> {
  readonly status: CallStatus | "cancelled";
}

export interface Archive {
  readonly at: Date;
  /** Undefined where it failed: the server sends no link then. */
  readonly url: string | undefined;
}

/** What the page shows: the back end's state, with what came since. */
export interface View extends Omit<ConsoleState, "marks" | "calls"> {
  readonly marks: readonly ShownMark[];
  readonly calls: readonly ShownCall[];
  readonly archives: readonly Archive[];
  /** The last word on a key, or on adding an intercom. */
  readonly intercomNews: string;
}

export const emptyView: View = {
  cameras: [],
  groups: [],
  marks: [],
  intercoms: [],
  calls: [],
  codes: [],
  permissions: [],
  archives: [],
  intercomNews: "",
};

/** Marks, calls and archives that the page keeps. */
const bound = 200;

/** The state as the back end has it now. What it does not keep stays: which marks were changed or deleted, and archives. */
export function loaded(view: View, state: ConsoleState): View {
  const known = new Map(view.marks.map((mark) => [mark.id, mark]));
  const there = new Set(state.marks.map(({ id }) => id));
  const cancelled = new Set(view.calls.filter(({ status }) => status === "cancelled").map(({ id }) => id));
  return {
    ...view,
    ...state,
    marks: [
      ...view.marks.filter(({ id, sign }) => sign === "deleted" && !there.has(id)),
      ...state.marks.map((mark) => ({ ...mark, sign: known.get(mark.id)?.sign ?? firstSign(mark) })),
    ],
    calls: state.calls.map((call) =>
      cancelled.has(call.id) && call.status === "missed" ? { ...call, status: "cancelled" } : call,
    ),
  };
}

function firstSign({ type }: Mark): Sign {
  return type === "mark" ? "created" : "analytics";
}

export function withMark(view: View, mark: Mark, sign: Sign): View {
  return { ...view, marks: [...without(view.marks, [mark.id]), { ...mark, sign }].slice(-bound) };
}

export function withCamera(view: View, id: number, change: Partial<Camera>): View {
  const cameras = view.cameras.map((camera) => (camera.id === id ? { ...camera, ...change } : camera));
  return { ...view, cameras };
}

/** Puts a record in the place of the one with its id, or at the end. */
export function put<Value extends { readonly id: number }>(list: readonly Value[], value: Value): Value[] {
  return list.some(({ id }) => id === value.id)
    ? list.map((one) => (one.id === value.id ? value : one))
    : [...list, value].slice(-bound);
}

export function without<Value extends { readonly id: number }>(
  list: readonly Value[],
  ids: readonly number[],
): Value[] {
  return list.filter(({ id }) => !ids.includes(id));
}

export function withArchive(view: View, archive: Archive): View {
  return { ...view, archives: [archive, ...view.archives].slice(0, bound) };
}
