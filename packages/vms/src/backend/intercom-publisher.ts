import type { VMSCanceledCallInput } from "../models/intercom.ts";
import type { IntercomPushInput } from "../push/intercom-push.ts";
import type { VMSIntercomPushTypes } from "../push/push-types.ts";
import { intercomPushWire } from "../push/wire.ts";
import type { Send } from "./sending.ts";

/** What a phone shows of a cancelled call. */
type CallNotification = IntercomPushInput<"intercom_cancel">["notification"];

type Says<Type extends VMSIntercomPushTypes> = (fields: IntercomPushInput<Type>) => Promise<void>;

/**
 * What an intercom does (pusher-protocol 8.5), on the channel of a user or of a login. Each rejects with an
 * `InvalidEventError` where the payload does not fit, before anything is sent, or with what the publisher rejects
 * with. The `id` of a notification is made where none is given.
 */
export interface VmsIntercomPublisher {
  /** The key was pressed; how many seconds the intercom can be added in. */
  readonly intercomKeyConfirmed: Says<"intercom.key_confirmed">;
  /** The key was not pressed, or not by this user. */
  readonly intercomKeyError: Says<"intercom.key_error">;
  /** The intercom could not be added. */
  readonly intercomAddError: Says<"intercom.add_error">;
  readonly intercomStored: Says<"intercom.store">;
  readonly intercomRenamed: Says<"intercom.rename">;
  readonly intercomUpdated: Says<"intercom.update">;
  readonly intercomsDeleted: Says<"intercom.delete">;
  /** A code for visitors was made. */
  readonly intercomCodeStored: Says<"intercom.code.store">;
  readonly intercomCodesDeleted: Says<"intercom.code.delete">;
  /** A call came into the history of calls, or changed there. */
  readonly intercomCallStored: Says<"intercom.call.store">;
  readonly intercomCallsDeleted: Says<"intercom.call.delete">;
  /** A face at an intercom; our client alone reads it here. The apps read `analyticEventCreated("face", …)`. */
  readonly intercomEventStored: Says<"analytic_case_face_event_created">;
  /** A call ended before it was answered: a phone that rings falls silent. */
  readonly callCanceled: (call: VMSCanceledCallInput, notification?: CallNotification) => Promise<void>;
}

export function intercomPublisher(send: Send): VmsIntercomPublisher {
  const says =
    <Type extends VMSIntercomPushTypes>(type: Type): Says<Type> =>
    (fields) =>
      send(() => intercomPushWire(type, fields));
  const canceled = says("intercom_cancel");

  return {
    intercomKeyConfirmed: says("intercom.key_confirmed"),
    intercomKeyError: says("intercom.key_error"),
    intercomAddError: says("intercom.add_error"),
    intercomStored: says("intercom.store"),
    intercomRenamed: says("intercom.rename"),
    intercomUpdated: says("intercom.update"),
    intercomsDeleted: says("intercom.delete"),
    intercomCodeStored: says("intercom.code.store"),
    intercomCodesDeleted: says("intercom.code.delete"),
    intercomCallStored: says("intercom.call.store"),
    intercomCallsDeleted: says("intercom.call.delete"),
    intercomEventStored: says("analytic_case_face_event_created"),
    callCanceled: (data, notification) =>
      canceled({ data, ...(notification === undefined ? {} : { notification }) }),
  };
}
