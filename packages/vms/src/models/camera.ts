import type * as v from "valibot";

import { decimal, date, flag, integer, list, model, oneOf, optional, sent, text } from "./field.ts";
import type { Model } from "./field.ts";
import type { CamelInput, Camelized } from "./wire-names.ts";

const cameraStatus = oneOf("active", "inactive", "partial", "empty", "initial");
const userStatus = oneOf("active", "blocked");

const streamFields = {
  id: integer,
  type: sent(oneOf("low", "high")),
  status: sent(oneOf("active", "inactive", "NULL")),
  has_sound: optional(flag),
  video_codec: optional(oneOf("H264", "H265")),
  camera_id: optional(integer),
  is_preview_from_server: optional(flag),
  is_archive_from_server: optional(flag),
  width: optional(text),
  height: optional(text),
  audio_codec: optional(text),
};
export interface StreamModel extends Model<typeof streamFields> {}
export const stream: StreamModel = model(streamFields);

const cameraFields = {
  id: integer,
  status: sent(cameraStatus),
  is_favorite: sent(flag),
  name: optional(text),
  pretty_text: optional(text),
  start_at: optional(date),
  streams: optional(list(stream)),
  services: optional(model({ ptz: optional(flag), motion_detect: optional(flag) })),
  /** `from` in seconds since 1970, `duration` in seconds. */
  archive_ranges: optional(list(model({ from: sent(decimal), duration: sent(decimal) }))),
  user_status: optional(userStatus),
  is_bridge: optional(flag),
  is_restricted_live: optional(flag),
  is_restricted_archive: optional(flag),
  type: optional(text),
  created_at: optional(date),
  pretty_name: optional(text),
  short_address: optional(text),
  address: optional(text),
  full_address: optional(text),
  group: optional(text),
  ip: optional(text),
  has_sound: optional(flag),
};
export interface CameraModel extends Model<typeof cameraFields> {}
export const camera: CameraModel = model(cameraFields);

const intercomCameraFields = {
  id: integer,
  group_id: optional(integer),
  status: optional(cameraStatus),
  user_status: optional(userStatus),
  start_at: optional(date),
  created_at: optional(date),
  name: optional(text),
  pretty_name: optional(text),
  is_bridge: optional(flag),
  is_favorite: optional(flag),
  is_restricted_live: optional(flag),
  is_restricted_archive: optional(flag),
};
export interface IntercomCameraModel extends Model<typeof intercomCameraFields> {}
/** The camera of an intercom; Android reads it as a camera. */
export const intercomCamera: IntercomCameraModel = model(intercomCameraFields);

const cameraGroupFields = {
  id: integer,
  name: optional(text),
  items: optional(list(camera)),
  items_count: optional(integer),
  previews: optional(
    list(model({ preview: optional(text), status: optional(text), camera_id: optional(integer) })),
  ),
};
export interface CameraGroupModel extends Model<typeof cameraGroupFields> {}
export const cameraGroup: CameraGroupModel = model(cameraGroupFields);

/** Schemas of what is read, keys as on the wire. */
export const vmsStreamSchema = stream.read;
export const vmsCameraSchema = camera.read;
export const vmsIntercomCameraSchema = intercomCamera.read;
export const vmsCameraGroupSchema = cameraGroup.read;

export type VMSStream = Camelized<v.InferOutput<typeof vmsStreamSchema>>;
export type VMSCamera = Camelized<v.InferOutput<typeof vmsCameraSchema>>;
export type VMSIntercomCamera = Camelized<v.InferOutput<typeof vmsIntercomCameraSchema>>;
export type VMSCameraGroup = Camelized<v.InferOutput<typeof vmsCameraGroupSchema>>;

export type VMSCameraInput = CamelInput<v.InferInput<typeof camera.send>>;
export type VMSIntercomCameraInput = CamelInput<v.InferInput<typeof intercomCamera.send>>;
