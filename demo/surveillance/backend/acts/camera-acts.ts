import type { Camera } from "../../state.ts";
import type { Caller } from "../sessions.ts";
import type { Act } from "./act.ts";

export const noCamera = "That camera is not attached. Attach it first.";

function favoriteOf({ user }: Caller, { id, name, status, isFavorite }: Camera) {
  return { userId: user.id, cameraId: id, order: id, name, isFavorite, status };
}

export const cameraActs = {
  "camera-attach": async ({ inventory, user }, { id }) => {
    if (!inventory.attach(id)) return "The building has no such camera.";
    await user.camerasUpdated({ attached: [id], detached: [] });
    return undefined;
  },
  "camera-detach": async ({ inventory, user }, { id }) => {
    if (!inventory.detach(id)) return noCamera;
    await user.camerasUpdated({ attached: [], detached: [id] });
    return undefined;
  },
  "favorite-add": async ({ caller, inventory, user }, { id }) => {
    const camera = inventory.camera(id);
    if (camera === undefined) return noCamera;
    await user.favoriteStored(favoriteOf(caller, inventory.favour(camera, true)));
    return undefined;
  },
  "favorite-remove": async ({ caller, inventory, user }, { id }) => {
    const camera = inventory.camera(id);
    if (camera === undefined) return noCamera;
    await user.favoriteDestroyed(favoriteOf(caller, inventory.favour(camera, false)));
    return undefined;
  },
  "group-create": async ({ inventory, user }, { text }) => {
    if (text === "") return "The group has no name. Write one.";
    const cameras = inventory.state().cameras.slice(-2);
    const made = inventory.groups.add((id) => ({ id, name: text, cameras: cameras.map((one) => one.id) }));
    await user.groupCreated({ id: made.id, name: made.name });
    return undefined;
  },
  "group-delete": async ({ inventory, user }, { id }) => {
    if (inventory.groups.get(id) === undefined) return "That group is gone already.";
    inventory.groups.delete(id);
    await user.groupsDeleted({ ids: [id] });
    return undefined;
  },
  "groups-update": async ({ user }) => {
    await user.groupsUpdated();
    return undefined;
  },
  "groups-sync": async ({ user }) => {
    await user.cameraGroupsSynced();
    return undefined;
  },
} as const satisfies Record<string, Act>;
