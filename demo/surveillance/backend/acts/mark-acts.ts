import { analyticsKinds, type AnalyticsKind } from "../../actions.ts";
import type { Mark } from "../../state.ts";
import type { Inventory } from "../inventory.ts";
import { wireDate } from "../seed.ts";
import type { Act } from "./act.ts";
import { noCamera } from "./camera-acts.ts";

/** Milliseconds that a new mark spans, back from now. */
const markSpan = 60_000;
const noMark = "That mark is gone already.";

function eventOf(mark: Mark) {
  return { ...mark, createdAt: mark.to, canDelete: mark.type === "mark" };
}

/** What a camera's analytics saw now. */
function seen(inventory: Inventory, cameraId: number, type: AnalyticsKind, now: number): Mark {
  const at = wireDate(now);
  return inventory.marks.add((id) => ({ id, title: "", type, cameraId, from: at, to: at }));
}

export const markActs = {
  "mark-create": async ({ inventory, user, now }, { id: cameraId, text }) => {
    if (inventory.camera(cameraId) === undefined) return noCamera;
    if (text === "") return "The mark has no title. Write one.";
    const span = { from: wireDate(now() - markSpan), to: wireDate(now()) };
    const mark = inventory.marks.add((id) => ({ id, title: text, type: "mark", cameraId, ...span }));
    await user.markCreated(eventOf(mark));
    return undefined;
  },
  "mark-update": async ({ inventory, user, now }, { id, text }) => {
    const mark = inventory.marks.get(id);
    if (mark === undefined) return noMark;
    const changed = { ...mark, title: text === "" ? mark.title : text, to: wireDate(now()) };
    await user.markUpdated(eventOf(inventory.marks.set(changed)));
    return undefined;
  },
  "mark-delete": async ({ inventory, user }, { id }) => {
    const mark = inventory.marks.get(id);
    if (mark === undefined) return noMark;
    inventory.marks.delete(id);
    await user.markDeleted(eventOf(mark));
    return undefined;
  },
  analytics: async ({ inventory, user, now }, { id: cameraId, text }) => {
    const kind = analyticsKinds.find((one) => one === text);
    if (kind === undefined) return "There is no such analytics.";
    if (inventory.camera(cameraId) === undefined) return noCamera;
    await user.analyticEventCreated(kind, eventOf(seen(inventory, cameraId, kind, now())));
    return undefined;
  },
  // To the clients it is an intercom's event, and no analytics of a camera.
  "intercom-event": async ({ inventory, user, now }, { id: cameraId }) => {
    if (inventory.camera(cameraId) === undefined) return noCamera;
    const face = eventOf(seen(inventory, cameraId, "face", now()));
    await user.analyticEventCreated("face", { ...face, isIntercom: true });
    return undefined;
  },
} as const satisfies Record<string, Act>;
