// Every row of pusher-protocol 8.4 and 8.5: a payload for its wire form, and where each platform takes it. What is
// published in these rows is full: every field of the models stands in one of them.
import type { AppPushInput } from "../../src/push/app-push.ts";
import type { AppPushMeta } from "../../src/push/catalogue.ts";
import type { IntercomPushInput } from "../../src/push/intercom-push.ts";
import type { VMSAppSocketType, VMSIntercomPushTypes } from "../../src/push/push-types.ts";
import type { VMSCameraInput } from "../../src/models/camera.ts";
import type { VMSEventInput } from "../../src/models/event.ts";
import type { VMSIntercomInput } from "../../src/models/intercom.ts";

/** Where a row goes: Android's LiveData, iOS' case (undefined where it takes none), and our case. */
export interface Destinations {
  readonly android: string | undefined;
  readonly ios: string | undefined;
  readonly ours: string;
}

export interface AppRow<Type extends VMSAppSocketType = VMSAppSocketType> extends Destinations {
  readonly type: Type;
  readonly data: AppPushInput<Type>;
  readonly meta?: AppPushMeta;
}

export interface IntercomRow<Type extends VMSIntercomPushTypes = VMSIntercomPushTypes> extends Destinations {
  readonly type: Type;
  readonly fields: IntercomPushInput<Type>;
}

const at = new Date("2024-03-01T10:20:30.400Z");

export const camera: VMSCameraInput = {
  id: 7,
  status: "active",
  isFavorite: true,
  name: "Gate",
  prettyText: "Gate, north",
  startAt: at,
  streams: [
    { id: 1, type: "high", status: "active", hasSound: true, videoCodec: "H265", cameraId: 7, width: "1920" },
    { id: 2, type: "low", status: "NULL" },
  ],
  services: { ptz: false, motionDetect: true },
  archiveRanges: [{ from: 1_709_000_000, duration: 3600 }],
  userStatus: "active",
  isBridge: false,
  isRestrictedLive: false,
  isRestrictedArchive: true,
  address: "1 Main Street",
  hasSound: true,
};

export const event: VMSEventInput = {
  id: 70,
  title: null,
  type: "mark",
  typePretty: "Mark",
  from: at,
  to: "2024-03-01T13:20:31.5+03:00",
  createdAt: at,
  camera,
  cameraId: 7,
  canDelete: true,
  previewUrl: "https://vms.example.com/preview.jpg",
  user: { id: 42, login: "anna", permissions: [{ id: 1, name: "marks" }] },
};

const analyticEvent: VMSEventInput = {
  ...event,
  title: "A face",
  type: "face",
  analyticGroup: { id: 3, name: "Staff", type: "face" },
  analyticCase: {
    id: 4,
    title: "Faces at the gate",
    type: "face",
    createdAt: at,
    cameras: [camera],
    availableEvents: [{ id: 5, name: "seen", analyticType: "face" }],
  },
  analyticFile: { id: 6, name: "face.jpg", url: "/storage/face.jpg", createdAt: at, updatedAt: at },
  event: { id: 5, name: "seen", color: "#ff0000", description: "A known face", analyticType: "face" },
  crop: "https://vms.example.com/crop.jpg",
  similarity: 97.5,
  rect: 2,
  uuid: "7a0e0c3e-4b3c-4a55-9d3c-0a1c5f1f6d11",
};

export const intercom: VMSIntercomInput = {
  id: 11,
  title: "Entrance 1",
  isOnline: true,
  department: 3,
  address: "1 Main Street",
  camera: {
    id: 7,
    groupId: 2,
    status: "partial",
    userStatus: "blocked",
    startAt: at,
    name: "Gate",
    isFavorite: false,
  },
  status: "keyConfirmed",
  availableAnswerDevices: ["is_enabled", "is_analog_line_available"],
  isEnabled: true,
  timetable: {
    days: [{ type: "same_every_day", from: "08:00:00", to: "20:00:00" }],
    intervals: [{ from: at, to: at }],
  },
  isLandlineSipLineAvailable: false,
  isAnalogLineAvailable: true,
  isAnalyticAvailable: true,
  isOpenDoorCode: true,
  isOpenDoorFace: false,
  isOpenDoorApp: true,
  isOpenDoorKey: true,
  createdAt: at,
  updatedAt: at,
};

