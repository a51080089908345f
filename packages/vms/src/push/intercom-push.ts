// What each type of intercom push carries (pusher-protocol 8.5), once for reading and for sending. These are flat:
// the id of the notification and the type stand beside the fields.
import type * as v from "valibot";

import { event } from "../models/event.ts";
import { integer, list, model, optional, sent, text } from "../models/field.ts";
import type { Field } from "../models/field.ts";
import { canceledCall, intercom, intercomCall, intercomCode } from "../models/intercom.ts";
import type { CamelInput } from "../models/wire-names.ts";
import type { VMSIntercomPushTypes } from "./push-types.ts";

/** UUID of the notification; Android needs it. */
const id = sent(text);

const deleted = model({ id, deleted_ids: sent(list(integer)) });
const stored = model({ id, intercom: sent(intercom) });

export const intercomPushModels = {
  "intercom.key_confirmed": model({
    id,
    intercom: sent(intercom),
    expire_in_seconds: sent(integer),
    error: optional(text),
  }),
  "intercom.key_error": model({ id, error: sent(text), intercom: optional(intercom) }),
  "intercom.add_error": model({ id, error: sent(text) }),
  "intercom.store": stored,
  "intercom.rename": stored,
  "intercom.update": stored,
  "intercom.delete": deleted,
  "intercom.code.store": model({ id, intercom_code: sent(intercomCode) }),
  "intercom.code.delete": deleted,
  "intercom.call.store": model({ id, intercom_call: sent(intercomCall) }),
  "intercom.call.delete": deleted,
  intercom_cancel: model({
    id,
    data: sent(canceledCall),
    notification: optional(model({ title: optional(text), body: optional(text) })),
  }),
  analytic_case_face_event_created: model({ id, event: sent(event) }),
} as const satisfies Record<VMSIntercomPushTypes, Field>;

/** What a type of intercom push carries, as read: keys as on the wire. */
export type IntercomPushOutput<Type extends VMSIntercomPushTypes> = v.InferOutput<
  (typeof intercomPushModels)[Type]["read"]
>;
type Sent<Type extends VMSIntercomPushTypes> = v.InferInput<(typeof intercomPushModels)[Type]["send"]>;
/** What a publisher gives for a type of intercom push; the id of the notification is made where none is given. */
export type IntercomPushInput<Type extends VMSIntercomPushTypes> = CamelInput<
  Omit<Sent<Type>, "id"> & { id?: string | undefined }
>;

export interface VMSIntercomDeleteSocket {
  deletedIds?: number[];
}
export interface VMSIntercomErrorSocket {
  error?: string;
}
