// Every event that can be published, and what each client is to make of it (pusher-protocol 8.4, 8.5).
import type { VmsTokenPublisher, VmsUserPublisher } from "@twinwire/vms/backend";
import {
  analyticPushTypes,
  type AnalyticKind,
  type VMSAppSocketType,
  type VMSIntercomPushTypes,
} from "../src/push/push-types.ts";
import { call, canceled, code, intercom, mark, seen } from "./payloads.ts";

export interface Publishers {
  readonly user: VmsUserPublisher;
  readonly token: VmsTokenPublisher;
}

/** What is expected of a client; values are matched by the fields that are named. `undefined`: it does not listen. */
export interface Expected {
  /** Fields of our push. */
  readonly ours: { readonly type: string; readonly [field: string]: unknown };
  /** The LiveData, or the Rx subject, and what it gets. */
  readonly android: readonly [to: string, value: object] | undefined;
  /** The case that the delegate gets, by the code's name, and its value. */
  readonly ios: readonly [name: string, value?: unknown] | undefined;
}

export interface EventRow<Type extends string> extends Expected {
  readonly type: Type;
  readonly about?: string;
  readonly publish: (to: Publishers) => Promise<void>;
}

const group = { id: 9, name: "Yard" };
const favorite = { userId: 42, cameraId: 3, order: 1, name: "Entrance", isFavorite: true, status: "active" };
const wireFavorite = {
  user_id: 42,
  camera_id: 3,
  order: 1,
  name: "Entrance",
  is_favorite: true,
  status: "active",
};
const url = "https://example.org/archive.mp4";

/** Types that say everything by themselves. */
const plainRows: readonly EventRow<VMSAppSocketType>[] = [
  {
    type: "permissions_updated",
    publish: ({ user }) => user.permissionsUpdated(),
    ours: { type: "permissionsUpdate" },
    android: ["vmsPermissionsSocket", { type: "permissions_updated" }],
    ios: ["permissionsUpdate"],
  },
  {
    type: "groups_updated",
    publish: ({ user }) => user.groupsUpdated(),
    ours: { type: "groupsUpdate" },
    android: ["vmsCamerasGroupsSocket", { type: "groups_updated" }],
    ios: ["groupsUpdate"],
  },
  {
    type: "camera_groups_synced",
    publish: ({ user }) => user.cameraGroupsSynced(),
    ours: { type: "cameraGroupsSynced" },
    android: ["vmsCamerasGroupsSocket", { type: "camera_groups_synced" }],
    ios: ["cameraGroupsSynced"],
  },
  {
    type: "layouts_updated",
    publish: ({ user }) => user.layoutsUpdated(),
    ours: { type: "layoutsUpdate" },
    android: undefined,
    ios: undefined,
  },
];

const loginRows: readonly EventRow<VMSAppSocketType>[] = [
  {
    type: "logout",
    publish: ({ token }) => token.logout("Signed out elsewhere"),
    ours: { type: "logout", data: { subject: "Signed out elsewhere" } },
    android: ["vmsLogoutSocket", { subject: "Signed out elsewhere" }],
    ios: ["logout", "Signed out elsewhere"],
  },
  {
    type: "logout",
    about: "without a word",
    publish: ({ token }) => token.logout(),
    ours: { type: "logout", data: {} },
    android: ["vmsLogoutSocket", { subject: "null" }],
    ios: ["logout"],
  },
  {
    type: "archive_generated",
    publish: ({ token }) => token.archiveGenerated({ url }),
    ours: { type: "archiveGenerated", data: { url, download: { url } } },
    android: ["vmsArchiveLinkSocket", { url, download: { url } }],
    ios: ["archiveGenerated", { url, download: { url } }],
  },
  {
    type: "archive_generated",
    about: "as a failure",
    publish: ({ token }) => token.archiveGenerated({ error: true }),
    ours: { type: "archiveGenerated", status: "error", data: {} },
    android: ["vmsArchiveLinkSocket", { url: null, download: null }],
    ios: ["archiveGenerated", {}],
  },
];

