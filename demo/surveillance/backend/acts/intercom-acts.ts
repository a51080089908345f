import type { Call, Code, Intercom } from "../../state.ts";
import type { Inventory } from "../inventory.ts";
import { wireDate } from "../seed.ts";
import type { Act } from "./act.ts";

/** Milliseconds that a new code opens the door. */
const codeLife = 3_600_000;
/** Seconds to press the intercom's key once it is confirmed. */
const keyPatience = 60;
const noIntercom = "That intercom is gone already.";
const noCall = "That call is over already.";

function intercomOf({ id, title, isOnline }: Intercom) {
  return { id, title, isOnline, isEnabled: isOnline, status: "confirmed" as const };
}

function callOf(inventory: Inventory, { id, intercomId, status, startedAt }: Call) {
  const intercom = inventory.intercoms.get(intercomId);
  return {
    id,
    status,
    createdAt: startedAt,
    startedAt,
    ...(intercom === undefined ? {} : { intercom: intercomOf(intercom) }),
  };
}

function codeOf(
  inventory: Inventory,
  { id, intercomId, title, code, expiredAt = "" }: Code,
  createdAt: string,
) {
  const intercom = inventory.intercoms.get(intercomId);
  return {
    id,
    title,
    code,
    createdAt,
    expiredAt,
    willDeletedAt: expiredAt,
    isExpired: false,
    ...(intercom === undefined ? {} : { intercom: intercomOf(intercom) }),
  };
}

export const intercomActs = {
  "call-ring": async ({ inventory, user }, { id }) => {
    const intercom = inventory.intercoms.get(id);
    if (intercom === undefined) return noIntercom;
    await user.intercomCallStored({ intercomCall: callOf(inventory, inventory.ring(intercom)) });
    return undefined;
  },
  "call-answer": async ({ inventory, user }, { id }) => {
    const call = inventory.calls.get(id);
    if (call?.status !== "ring") return noCall;
    await user.intercomCallStored({ intercomCall: callOf(inventory, inventory.turn(call, "answered")) });
    return undefined;
  },
  "call-cancel": async ({ inventory, user }, { id }) => {
    const call = inventory.calls.get(id);
    if (call?.status !== "ring") return noCall;
    inventory.turn(call, "missed");
    await user.callCanceled({
      id: call.id,
      callId: call.id,
      title: call.title,
      callCreatedAt: call.startedAt,
    });
    return undefined;
  },
  "call-delete": async ({ inventory, user }, { id }) => {
    if (inventory.calls.get(id) === undefined) return "That call is deleted already.";
    inventory.calls.delete(id);
    await user.intercomCallsDeleted({ deletedIds: [id] });
    return undefined;
  },
  "intercom-store": async ({ inventory, user }, { text }) => {
    if (text === "") return "The intercom has no name. Write one.";
    const made = inventory.intercoms.add((id) => ({ id, title: text, isOnline: true }));
    await user.intercomStored({ intercom: intercomOf(made) });
    return undefined;
  },
  "intercom-rename": async ({ inventory, user }, { id, text }) => {
    const intercom = inventory.intercoms.get(id);
    if (intercom === undefined) return noIntercom;
    if (text === "") return "The intercom has no name. Write one.";
    await user.intercomRenamed({
      intercom: intercomOf(inventory.intercoms.set({ ...intercom, title: text })),
    });
    return undefined;
  },
  "intercom-update": async ({ inventory, user }, { id }) => {
    const intercom = inventory.intercoms.get(id);
    if (intercom === undefined) return noIntercom;
    const changed = inventory.intercoms.set({ ...intercom, isOnline: !intercom.isOnline });
    await user.intercomUpdated({ intercom: intercomOf(changed) });
    return undefined;
  },
  "intercom-delete": async ({ inventory, user }, { id }) => {
    if (inventory.intercoms.get(id) === undefined) return noIntercom;
    inventory.intercoms.delete(id);
    await user.intercomsDeleted({ deletedIds: [id] });
    return undefined;
  },
  "code-store": async ({ inventory, user, now }, { id: intercomId, text }) => {
    if (inventory.intercoms.get(intercomId) === undefined) return noIntercom;
    const digits = String(1000 + ((crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) % 9000));
    const expiredAt = wireDate(now() + codeLife);
    const title = text === "" ? "Guest" : text;
    const made = inventory.codes.add((id) => ({ id, intercomId, title, code: digits, expiredAt }));
    await user.intercomCodeStored({ intercomCode: codeOf(inventory, made, wireDate(now())) });
    return undefined;
  },
  "code-delete": async ({ inventory, user }, { id }) => {
    if (inventory.codes.get(id) === undefined) return "That code is gone already.";
    inventory.codes.delete(id);
    await user.intercomCodesDeleted({ deletedIds: [id] });
    return undefined;
  },
  "key-confirm": async ({ inventory, user }, { id }) => {
    const intercom = inventory.intercoms.get(id);
    if (intercom === undefined) return noIntercom;
    await user.intercomKeyConfirmed({ intercom: intercomOf(intercom), expireInSeconds: keyPatience });
    return undefined;
  },
  "key-error": async ({ user }) => {
    await user.intercomKeyError({ error: "The key was not pressed in time." });
    return undefined;
  },
  "add-error": async ({ user }) => {
    await user.intercomAddError({ error: "Another user has that intercom." });
    return undefined;
  },
} as const satisfies Record<string, Act>;
