import { InvalidEventError } from "@twinwire/events";
import type { VMSEventInput } from "../models/event.ts";
import type { AppPushInput } from "../push/app-push.ts";
import { analyticPushTypes, type AnalyticKind, type VMSAppSocketType } from "../push/push-types.ts";
import { appPushWire } from "../push/wire.ts";
import { intercomPublisher, type VmsIntercomPublisher } from "./intercom-publisher.ts";
import type { Send } from "./sending.ts";

type Says<Type extends VMSAppSocketType> = (data: AppPushInput<Type>) => Promise<void>;
type SaysEvent = (event: VMSEventInput) => Promise<void>;
type SaysSo = () => Promise<void>;

/**
 * What a user's logins are all told (pusher-protocol 8.4, UserPush). Each rejects with an `InvalidEventError` where
 * the payload does not fit, before anything is sent, or with what the publisher rejects with.
 */
export interface VmsUserPublisher extends VmsIntercomPublisher {
  readonly permissionsUpdated: SaysSo;
  /** Ids of the cameras that came to the user, and of those that left. */
  readonly camerasUpdated: Says<"cameras_updated">;
  readonly favoriteStored: Says<"camera.store_favorite">;
  readonly favoriteDestroyed: Says<"camera.destroy_favorite">;
  readonly groupsUpdated: SaysSo;
  /** A sync of groups, which was answered with `async`, is done. */
  readonly cameraGroupsSynced: SaysSo;
  readonly groupCreated: Says<"groups_created">;
  readonly groupsDeleted: Says<"groups_deleted">;
  readonly markCreated: SaysEvent;
  readonly markUpdated: SaysEvent;
  readonly markDeleted: SaysEvent;
  /** Neither app does anything with it; ours is told. */
  readonly layoutsUpdated: SaysSo;
  /** With `isIntercom: true`, the apps take a face (iOS: any kind) for an event of an intercom. */
  readonly analyticEventCreated: (kind: AnalyticKind, event: VMSEventInput) => Promise<void>;
}

function analyticType(kind: AnalyticKind): (typeof analyticPushTypes)[AnalyticKind] {
  if (Object.hasOwn(analyticPushTypes, kind)) return analyticPushTypes[kind];
  throw new InvalidEventError("analytic event", [{ path: "kind", message: "Expected a kind of analytics" }]);
}

export function userPublisher(send: Send): VmsUserPublisher {
  const says =
    <Type extends VMSAppSocketType>(type: Type) =>
    (data: AppPushInput<Type>): Promise<void> =>
      send(() => appPushWire(type, data));
  const so =
    (type: "permissions_updated" | "groups_updated" | "camera_groups_synced" | "layouts_updated"): SaysSo =>
    () =>
      send(() => appPushWire(type, undefined));

  return {
    ...intercomPublisher(send),
    permissionsUpdated: so("permissions_updated"),
    camerasUpdated: says("cameras_updated"),
    favoriteStored: says("camera.store_favorite"),
    favoriteDestroyed: says("camera.destroy_favorite"),
    groupsUpdated: so("groups_updated"),
    cameraGroupsSynced: so("camera_groups_synced"),
    groupCreated: says("groups_created"),
    groupsDeleted: says("groups_deleted"),
    markCreated: says("mark_created"),
    markUpdated: says("mark_updated"),
    markDeleted: says("mark_deleted"),
    layoutsUpdated: so("layouts_updated"),
    analyticEventCreated: (kind, event) => send(() => appPushWire(analyticType(kind), event)),
  };
}
