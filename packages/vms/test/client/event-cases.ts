// What stands on the wire, which of Android's observables gets what, and which case the delegate gets.
import {
  VMSAppSocketType,
  analyticPushTypes,
  eventNames,
  type AnalyticKind,
  type VMSSocketName,
} from "@twinwire/vms";
import { channels } from "./site.ts";

export interface EventCase {
  readonly title: string;
  readonly channel?: string;
  readonly event: string;
  readonly data: unknown;
  /** The one observable that hears of it; exactly this value. */
  readonly stream: VMSSocketName;
  readonly value: unknown;
  readonly to: "app" | "intercom";
  /** Fields of the case. */
  readonly socket: { readonly type: string; readonly [field: string]: unknown };
}

type Outcome = Pick<EventCase, "stream" | "value" | "to" | "socket">;

const date = "2024-05-08T10:00:00.000000Z";
const mark = { id: 5, title: "Gate", type: "mark", from: date, camera_id: 3 };
const markRead = { id: 5, title: "Gate", type: "mark", from: date, cameraId: 3 };
const intercom = { id: 7, title: "Front door", is_online: true };
const intercomRead = { id: 7, title: "Front door", isOnline: true };

function app(type: string, data: unknown, outcome: Omit<Outcome, "to">): EventCase {
  const isToken = type === "logout" || type === "archive_generated";
  const inner = data === undefined ? { type } : { type, data };
  return {
    title: type,
    channel: isToken ? channels.annToken : channels.annUser,
    event: isToken ? eventNames.tokenPush : eventNames.userPush,
    data: { data: inner, subject: null, message: null },
    to: "app",
    ...outcome,
  };
}

function notification(type: string, fields: object, outcome: Omit<Outcome, "to">): EventCase {
  const data = { id: "n-1", type, ...fields };
  return { title: type, event: eventNames.notification, data, to: "intercom", ...outcome };
}

function marked(type: string, name: string): EventCase {
  return app(type, mark, {
    stream: "vmsMarksSocket",
    value: { type, event: markRead },
    socket: { type: name, data: markRead },
  });
}

function analytic(kind: AnalyticKind, isIntercom: boolean): EventCase {
  const type = analyticPushTypes[kind];
  const face = type === VMSAppSocketType.faceEventCreated;
  const event = { ...markRead, isIntercom };
  const plain = app(
    type,
    { ...mark, is_intercom: isIntercom },
    {
      stream: isIntercom && face ? "vmsIntercomEventSocket" : "vmsAnalyticEventCreatedSocket",
      value: { type, event },
      socket: { type: isIntercom ? "intercomEventStored" : "analyticEventCreated", name: type, data: event },
    },
  );
  return isIntercom ? { ...plain, title: `${type} of an intercom`, to: "intercom" } : plain;
}

const favorite = { camera_id: "3", user_id: 42, name: "Entrance" };
const favoriteRead = { cameraId: 3, userId: 42, name: "Entrance" };
const url = "https://example.org/a.mp4";

const appCases: readonly EventCase[] = [
  {
    ...app("logout", undefined, {
      stream: "vmsLogoutSocket",
      value: { subject: "Signed out elsewhere" },
      socket: { type: "logout", data: { subject: "Signed out elsewhere" } },
    }),
    data: { data: { type: "logout" }, subject: "Signed out elsewhere", message: null },
  },
  app("permissions_updated", undefined, {
    stream: "vmsPermissionsSocket",
    value: { type: "permissions_updated" },
    socket: { type: "permissionsUpdate" },
  }),
  app(
    "cameras_updated",
    { attached: [1], detached: [2, 3] },
    {
      stream: "vmsCamerasSocket",
      value: { type: "cameras_updated", info: { attached: [1], detached: [2, 3] } },
      socket: { type: "camerasUpdate", data: { attached: [1], detached: [2, 3] } },
    },
  ),
  app("camera.store_favorite", favorite, {
    stream: "vmsCamerasFavoriteSocket",
    value: { type: "camera.store_favorite", data: favoriteRead },
    socket: { type: "addFavoriteCamera", data: favoriteRead },
  }),
  app("camera.destroy_favorite", favorite, {
    stream: "vmsCamerasFavoriteSocket",
    value: { type: "camera.destroy_favorite", data: favoriteRead },
    socket: { type: "removeFavoriteCamera", data: favoriteRead },
  }),
  app("groups_updated", undefined, {
    stream: "vmsCamerasGroupsSocket",
    value: { type: "groups_updated" },
    socket: { type: "groupsUpdate" },
  }),
  app("camera_groups_synced", undefined, {
    stream: "vmsCamerasGroupsSocket",
    value: { type: "camera_groups_synced" },
    socket: { type: "cameraGroupsSynced" },
  }),
  app(
    "groups_created",
    { id: 9, name: "Yard" },
    {
      stream: "vmsGroupSocket",
      value: { type: "groups_created", data: { id: 9, name: "Yard" } },
      socket: { type: "groupsCreated", data: { id: 9, name: "Yard" } },
    },
  ),
  {
    ...app("groups_created", [], {
      stream: "vmsGroupSocket",
      value: { type: "groups_created" },
      socket: { type: "groupsUpdate" },
    }),
    title: "groups_created without saying which",
  },
  app(
    "groups_deleted",
    { ids: [9, 10] },
    {
      stream: "vmsGroupSocket",
      value: { type: "groups_deleted", data: { ids: [9, 10] } },
      socket: { type: "groupsDeleted", data: [9, 10] },
    },
  ),
  marked("mark_created", "eventCreated"),
  marked("mark_updated", "eventUpdated"),
  marked("mark_deleted", "eventDeleted"),
  app(
    "archive_generated",
    { url, download: { url } },
    {
      stream: "vmsArchiveLinkSocket",
      value: { url, download: { url } },
      socket: { type: "archiveGenerated", data: { url, download: { url } } },
    },
  ),
  app("layouts_updated", undefined, {
    stream: "vmsLayoutsSocket",
    value: { type: "layouts_updated" },
    socket: { type: "layoutsUpdate" },
  }),
  ...(Object.keys(analyticPushTypes) as AnalyticKind[]).flatMap((kind) => [
    analytic(kind, false),
    analytic(kind, true),
  ]),
];