const cameraRows: readonly EventRow<VMSAppSocketType>[] = [
  {
    type: "cameras_updated",
    publish: ({ user }) => user.camerasUpdated({ attached: [1, 2], detached: [] }),
    ours: { type: "camerasUpdate", data: { attached: [1, 2], detached: [] } },
    android: ["vmsCamerasSocket", { type: "cameras_updated", info: { attached: [1, 2], detached: [] } }],
    ios: ["camerasUpdate", { attached: [1, 2], detached: [] }],
  },
  {
    type: "camera.store_favorite",
    publish: ({ user }) => user.favoriteStored(favorite),
    ours: { type: "addFavoriteCamera", data: favorite },
    android: ["vmsCamerasFavoriteSocket", { type: "camera.store_favorite", data: wireFavorite }],
    ios: ["addFavoriteCamera", { cameraId: 3 }],
  },
  {
    type: "camera.destroy_favorite",
    publish: ({ user }) => user.favoriteDestroyed({ ...favorite, isFavorite: false }),
    ours: { type: "removeFavoriteCamera", data: { ...favorite, isFavorite: false } },
    android: [
      "vmsCamerasFavoriteSocket",
      { type: "camera.destroy_favorite", data: { ...wireFavorite, is_favorite: false } },
    ],
    ios: ["removeFavoriteCamera", { cameraId: 3 }],
  },
  {
    type: "groups_created",
    publish: ({ user }) => user.groupCreated(group),
    ours: { type: "groupsCreated", data: group },
    android: ["vmsGroupSocket", { type: "groups_created", data: { ...group, ids: null } }],
    ios: ["groupsCreated", group],
  },
  {
    type: "groups_deleted",
    publish: ({ user }) => user.groupsDeleted({ ids: [9, 10] }),
    ours: { type: "groupsDeleted", data: [9, 10] },
    android: ["vmsGroupSocket", { type: "groups_deleted", data: { id: null, name: null, ids: [9, 10] } }],
    ios: ["groupsDeleted", [9, 10]],
  },
];

const wireMark = {
  id: 7,
  title: mark.title,
  type: "mark",
  type_pretty: "Mark",
  from: mark.from,
  to: mark.to,
  created_at: mark.createdAt,
  camera: { id: 3, status: "active", is_favorite: true, name: "Entrance" },
  camera_id: 3,
  can_delete: true,
  preview_url: mark.previewUrl,
  user: { id: 42, login: "ann" },
};

const iosMark = {
  id: 7,
  title: mark.title,
  type: "mark",
  from: mark.from,
  to: mark.to,
  camera: { id: 3, status: "active", isFavorite: true, name: "Entrance", startAt: mark.from },
  canDelete: true,
};

const markRows: readonly EventRow<VMSAppSocketType>[] = (
  [
    ["mark_created", ({ user }: Publishers) => user.markCreated(mark), "eventCreated"],
    ["mark_updated", ({ user }: Publishers) => user.markUpdated(mark), "eventUpdated"],
    ["mark_deleted", ({ user }: Publishers) => user.markDeleted(mark), "eventDeleted"],
  ] as const
).map(([type, publish, name]) => ({
  type,
  publish,
  ours: { type: name, data: mark },
  android: ["vmsMarksSocket", { type, event: wireMark }],
  ios: [name, iosMark],
}));

const wireSeen = {
  id: 8,
  type: "motion_detect",
  camera_id: 3,
  camera: { id: 3, status: "active", is_favorite: false },
  analytic_group: { id: 1, name: "Staff" },
  analytic_file: { id: 2, name: "face.jpg", url: "/files/face.jpg" },
  event: { id: 4, name: "Motion", analytic_type: "motion_detect" },
  crop: seen.crop,
  similarity: 97.5,
  rect: 2,
  container_code: "ABCU1234567",
};

/** The file's address is whole here, and the case is made of its id and type. */
const iosSeen = {
  id: 8,
  type: "motion_detect",
  from: seen.from,
  camera: { id: 3, status: "active", isFavorite: false },
  analyticGroup: { id: 1, name: "Staff" },
  analyticCase: { id: 5, type: "motion_detect" },
  analyticFile: { id: 2, url: "https://vms.example.com/files/face.jpg", createdAt: seen.createdAt },
  event: { id: 4, name: "Motion", typePretty: "Motion" },
  crop: seen.crop,
  similarity: 97.5,
  rect: 2,
  licensePlate: "A123BC",
  containerCode: "ABCU1234567",
  containerDimsCode: "22G1",
};

