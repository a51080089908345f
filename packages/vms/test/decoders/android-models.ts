// The classes that Android reads (pusher-protocol 8.4 to 8.6).
import type { Gson } from "./gson.ts";

const stream = {
  id: "int",
  type: "text",
  status: "text",
  has_sound: "flag",
  video_codec: "text",
  camera_id: "int",
  is_preview_from_server: "flag",
  is_archive_from_server: "flag",
  width: "text",
  height: "text",
  audio_codec: "text",
} as const satisfies Gson;

const camera = {
  id: "int",
  status: "text",
  is_favorite: "flag",
  name: "text",
  pretty_text: "text",
  start_at: "text",
  streams: [stream],
  services: { ptz: "flag", motion_detect: "flag" },
  archive_ranges: [{ from: "real", duration: "real" }],
  user_status: "text",
  is_bridge: "flag",
  is_restricted_live: "flag",
  is_restricted_archive: "flag",
  type: "text",
  created_at: "text",
  pretty_name: "text",
  short_address: "text",
  address: "text",
  full_address: "text",
  group: "text",
  ip: "text",
  has_sound: "flag",
} as const satisfies Gson;

const user = {
  id: "int",
  login: "text",
  name: "text",
  access_token_id: "text",
  permissions: [
    { id: "int", name: "text", display_name: "text", description: "text", user_type: "text", group: "text" },
  ],
  can_update_password: "flag",
  parent_id: "int",
  has_legals: "flag",
  created_at: "text",
  updated_at: "text",
} as const satisfies Gson;

export const event = {
  id: "int",
  title: "text",
  name: "text",
  type: "text",
  type_pretty: "text",
  from: "text",
  to: "text",
  created_at: "text",
  camera,
  camera_id: "int",
  can_delete: "flag",
  preview_url: "text",
  user,
  analytic_group: {
    id: "int",
    name: "text",
    type: "text",
    type_pretty: "text",
    uuid: "text",
    created_at: "text",
    updated_at: "text",
  },
  analytic_case: {
    id: "int",
    title: "text",
    type: "text",
    type_pretty: "text",
    color: "text",
    created_at: "text",
    updated_at: "text",
    status: "text",
    is_fails_exists: "flag",
    cameras: [camera],
    available_events: [
      {
        id: "int",
        type: "text",
        name: "text",
        title: "text",
        color: "text",
        description: "text",
        analytic_type: "text",
      },
    ],
  },
  analytic_file: {
    id: "int",
    name: "text",
    type: "text",
    type_pretty: "text",
    uuid: "text",
    body: "text",
    url: "text",
    created_at: "text",
    updated_at: "text",
  },
  event: {
    id: "int",
    name: "text",
    color: "text",
    description: "text",
    analytic_type: "text",
    type_pretty: "text",
  },
  crop: "text",
  similarity: "real",
  rect: "int",
  uuid: "text",
  is_intercom: "flag",
  container_code: "text",
} as const satisfies Gson;

export const camerasInfo = { attached: ["int"], detached: ["int"] } as const satisfies Gson;

export const favorite = {
  user_id: "int",
  camera_id: "int",
  order: "int",
  name: "text",
  is_favorite: "flag",
  status: "text",
} as const satisfies Gson;

export const group = { id: "int", name: "text", ids: ["int"] } as const satisfies Gson;

export const archiveLink = { url: "text", download: { url: "text" } } as const satisfies Gson;

const intercom = {
  id: "int",
  title: "text",
  is_online: "flag",
  department: "int",
  address: "text",
  camera,
  status: "text",
  available_answer_devices: ["text"],
  is_enabled: "flag",
  timetable: {
    days: [{ type: "text", from: "text", to: "text" }],
    intervals: [{ from: "text", to: "text" }],
  },
  is_landline_sip_line_available: "flag",
  is_analog_line_available: "flag",
  is_analytic_available: "flag",
  is_open_door_code: "flag",
  is_open_door_face: "flag",
  is_open_door_app: "flag",
  is_open_door_key: "flag",
  created_at: "text",
  updated_at: "text",
} as const satisfies Gson;

export const keyPush = {
  intercom,
  expire_in_seconds: "int",
  id: "text",
  type: "text",
  error: "text",
} as const satisfies Gson;

export const intercomPush = {
  intercom,
  deleted_ids: ["int"],
  id: "text",
  type: "text",
} as const satisfies Gson;

export const visitorPush = {
  intercom_code: {
    id: "int",
    title: "text",
    code: "text",
    created_at: "text",
    expired_at: "text",
    will_deleted_at: "text",
    is_expired: "flag",
    intercom,
  },
  deleted_ids: ["int"],
  id: "text",
  type: "text",
} as const satisfies Gson;

export const visitHistoryPush = {
  intercom_call: {
    id: "int",
    status: "text",
    type: "text",
    mark_type: "text",
    created_at: "text",
    started_at: "text",
    ended_at: "text",
    intercom,
  },
  deleted_ids: ["int"],
  id: "text",
  type: "text",
} as const satisfies Gson;

/** VMSCallSocket: every id is text here. */
export const callSocket = {
  data: {
    id: "text",
    call_id: "text",
    title: "text",
    video_url: "text",
    call_created_at: "text",
    camera_id: "text",
    mark_type: "text",
    is_open_door_app: "flag",
  },
  type: "text",
  notification: { title: "text", body: "text" },
} as const satisfies Gson;