const dates = { created_at: date, expired_at: date, will_deleted_at: date };
const code = { id: 11, code: "1234", is_expired: false, ...dates };
const codeRead = {
  id: 11,
  code: "1234",
  isExpired: false,
  createdAt: date,
  expiredAt: date,
  willDeletedAt: date,
};
const calls = { id: 12, status: "missed", mark_type: "call" };
const callsRead = { id: 12, status: "missed", markType: "call" };
const canceled = { id: 1, call_id: 2, title: "Front door", call_created_at: date };
const canceledRead = { id: 1, callId: 2, title: "Front door", callCreatedAt: date };
const id = "n-1";

function stored(type: string, name: string): EventCase {
  return notification(
    type,
    { intercom },
    {
      stream: "vmsIntercomSocket",
      value: { type, id, intercom: intercomRead },
      socket: { type: name, data: intercomRead },
    },
  );
}

function deleted(type: string, stream: VMSSocketName, name: string): EventCase {
  return notification(
    type,
    { deleted_ids: [7, 8] },
    {
      stream,
      value: { type, id, deletedIds: [7, 8] },
      socket: { type: name, data: { deletedIds: [7, 8] } },
    },
  );
}

const intercomCases: readonly EventCase[] = [
  notification(
    "intercom_cancel",
    { data: canceled },
    {
      stream: "vmsCancelCallSocket",
      value: { type: "intercom_cancel", data: canceledRead },
      socket: { type: "callCanceled", alias: "intercomCallCanceled", data: canceledRead },
    },
  ),
  notification(
    "intercom.key_confirmed",
    { intercom, expire_in_seconds: 60 },
    {
      stream: "vmsIntercomKeySocket",
      value: { push: { type: "intercom.key_confirmed", id, intercom: intercomRead, expireInSeconds: 60 } },
      socket: { type: "intercomKeyConfirmed", data: intercomRead },
    },
  ),
  notification(
    "intercom.key_error",
    { error: "Too late", intercom },
    {
      stream: "vmsIntercomKeySocket",
      value: { push: { type: "intercom.key_error", id, error: "Too late", intercom: intercomRead } },
      socket: { type: "intercomKeyError", data: { error: "Too late" } },
    },
  ),
  notification(
    "intercom.add_error",
    { error: "Not found" },
    {
      stream: "vmsIntercomKeySocket",
      value: { push: { type: "intercom.add_error", id, error: "Not found" } },
      socket: { type: "intercomAddError", data: { error: "Not found" } },
    },
  ),
  stored("intercom.store", "intercomStored"),
  stored("intercom.rename", "intercomRenamed"),
  stored("intercom.update", "intercomUpdated"),
  deleted("intercom.delete", "vmsIntercomSocket", "intercomsDeleted"),
  notification(
    "intercom.code.store",
    { intercom_code: code },
    {
      stream: "vmsVisitorSocket",
      value: { type: "intercom.code.store", id, intercomCode: codeRead },
      socket: { type: "intercomCodeStored", data: codeRead },
    },
  ),
  deleted("intercom.code.delete", "vmsVisitorSocket", "intercomCodesDeleted"),
  notification(
    "intercom.call.store",
    { intercom_call: calls },
    {
      stream: "vmsVisitHistorySocket",
      value: { type: "intercom.call.store", id, intercomCall: callsRead },
      socket: { type: "intercomCallStored", data: callsRead },
    },
  ),
  deleted("intercom.call.delete", "vmsVisitHistorySocket", "callsDeleted"),
  notification(
    "analytic_case_face_event_created",
    { event: mark },
    {
      stream: "vmsIntercomEventSocket",
      value: { type: "analytic_case_face_event_created", event: markRead },
      socket: { type: "intercomEventStored", data: markRead },
    },
  ),
];

function unknown(
  title: string,
  unknownCase: Omit<EventCase, "title" | "stream" | "value" | "socket"> & { name: string },
): EventCase {
  const { name, ...wire } = unknownCase;
  const channel = wire.channel ?? channels.annUser;
  const push = { type: "unknown", name, event: wire.event, channel, raw: wire.data };
  return { title, ...wire, stream: "vmsUnknownSocket", value: push, socket: push };
}

const unknownCases: readonly EventCase[] = [
  unknown("an app push of a type that is not known", {
    name: "weather_changed",
    event: eventNames.userPush,
    data: { data: { type: "weather_changed", data: { sun: true } }, subject: null, message: null },
    to: "app",
  }),
  unknown("an intercom push of a type that is not known", {
    name: "intercom.add",
    event: eventNames.notification,
    data: { id: "n-1", type: "intercom.add" },
    to: "intercom",
  }),
  unknown("an event that is not known", {
    name: "App\\Events\\Other",
    channel: channels.annToken,
    event: "App\\Events\\Other",
    data: { any: ["thing"] },
    to: "app",
  }),
];

export const eventCases: readonly EventCase[] = [...appCases, ...intercomCases, ...unknownCases];
