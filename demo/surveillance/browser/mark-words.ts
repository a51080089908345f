import { analyticsKinds, analyticsNames } from "../actions.ts";
import type { Mark } from "../state.ts";
import { clockTime } from "../../../packages/server/src/dev-page/shell/dom.ts";

/** What a mark is called: its own title, or what its analytics saw. */
export function markTitle({ title, type }: Pick<Mark, "title" | "type">): string {
  const kind = analyticsKinds.find((one) => one === type);
  if (title !== "") return title;
  return kind === undefined ? "Mark" : analyticsNames[kind];
}

/** From when to when, on the reader's own clock. */
export function markTime({ from, to }: Pick<Mark, "from" | "to">): string {
  const [begin, end] = [clockTime(new Date(from)), clockTime(new Date(to))];
  return begin === end ? begin : `${begin} to ${end}`;
}