function analyticRow(kind: AnalyticKind, isIntercom: boolean): EventRow<VMSAppSocketType> {
  const type = analyticPushTypes[kind];
  const isDoor = isIntercom && kind === "face";
  return {
    type,
    ...(isIntercom ? { about: "at an intercom" } : {}),
    publish: ({ user }) => user.analyticEventCreated(kind, { ...seen, isIntercom }),
    ours: {
      type: "analyticEventCreated",
      name: type,
      isIntercom,
      data: { id: 8, analyticCase: { id: 5, type: "motion_detect" }, licensePlate: "A123BC", isIntercom },
    },
    android: [
      isDoor ? "vmsIntercomEventSocket" : "vmsAnalyticEventCreatedSocket",
      { type, event: { ...wireSeen, is_intercom: isIntercom } },
    ],
    ios: [isIntercom ? "intercomEventStored" : "analyticEventCreated", iosSeen],
  };
}

const analyticRows = (Object.keys(analyticPushTypes) as AnalyticKind[]).flatMap((kind) => [
  analyticRow(kind, false),
  analyticRow(kind, true),
]);

/** Section 8.4. */
export const appRows: readonly EventRow<VMSAppSocketType>[] = [
  ...plainRows,
  ...loginRows,
  ...cameraRows,
  ...markRows,
  ...analyticRows,
];

const id = "9d1f6a0e-0000-4000-8000-000000000001";
const wireIntercom = {
  id: 11,
  title: "Front door",
  is_online: true,
  department: 12,
  address: "1 Main Street",
  camera: { id: 3, status: "active" },
  status: "confirmed",
  is_open_door_app: true,
};
const iosIntercom = {
  id: 11,
  title: "Front door",
  isOnline: true,
  department: 12,
  camera: { id: 3, status: "active" },
  status: "confirmed",
  availableAnswerDevices: ["is_enabled", "is_analog_line_available"],
  timetable: { days: [{ type: "monday", from: "08:00:00", to: "20:00:00" }] },
  isOpenDoorApp: true,
};

const intercomStates: readonly EventRow<VMSIntercomPushTypes>[] = (
  [
    ["intercom.store", ({ user }: Publishers) => user.intercomStored({ id, intercom }), "intercomStored"],
    ["intercom.rename", ({ user }: Publishers) => user.intercomRenamed({ id, intercom }), "intercomRenamed"],
    ["intercom.update", ({ user }: Publishers) => user.intercomUpdated({ id, intercom }), "intercomUpdated"],
  ] as const
).map(([type, publish, name]) => ({
  type,
  publish,
  ours: { type: name, id, data: intercom },
  android: ["vmsIntercomSocket", { id, type, intercom: wireIntercom, deleted_ids: null }],
  ios: [name, iosIntercom],
}));

const keyRows: readonly EventRow<VMSIntercomPushTypes>[] = [
  {
    type: "intercom.key_confirmed",
    publish: ({ user }) => user.intercomKeyConfirmed({ id, intercom, expireInSeconds: 60 }),
    ours: { type: "intercomKeyConfirmed", id, data: intercom, expireInSeconds: 60 },
    android: [
      "vmsIntercomKeySocket",
      { push: { id, type: "intercom.key_confirmed", intercom: wireIntercom, expire_in_seconds: 60 } },
    ],
    ios: ["intercomKeyConfirmed", iosIntercom],
  },
  {
    type: "intercom.key_error",
    publish: ({ user }) => user.intercomKeyError({ id, error: "Not pressed" }),
    ours: { type: "intercomKeyError", id, data: { error: "Not pressed" } },
    android: [
      "vmsIntercomKeySocket",
      { push: { id, type: "intercom.key_error", error: "Not pressed", intercom: null } },
    ],
    ios: ["intercomKeyError", { error: "Not pressed" }],
  },
  {
    type: "intercom.add_error",
    publish: ({ user }) => user.intercomAddError({ id, error: "Taken" }),
    ours: { type: "intercomAddError", id, data: { error: "Taken" } },
    android: ["vmsIntercomKeySocket", { push: { id, type: "intercom.add_error", error: "Taken" } }],
    ios: ["intercomAddError", { error: "Taken" }],
  },
];

