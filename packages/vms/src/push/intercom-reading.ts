import type { PayloadOut } from "@twinwire/events";

import { camelized } from "../models/wire-names.ts";
import type { intercomPushes } from "./catalogue.ts";
import { analyticEventOf } from "./event-reading.ts";
import type { IntercomPushEnvelope, VMSIntercomSocketData } from "./intercom-socket-data.ts";
import type { VMSIntercomPushTypes } from "./push-types.ts";

type Output<Type extends VMSIntercomPushTypes> = PayloadOut<typeof intercomPushes.schemas, Type>;
type Reader<Type extends VMSIntercomPushTypes> = (
  data: Output<Type>,
  envelope: IntercomPushEnvelope,
  baseUrl: string | undefined,
) => VMSIntercomSocketData;

/** The field under its name, or nothing where it is absent. */
function given<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}

const readers: { readonly [Type in VMSIntercomPushTypes]: Reader<Type> } = {
  "intercom.key_confirmed": (data, envelope) => {
    const { intercom, expireInSeconds, error } = camelized(data);
    return {
      ...envelope,
      type: "intercomKeyConfirmed",
      name: "intercom.key_confirmed",
      ...given("data", intercom),
      ...given("expireInSeconds", expireInSeconds),
      ...given("error", error),
    };
  },
  "intercom.key_error": (data, envelope) => {
    const { intercom, error } = camelized(data);
    return {
      ...envelope,
      type: "intercomKeyError",
      name: "intercom.key_error",
      data: given("error", error),
      ...given("intercom", intercom),
    };
  },
  "intercom.add_error": ({ error }, envelope) => ({
    ...envelope,
    type: "intercomAddError",
    name: "intercom.add_error",
    data: given("error", error),
  }),
  "intercom.store": (data, envelope) => ({
    ...envelope,
    type: "intercomStored",
    name: "intercom.store",
    ...given("data", camelized(data).intercom),
  }),
  "intercom.rename": (data, envelope) => ({
    ...envelope,
    type: "intercomRenamed",
    name: "intercom.rename",
    ...given("data", camelized(data).intercom),
  }),
  "intercom.update": (data, envelope) => ({
    ...envelope,
    type: "intercomUpdated",
    name: "intercom.update",
    ...given("data", camelized(data).intercom),
  }),
  "intercom.delete": (data, envelope) => ({
    ...envelope,
    type: "intercomsDeleted",
    name: "intercom.delete",
    data: given("deletedIds", data.deleted_ids),
  }),
  "intercom.code.store": (data, envelope) => ({
    ...envelope,
    type: "intercomCodeStored",
    name: "intercom.code.store",
    ...given("data", camelized(data).intercomCode),
  }),
  "intercom.code.delete": (data, envelope) => ({
    ...envelope,
    type: "intercomCodesDeleted",
    name: "intercom.code.delete",
    data: given("deletedIds", data.deleted_ids),
  }),
  "intercom.call.store": (data, envelope) => ({
    ...envelope,
    type: "intercomCallStored",
    name: "intercom.call.store",
    ...given("data", camelized(data).intercomCall),
  }),
  "intercom.call.delete": (data, envelope) => ({
    ...envelope,
    type: "callsDeleted",
    alias: "intercomCallsDeleted",
    name: "intercom.call.delete",
    data: given("deletedIds", data.deleted_ids),
  }),
  intercom_cancel: (data, envelope) => {
    const { data: call, notification } = camelized(data);
    return {
      ...envelope,
      type: "callCanceled",
      alias: "intercomCallCanceled",
      name: "intercom_cancel",
      ...given("data", call),
      ...given("notification", notification),
    };
  },
  analytic_case_face_event_created: (data, envelope, baseUrl) => ({
    ...envelope,
    type: "intercomEventStored",
    name: "analytic_case_face_event_created",
    ...given("data", data.event === undefined ? undefined : analyticEventOf(data.event, baseUrl)),
  }),
};

/** The push of this type, from its fields as the catalogue read them. */
export function intercomPushOf<Type extends VMSIntercomPushTypes>(
  type: Type,
  data: Output<Type>,
  envelope: IntercomPushEnvelope,
  baseUrl: string | undefined,
): VMSIntercomSocketData {
  return readers[type](data, envelope, baseUrl);
}