function app<Type extends VMSAppSocketType>(
  type: Type,
  data: AppPushInput<Type>,
  to: Destinations,
  meta?: AppPushMeta,
): AppRow<Type> {
  return { type, data, ...to, ...(meta === undefined ? {} : { meta }) };
}

const analytic = {
  android: "vmsAnalyticEventCreatedSocket",
  ios: "analyticEventCreated",
  ours: "analyticEventCreated",
};

export const appRows = [
  app("logout", undefined, { android: "vmsLogoutSocket", ios: "logout", ours: "logout" }, { subject: "Bye" }),
  app("permissions_updated", undefined, {
    android: "vmsPermissionsSocket",
    ios: "permissionsUpdate",
    ours: "permissionsUpdate",
  }),
  app(
    "cameras_updated",
    { attached: [1], detached: [] },
    { android: "vmsCamerasSocket", ios: "camerasUpdate", ours: "camerasUpdate" },
  ),
  app(
    "camera.store_favorite",
    { userId: 42, cameraId: 7, order: 1, name: "Gate", isFavorite: true, status: "active" },
    { android: "vmsCamerasFavoriteSocket", ios: "addFavoriteCamera", ours: "addFavoriteCamera" },
  ),
  app(
    "camera.destroy_favorite",
    { cameraId: 7 },
    { android: "vmsCamerasFavoriteSocket", ios: "removeFavoriteCamera", ours: "removeFavoriteCamera" },
  ),
  app("groups_updated", undefined, {
    android: "vmsCamerasGroupsSocket",
    ios: "groupsUpdate",
    ours: "groupsUpdate",
  }),
  app("camera_groups_synced", undefined, {
    android: "vmsCamerasGroupsSocket",
    ios: "cameraGroupsSynced",
    ours: "cameraGroupsSynced",
  }),
  app(
    "groups_created",
    { id: 2, name: "Yard" },
    { android: "vmsGroupSocket", ios: "groupsCreated", ours: "groupsCreated" },
  ),
  app(
    "groups_deleted",
    { ids: [2, 3] },
    { android: "vmsGroupSocket", ios: "groupsDeleted", ours: "groupsDeleted" },
  ),
  app("mark_created", event, { android: "vmsMarksSocket", ios: "eventCreated", ours: "eventCreated" }),
  app("mark_updated", event, { android: "vmsMarksSocket", ios: "eventUpdated", ours: "eventUpdated" }),
  app("mark_deleted", event, { android: "vmsMarksSocket", ios: "eventDeleted", ours: "eventDeleted" }),
  app(
    "archive_generated",
    { url: "https://vms.example.com/archive.mp4" },
    { android: "vmsArchiveLinkSocket", ios: "archiveGenerated", ours: "archiveGenerated" },
  ),
  app("layouts_updated", undefined, { android: undefined, ios: undefined, ours: "layoutsUpdate" }),
  app("analytic_case_motion_detect_event_created", { ...analyticEvent, analyticCaseId: 4 }, analytic),
  app("analytic_case_line_intersection_event_created", analyticEvent, analytic),
  app("analytic_case_smoke_fire_event_created", analyticEvent, analytic),
  app("analytic_case_loud_sound_event_created", analyticEvent, analytic),
  app("analytic_case_camera_obstacle_event_created", analyticEvent, analytic),
  app("analytic_case_face_event_created", { ...analyticEvent, isIntercom: false }, analytic),
  app(
    "analytic_case_license_plate_event_created",
    { id: 71, licensePlate: "A001AA", caseType: "license_plate", analyticCaseId: 8 },
    analytic,
  ),
  app("analytic_case_person_counting_event_created", analyticEvent, analytic),
  app("analytic_case_visitor_counting_event_created", analyticEvent, analytic),
  app(
    "analytic_case_container_number_recognition_event_created",
    { ...analyticEvent, containerCode: "MSKU", containerDimsCode: "45G1" },
    analytic,
  ),
  // The same types once more, where the routes fork.
  app(
    "analytic_case_face_event_created",
    { ...analyticEvent, isIntercom: true },
    { android: "vmsIntercomEventSocket", ios: "intercomEventStored", ours: "analyticEventCreated" },
  ),
  app(
    "analytic_case_smoke_fire_event_created",
    { ...analyticEvent, isIntercom: true },
    { ...analytic, ios: "intercomEventStored" },
  ),
  app(
    "archive_generated",
    { url: null },
    { android: "vmsArchiveLinkSocket", ios: "archiveGenerated", ours: "archiveGenerated" },
  ),
] as const;

