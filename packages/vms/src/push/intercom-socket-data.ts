import type { VMSEvent } from "../models/event.ts";
import type { VMSCanceledCall, VMSIntercom, VMSIntercomCall, VMSIntercomCode } from "../models/intercom.ts";
import type { UnknownPush } from "./app-socket-data.ts";
import type { VMSIntercomDeleteSocket, VMSIntercomErrorSocket } from "./intercom-push.ts";
import type { AnalyticPushType } from "./push-types.ts";

/** What every intercom push has besides its payload. */
export interface IntercomPushEnvelope {
  /** Name of the Pusher event. */
  readonly event: string;
  readonly channel: string;
  /** UUID of the notification. */
  readonly id?: string;
  /** The data of the Pusher event, parsed and otherwise as it came. */
  readonly raw: unknown;
}

interface Case<Type extends string, Name extends string, Data> extends IntercomPushEnvelope {
  readonly type: Type;
  /** The type on the wire, in lower case. */
  readonly name: Name;
  /** Absent when the push came without it, as on iOS. */
  readonly data?: Data;
}

/** Where guide and code of iOS differ, `type` is the guide's name and `alias` the code's. */
interface AliasCase<Type extends string, Alias extends string, Name extends string, Data> extends Case<
  Type,
  Name,
  Data
> {
  readonly alias: Alias;
}

interface KeyConfirmed extends Case<"intercomKeyConfirmed", "intercom.key_confirmed", VMSIntercom> {
  readonly expireInSeconds?: number;
  readonly error?: string;
}

interface KeyError extends Case<"intercomKeyError", "intercom.key_error", VMSIntercomErrorSocket> {
  readonly intercom?: VMSIntercom;
}

interface CallCanceled extends AliasCase<
  "callCanceled",
  "intercomCallCanceled",
  "intercom_cancel",
  VMSCanceledCall
> {
  readonly notification?: { title?: string; body?: string };
}

/** An intercom push, by the case names of the iOS guide. */
export type VMSIntercomSocketData =
  | CallCanceled
  | Case<"intercomCodeStored", "intercom.code.store", VMSIntercomCode>
  | Case<"intercomCallStored", "intercom.call.store", VMSIntercomCall>
  | Case<"intercomStored", "intercom.store", VMSIntercom>
  /** A face by this envelope; any kind where an app push tells of what an intercom's camera saw. */
  | Case<"intercomEventStored", AnalyticPushType, VMSEvent>
  | KeyConfirmed
  | Case<"intercomRenamed", "intercom.rename", VMSIntercom>
  | Case<"intercomUpdated", "intercom.update", VMSIntercom>
  | Case<"intercomsDeleted", "intercom.delete", VMSIntercomDeleteSocket>
  | Case<"intercomCodesDeleted", "intercom.code.delete", VMSIntercomDeleteSocket>
  | AliasCase<"callsDeleted", "intercomCallsDeleted", "intercom.call.delete", VMSIntercomDeleteSocket>
  | KeyError
  | Case<"intercomAddError", "intercom.add_error", VMSIntercomErrorSocket>
  | UnknownPush;