const visitRows: readonly EventRow<VMSIntercomPushTypes>[] = [
  {
    type: "intercom.code.store",
    publish: ({ user }) => user.intercomCodeStored({ id, intercomCode: code }),
    ours: { type: "intercomCodeStored", id, data: code },
    android: [
      "vmsVisitorSocket",
      {
        id,
        type: "intercom.code.store",
        intercom_code: { id: 21, code: "1234", expired_at: code.expiredAt, is_expired: false },
      },
    ],
    ios: [
      "intercomCodeStored",
      { id: 21, code: "1234", expiredAt: code.expiredAt, isExpired: false, intercom: iosIntercom },
    ],
  },
  {
    type: "intercom.call.store",
    publish: ({ user }) => user.intercomCallStored({ id, intercomCall: call }),
    ours: { type: "intercomCallStored", id, data: call },
    android: [
      "vmsVisitHistorySocket",
      {
        id,
        type: "intercom.call.store",
        intercom_call: {
          id: 31,
          status: "ring",
          type: "call",
          mark_type: "mark",
          started_at: call.startedAt,
        },
      },
    ],
    ios: [
      "intercomCallStored",
      { id: 31, status: "ring", markType: "mark", startedAt: call.startedAt, intercom: iosIntercom },
    ],
  },
  {
    type: "intercom_cancel",
    publish: ({ user }) => user.callCanceled(canceled, { title: "Missed", body: "Front door" }),
    ours: {
      type: "callCanceled",
      alias: "intercomCallCanceled",
      data: canceled,
      notification: { title: "Missed", body: "Front door" },
    },
    android: [
      "vmsCancelCallSocket",
      {
        type: "intercom_cancel",
        data: {
          id: "41",
          call_id: "31",
          title: "Front door",
          call_created_at: canceled.callCreatedAt,
          is_open_door_app: true,
        },
        notification: { title: "Missed", body: "Front door" },
      },
    ],
    ios: ["intercomCallCanceled", { id: 41, callId: 31, title: "Front door", address: "1 Main Street" }],
  },
  {
    type: "analytic_case_face_event_created",
    publish: ({ user }) => user.intercomEventStored({ id, event: seen }),
    ours: { type: "intercomEventStored", id, data: { id: 8, licensePlate: "A123BC" } },
    android: undefined,
    ios: undefined,
  },
];

const deletedRows: readonly EventRow<VMSIntercomPushTypes>[] = (
  [
    {
      type: "intercom.delete",
      publish: ({ user }: Publishers) => user.intercomsDeleted({ id, deletedIds: [11, 12] }),
      name: "intercomsDeleted",
      to: "vmsIntercomSocket",
    },
    {
      type: "intercom.code.delete",
      publish: ({ user }: Publishers) => user.intercomCodesDeleted({ id, deletedIds: [11, 12] }),
      name: "intercomCodesDeleted",
      to: "vmsVisitorSocket",
    },
    {
      type: "intercom.call.delete",
      publish: ({ user }: Publishers) => user.intercomCallsDeleted({ id, deletedIds: [11, 12] }),
      name: "callsDeleted",
      alias: "intercomCallsDeleted",
      to: "vmsVisitHistorySocket",
    },
  ] as const
).map(({ type, publish, name, to, ...more }) => ({
  type,
  publish,
  ours: { type: name, id, data: { deletedIds: [11, 12] }, ...more },
  android: [to, { id, type, deleted_ids: [11, 12] }],
  ios: ["alias" in more ? more.alias : name, { deletedIds: [11, 12] }],
}));

/** Section 8.5. */
export const intercomRows: readonly EventRow<VMSIntercomPushTypes>[] = [
  ...keyRows,
  ...intercomStates,
  ...visitRows,
  ...deletedRows,
];
