// What stands inside each type of app push (pusher-protocol 8.4), once for reading and for sending.
import * as v from "valibot";

import { event } from "../models/event.ts";
import { flag, integer, list, model, nullable, optional, sent, text } from "../models/field.ts";
import type { Field } from "../models/field.ts";
import type { CamelInput, Camelized } from "../models/wire-names.ts";
import type { VMSAppSocketType } from "./push-types.ts";

/** Nothing is read from the payload, whatever stands there; nothing is sent. */
const nothing = {
  read: v.pipe(
    v.unknown(),
    v.transform(() => undefined),
  ),
  send: v.undefined(),
  holdsObject: true,
} satisfies Field;

export const camerasUpdate = model({ attached: optional(list(integer)), detached: optional(list(integer)) });

export const favoriteCamera = model({
  camera_id: integer,
  user_id: optional(integer),
  order: optional(integer),
  name: optional(text),
  is_favorite: optional(flag),
  status: optional(text),
});

/** A link to a finished archive: `url` is the old field, `download.url` the new one. Neither is there on failure. */
export const archiveLink = model({
  url: nullable(text),
  download: optional(model({ url: nullable(text) })),
});

const createdGroup = model({ id: sent(integer), name: sent(text) });
const deletedGroups = model({ ids: sent(list(integer)) });

export const appPushModels = {
  logout: nothing,
  permissions_updated: nothing,
  cameras_updated: camerasUpdate,
  "camera.store_favorite": favoriteCamera,
  "camera.destroy_favorite": favoriteCamera,
  groups_updated: nothing,
  camera_groups_synced: nothing,
  groups_created: createdGroup,
  groups_deleted: deletedGroups,
  mark_created: event,
  mark_updated: event,
  mark_deleted: event,
  archive_generated: archiveLink,
  layouts_updated: nothing,
  analytic_case_motion_detect_event_created: event,
  analytic_case_line_intersection_event_created: event,
  analytic_case_smoke_fire_event_created: event,
  analytic_case_loud_sound_event_created: event,
  analytic_case_camera_obstacle_event_created: event,
  analytic_case_face_event_created: event,
  analytic_case_license_plate_event_created: event,
  analytic_case_person_counting_event_created: event,
  analytic_case_visitor_counting_event_created: event,
  analytic_case_container_number_recognition_event_created: event,
} as const satisfies Record<VMSAppSocketType, Field>;

/** What a type of app push carries, as read: keys as on the wire. */
export type AppPushOutput<Type extends VMSAppSocketType> = v.InferOutput<
  (typeof appPushModels)[Type]["read"]
>;
/** What a publisher gives for a type of app push. */
export type AppPushInput<Type extends VMSAppSocketType> = CamelInput<
  v.InferInput<(typeof appPushModels)[Type]["send"]>
>;

/** Ids of the cameras that came to the user's account (`attached`) and of those that left it (`detached`). */
export type VMSCamerasUpdateSocket = Camelized<v.InferOutput<typeof camerasUpdate.read>>;
export type VMSFavoriteCamerasUpdateSocket = Camelized<v.InferOutput<typeof favoriteCamera.read>>;
export type VMSArchiveLinkSocket = Camelized<v.InferOutput<typeof archiveLink.read>>;
export interface VMSDownloadUrlData {
  url?: string;
}

/** Where the archive can be fetched, by either field; undefined when making it failed. */
export function archiveUrl(link: VMSArchiveLinkSocket): string | undefined {
  return link.url ?? link.download?.url;
}