function notified<Type extends VMSIntercomPushTypes>(
  type: Type,
  fields: IntercomPushInput<Type>,
  to: Destinations,
): IntercomRow<Type> {
  return { type, fields, ...to };
}

/** Android's target; iOS' name is ours, except where guide and code differ. */
function routes(android: string | undefined, ours: string, ios: string | undefined = ours): Destinations {
  return { android, ios, ours };
}

export const intercomRows = [
  notified(
    "intercom.key_confirmed",
    { intercom, expireInSeconds: 60 },
    routes("vmsIntercomKeySocket", "intercomKeyConfirmed"),
  ),
  notified("intercom.key_error", { error: "No key" }, routes("vmsIntercomKeySocket", "intercomKeyError")),
  notified("intercom.add_error", { error: "Taken" }, routes("vmsIntercomKeySocket", "intercomAddError")),
  notified("intercom.store", { intercom }, routes("vmsIntercomSocket", "intercomStored")),
  notified("intercom.rename", { intercom }, routes("vmsIntercomSocket", "intercomRenamed")),
  notified("intercom.update", { intercom }, routes("vmsIntercomSocket", "intercomUpdated")),
  notified("intercom.delete", { deletedIds: [11] }, routes("vmsIntercomSocket", "intercomsDeleted")),
  notified(
    "intercom.code.store",
    {
      intercomCode: {
        id: 21,
        title: "Courier",
        code: "1234",
        createdAt: at,
        expiredAt: at,
        willDeletedAt: at,
        isExpired: false,
        intercom,
      },
    },
    routes("vmsVisitorSocket", "intercomCodeStored"),
  ),
  notified("intercom.code.delete", { deletedIds: [21] }, routes("vmsVisitorSocket", "intercomCodesDeleted")),
  notified(
    "intercom.call.store",
    {
      intercomCall: {
        id: 31,
        status: "missed",
        type: "call",
        markType: "missed",
        createdAt: at,
        startedAt: at,
        endedAt: at,
        intercom,
      },
    },
    routes("vmsVisitHistorySocket", "intercomCallStored"),
  ),
  notified(
    "intercom.call.delete",
    { deletedIds: [31] },
    routes("vmsVisitHistorySocket", "callsDeleted", "intercomCallsDeleted"),
  ),
  notified(
    "intercom_cancel",
    {
      data: {
        id: 31,
        callId: 32,
        title: "Entrance 1",
        address: "1 Main Street",
        callCreatedAt: at,
        videoUrl: "https://vms.example.com/live",
        cameraId: 7,
        markType: "missed",
        isOpenDoorApp: true,
      },
      notification: { title: "Missed", body: "Entrance 1" },
    },
    routes("vmsCancelCallSocket", "callCanceled", "intercomCallCanceled"),
  ),
  // Both apps leave this one; ours reads it.
  {
    ...notified(
      "analytic_case_face_event_created",
      { event: analyticEvent },
      routes(undefined, "intercomEventStored"),
    ),
    ios: undefined,
  },
] as const;
