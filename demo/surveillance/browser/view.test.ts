import { expect, test } from "bun:test";
import { Inventory } from "../backend/inventory.ts";
import type { Mark } from "../state.ts";
import { emptyView, loaded, put, withMark, without } from "./view.ts";

const mark = (id: number, type = "mark"): Mark => ({
  id,
  type,
  title: `mark ${id}`,
  cameraId: 1,
  from: "2026-01-01T00:00:00.000000Z",
  to: "2026-01-01T00:01:00.000000Z",
});

function stateWith(marks: readonly Mark[]) {
  return { ...new Inventory(() => 0).state(), marks };
}

test("what is loaded again keeps the signs of changed and deleted marks", () => {
  let view = loaded(emptyView, stateWith([mark(1), mark(2), mark(3, "face")]));
  expect(view.marks.map(({ sign }) => sign)).toEqual(["created", "created", "analytics"]);
  view = withMark(withMark(view, mark(1), "updated"), mark(2), "deleted");
  view = loaded(view, stateWith([mark(1), mark(3, "face")]));
  expect(Object.fromEntries(view.marks.map(({ id, sign }) => [id, sign]))).toEqual({
    1: "updated",
    2: "deleted",
    3: "analytics",
  });
});

test("a mark that was deleted and is there again stands as it is", () => {
  const gone = withMark(emptyView, mark(1), "deleted");
  expect(loaded(gone, stateWith([mark(1)])).marks).toHaveLength(1);
});

test("a cancelled call stays cancelled, and a missed one missed", () => {
  const call = { intercomId: 1, title: "Door", startedAt: "2026-01-01T00:00:00.000000Z" };
  const state = { ...stateWith([]), calls: [1, 2].map((id) => ({ ...call, id, status: "missed" as const })) };
  const view = { ...emptyView, calls: [{ ...call, id: 1, status: "cancelled" as const }] };
  expect(loaded(view, state).calls.map(({ status }) => status)).toEqual(["cancelled", "missed"]);
});

test("records are put in their places, and taken out by their ids", () => {
  const list = [
    { id: 1, name: "a" },
    { id: 2, name: "b" },
  ];
  expect(put(list, { id: 1, name: "c" }).map(({ name }) => name)).toEqual(["c", "b"]);
  expect(put(list, { id: 3, name: "c" })).toHaveLength(3);
  expect(without(list, [1, 9])).toEqual([{ id: 2, name: "b" }]);
});
