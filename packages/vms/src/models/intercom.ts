import type * as v from "valibot";

import { intercomCamera } from "./camera.ts";
import { date, flag, integer, list, model, oneOf, optional, sent, text, timeOfDay } from "./field.ts";
import type { Model } from "./field.ts";
import type { CamelInput, Camelized } from "./wire-names.ts";

const timetableFields = {
  days: optional(
    list(
      model({
        type: sent(
          oneOf(
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "same_every_day",
          ),
        ),
        from: optional(timeOfDay),
        to: optional(timeOfDay),
      }),
    ),
  ),
  intervals: optional(list(model({ from: optional(date), to: optional(date) }))),
};
export interface TimetableModel extends Model<typeof timetableFields> {}
export const timetable: TimetableModel = model(timetableFields);

const intercomFields = {
  id: integer,
  title: optional(text),
  is_online: optional(flag),
  department: optional(integer),
  address: optional(text),
  camera: optional(intercomCamera),
  status: optional(oneOf("keyConfirmed", "confirmed")),
  available_answer_devices: optional(
    list(oneOf("is_enabled", "is_landline_sip_line_available", "is_analog_line_available")),
  ),
  is_enabled: optional(flag),
  timetable: optional(timetable),
  is_landline_sip_line_available: optional(flag),
  is_analog_line_available: optional(flag),
  is_analytic_available: optional(flag),
  is_open_door_code: optional(flag),
  is_open_door_face: optional(flag),
  is_open_door_app: optional(flag),
  is_open_door_key: optional(flag),
  created_at: optional(date),
  updated_at: optional(date),
};
export interface IntercomModel extends Model<typeof intercomFields> {}
export const intercom: IntercomModel = model(intercomFields);

const intercomCodeFields = {
  id: integer,
  title: optional(text),
  code: optional(text),
  created_at: sent(date),
  expired_at: sent(date),
  will_deleted_at: sent(date),
  is_expired: sent(flag),
  intercom: optional(intercom),
};
export interface IntercomCodeModel extends Model<typeof intercomCodeFields> {}
/** A visitor's code; Android calls the class VMSCodeVisitor. */
export const intercomCode: IntercomCodeModel = model(intercomCodeFields);

const intercomCallFields = {
  id: integer,
  status: optional(oneOf("missed", "ring", "ended", "answered")),
  type: optional(text),
  mark_type: optional(text),
  created_at: optional(date),
  started_at: optional(date),
  ended_at: optional(date),
  intercom: optional(intercom),
};
export interface IntercomCallModel extends Model<typeof intercomCallFields> {}
export const intercomCall: IntercomCallModel = model(intercomCallFields);

/**
 * A call that ended before it was answered. Sent with what both apps need: numbers for iOS, and the two texts
 * without which Android holds a null it does not expect. Read without: a ringing phone must fall silent.
 */
export const canceledCall = model({
  id: sent(integer),
  call_id: integer,
  title: sent(text),
  address: optional(text),
  call_created_at: sent(date),
  video_url: optional(text),
  camera_id: optional(integer),
  mark_type: optional(text),
  is_open_door_app: optional(flag),
});

export const vmsTimetableSchema = timetable.read;
export const vmsIntercomSchema = intercom.read;
export const vmsIntercomCodeSchema = intercomCode.read;
export const vmsIntercomCallSchema = intercomCall.read;
export const vmsCanceledCallSchema = canceledCall.read;

export type VMSTimetable = Camelized<v.InferOutput<typeof vmsTimetableSchema>>;
export type VMSIntercom = Camelized<v.InferOutput<typeof vmsIntercomSchema>>;
export type VMSIntercomCode = Camelized<v.InferOutput<typeof vmsIntercomCodeSchema>>;
export type VMSIntercomCall = Camelized<v.InferOutput<typeof vmsIntercomCallSchema>>;
export type VMSCanceledCall = Camelized<v.InferOutput<typeof vmsCanceledCallSchema>>;

export type VMSIntercomInput = CamelInput<v.InferInput<typeof intercom.send>>;
export type VMSIntercomCodeInput = CamelInput<v.InferInput<typeof intercomCode.send>>;
export type VMSIntercomCallInput = CamelInput<v.InferInput<typeof intercomCall.send>>;
export type VMSCanceledCallInput = CamelInput<v.InferInput<typeof canceledCall.send>>;
