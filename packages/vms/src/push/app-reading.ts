import type { PayloadOut } from "@twinwire/events";

import { camelized } from "../models/wire-names.ts";
import type { AnalyticEventPush, AppPushEnvelope, VMSAppSocketData } from "./app-socket-data.ts";
import type { appPushes } from "./catalogue.ts";
import { analyticEventOf, eventOf } from "./event-reading.ts";
import type { ReadEvent } from "./event-reading.ts";
import type { AnalyticPushType, VMSAppSocketType } from "./push-types.ts";

type Output<Type extends VMSAppSocketType> = PayloadOut<typeof appPushes.schemas, Type>;
type Reader<Type extends VMSAppSocketType> = (
  data: Output<Type>,
  envelope: AppPushEnvelope,
  baseUrl: string | undefined,
) => VMSAppSocketData;

function analytic(name: AnalyticPushType) {
  return (data: ReadEvent, envelope: AppPushEnvelope, baseUrl: string | undefined): AnalyticEventPush => {
    const event = analyticEventOf(data, baseUrl);
    return {
      ...envelope,
      type: "analyticEventCreated",
      name,
      isIntercom: event.isIntercom === true,
      data: event,
    };
  };
}

const readers: { readonly [Type in VMSAppSocketType]: Reader<Type> } = {
  logout: (_, envelope) => ({
    ...envelope,
    type: "logout",
    name: "logout",
    data: envelope.subject === undefined ? {} : { subject: envelope.subject },
  }),
  permissions_updated: (_, envelope) => ({
    ...envelope,
    type: "permissionsUpdate",
    name: "permissions_updated",
  }),
  cameras_updated: (data, envelope) => ({
    ...envelope,
    type: "camerasUpdate",
    name: "cameras_updated",
    data: camelized(data),
  }),
  "camera.store_favorite": (data, envelope) => ({
    ...envelope,
    type: "addFavoriteCamera",
    name: "camera.store_favorite",
    data: camelized(data),
  }),
  "camera.destroy_favorite": (data, envelope) => ({
    ...envelope,
    type: "removeFavoriteCamera",
    name: "camera.destroy_favorite",
    data: camelized(data),
  }),
  groups_updated: (_, envelope) => ({ ...envelope, type: "groupsUpdate", name: "groups_updated" }),
  camera_groups_synced: (_, envelope) => ({
    ...envelope,
    type: "cameraGroupsSynced",
    name: "camera_groups_synced",
  }),
  groups_created: (data, envelope) => {
    const { id, ...others } = camelized(data);
    return id === undefined
      ? { ...envelope, type: "groupsUpdate", name: "groups_created" }
      : { ...envelope, type: "groupsCreated", name: "groups_created", data: { ...others, id } };
  },
  groups_deleted: ({ ids }, envelope) =>
    ids === undefined
      ? { ...envelope, type: "groupsUpdate", name: "groups_deleted" }
      : { ...envelope, type: "groupsDeleted", name: "groups_deleted", data: ids },
  mark_created: (data, envelope) => ({
    ...envelope,
    type: "eventCreated",
    name: "mark_created",
    data: eventOf(data),
  }),
  mark_updated: (data, envelope) => ({
    ...envelope,
    type: "eventUpdated",
    name: "mark_updated",
    data: eventOf(data),
  }),
  mark_deleted: (data, envelope) => ({
    ...envelope,
    type: "eventDeleted",
    name: "mark_deleted",
    data: eventOf(data),
  }),
  archive_generated: (data, envelope) => ({
    ...envelope,
    type: "archiveGenerated",
    name: "archive_generated",
    data: camelized(data),
  }),
  layouts_updated: (_, envelope) => ({ ...envelope, type: "layoutsUpdate", name: "layouts_updated" }),
  analytic_case_motion_detect_event_created: analytic("analytic_case_motion_detect_event_created"),
  analytic_case_line_intersection_event_created: analytic("analytic_case_line_intersection_event_created"),
  analytic_case_smoke_fire_event_created: analytic("analytic_case_smoke_fire_event_created"),
  analytic_case_loud_sound_event_created: analytic("analytic_case_loud_sound_event_created"),
  analytic_case_camera_obstacle_event_created: analytic("analytic_case_camera_obstacle_event_created"),
  analytic_case_face_event_created: analytic("analytic_case_face_event_created"),
  analytic_case_license_plate_event_created: analytic("analytic_case_license_plate_event_created"),
  analytic_case_person_counting_event_created: analytic("analytic_case_person_counting_event_created"),
  analytic_case_visitor_counting_event_created: analytic("analytic_case_visitor_counting_event_created"),
  analytic_case_container_number_recognition_event_created: analytic(
    "analytic_case_container_number_recognition_event_created",
  ),
};

/** The push of this type, from its payload as the catalogue read it. */
export function appPushOf<Type extends VMSAppSocketType>(
  type: Type,
  data: Output<Type>,
  envelope: AppPushEnvelope,
  baseUrl: string | undefined,
): VMSAppSocketData {
  return readers[type](data, envelope, baseUrl);
}
