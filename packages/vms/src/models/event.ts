import type * as v from "valibot";

import { camera } from "./camera.ts";
import { date, decimal, flag, integer, list, model, nullable, optional, sent, text } from "./field.ts";
import type { Model } from "./field.ts";
import { user } from "./user.ts";
import type { CamelInput, Camelized } from "./wire-names.ts";

const analyticGroupFields = {
  id: integer,
  name: optional(text),
  type: optional(text),
  type_pretty: optional(text),
  uuid: optional(text),
  created_at: optional(date),
  updated_at: optional(date),
};
export interface AnalyticGroupModel extends Model<typeof analyticGroupFields> {}
export const analyticGroup: AnalyticGroupModel = model(analyticGroupFields);

const analyticFileFields = {
  id: integer,
  name: sent(text),
  type: optional(text),
  type_pretty: optional(text),
  uuid: optional(text),
  body: optional(text),
  url: optional(text),
  created_at: sent(date),
  updated_at: sent(date),
};
export interface AnalyticFileModel extends Model<typeof analyticFileFields> {}
export const analyticFile: AnalyticFileModel = model(analyticFileFields);

const analyticEventFields = {
  id: integer,
  name: optional(text),
  color: optional(text),
  description: optional(text),
  analytic_type: optional(text),
  type_pretty: optional(text),
};
export interface AnalyticEventModel extends Model<typeof analyticEventFields> {}
export const analyticEvent: AnalyticEventModel = model(analyticEventFields);

const eventTypeFields = {
  id: sent(integer),
  type: optional(text),
  name: sent(text),
  title: optional(text),
  color: optional(text),
  description: optional(text),
  analytic_type: optional(text),
  type_pretty: optional(text),
};
export interface EventTypeModel extends Model<typeof eventTypeFields> {}
/** One object for Android's `VMSEventType` and iOS' `VMSAnalyticEvent`, which read the same list. */
export const eventType: EventTypeModel = model(eventTypeFields);

const analyticCaseFields = {
  id: integer,
  title: optional(text),
  type: optional(text),
  type_pretty: optional(text),
  color: optional(text),
  created_at: optional(date),
  updated_at: optional(date),
  status: optional(text),
  is_fails_exists: optional(flag),
  cameras: optional(list(camera)),
  available_events: optional(list(eventType)),
};
export interface AnalyticCaseModel extends Model<typeof analyticCaseFields> {}
export const analyticCase: AnalyticCaseModel = model(analyticCaseFields);

const eventFields = {
  id: optional(integer),
  title: nullable(text),
  name: optional(text),
  /** `mark`, `motion_detect_smtp`, …; the list is open. */
  type: optional(text),
  type_pretty: optional(text),
  from: optional(date),
  to: optional(date),
  created_at: optional(date),
  camera: optional(camera),
  camera_id: optional(integer),
  can_delete: optional(flag),
  preview_url: optional(text),
  user: optional(user),
  analytic_group: optional(analyticGroup),
  analytic_case: optional(analyticCase),
  analytic_file: optional(analyticFile),
  event: optional(analyticEvent),
  /** URL of the cut-out face. */
  crop: optional(text),
  /** Percent. */
  similarity: optional(decimal),
  /** How many people were counted. */
  rect: optional(integer),
  uuid: optional(text),
  is_intercom: optional(flag),
  container_code: optional(text),
  license_plate: optional(text),
  container_dims_code: optional(text),
  case_type: optional(text),
  analytic_case_id: optional(integer),
};
export interface EventModel extends Model<typeof eventFields> {}
/** A mark, or an event of analytics. */
export const event: EventModel = model(eventFields);

export const vmsAnalyticGroupSchema = analyticGroup.read;
export const vmsAnalyticFileSchema = analyticFile.read;
export const vmsAnalyticEventSchema = analyticEvent.read;
export const vmsAnalyticCaseSchema = analyticCase.read;
export const vmsEventTypeSchema = eventType.read;
export const vmsEventSchema = event.read;

export type VMSAnalyticGroup = Camelized<v.InferOutput<typeof vmsAnalyticGroupSchema>>;
export type VMSAnalyticFile = Camelized<v.InferOutput<typeof vmsAnalyticFileSchema>>;
export type VMSAnalyticEvent = Camelized<v.InferOutput<typeof vmsAnalyticEventSchema>>;
export type VMSAnalyticCase = Camelized<v.InferOutput<typeof vmsAnalyticCaseSchema>>;
export type VMSEventType = Camelized<v.InferOutput<typeof vmsEventTypeSchema>>;
export type VMSEvent = Camelized<v.InferOutput<typeof vmsEventSchema>>;

/** An event to send: dates as `Date` or ISO text. */
export type VMSEventInput = CamelInput<v.InferInput<typeof event.send>>;
