// What Android hands over for each group of events (pusher-protocol 8.4, 8.5), with names in camel case.
import type { VMSEvent } from "../models/event.ts";
import type { VMSCanceledCall, VMSIntercom, VMSIntercomCall, VMSIntercomCode } from "../models/intercom.ts";
import type {
  VMSArchiveLinkSocket,
  VMSCamerasUpdateSocket,
  VMSFavoriteCamerasUpdateSocket,
} from "../push/app-push.ts";
import type { UnknownPush } from "../push/app-socket-data.ts";
import type { AnalyticPushType } from "../push/push-types.ts";

export interface VMSLogoutSocket {
  readonly subject?: string;
}

/** `info` is there when the list of cameras changed. */
export interface VMSCamerasSocket<Type extends string = string> {
  readonly type: Type;
  readonly info?: VMSCamerasUpdateSocket;
}

export interface VMSFavoriteSocket {
  readonly type: "camera.store_favorite" | "camera.destroy_favorite";
  readonly data: VMSFavoriteCamerasUpdateSocket;
}

export interface VMSGroupSocket {
  readonly type: "groups_created" | "groups_deleted";
  /** Absent when the push did not say which groups. */
  readonly data?: { readonly id?: number; readonly name?: string; readonly ids?: readonly number[] };
}

export interface VMSEventSocket<Type extends string = string> {
  readonly type: Type;
  readonly event: VMSEvent;
}

/** A link to a finished archive. */
export interface VMSArchiveLink extends VMSArchiveLinkSocket {
  /** By either field; undefined when making the archive failed. */
  getURL(): string | undefined;
}

export interface VMSIntercomPushEvent {
  readonly push: {
    readonly type: "intercom.key_confirmed" | "intercom.key_error" | "intercom.add_error";
    readonly id?: string;
    readonly intercom?: VMSIntercom;
    readonly expireInSeconds?: number;
    readonly error?: string;
  };
}

export interface VMSIntercomSocket {
  readonly type: "intercom.store" | "intercom.rename" | "intercom.update" | "intercom.delete";
  readonly id?: string;
  readonly intercom?: VMSIntercom;
  readonly deletedIds?: readonly number[];
}

export interface VMSVisitorSocket {
  readonly type: "intercom.code.store" | "intercom.code.delete";
  readonly id?: string;
  readonly intercomCode?: VMSIntercomCode;
  readonly deletedIds?: readonly number[];
}

export interface VMSVisitHistorySocket {
  readonly type: "intercom.call.store" | "intercom.call.delete";
  readonly id?: string;
  readonly intercomCall?: VMSIntercomCall;
  readonly deletedIds?: readonly number[];
}

export interface VMSCallSocket {
  readonly type: "intercom_cancel";
  readonly data?: VMSCanceledCall;
  readonly notification?: { readonly title?: string; readonly body?: string };
}

export interface VMSErrorSocket {
  readonly type: "wsurl_error";
}

/** Each name of the Android guide, and what it hands over. */
export interface VMSSocketValues {
  /** The user was signed out: the session was removed, or the application does not know the token any more. */
  vmsLogoutSocket: VMSLogoutSocket;
  /** The user's list of cameras changed. */
  vmsCamerasSocket: VMSCamerasSocket<"cameras_updated">;
  /** A camera became a favourite, or is none any more. */
  vmsCamerasFavoriteSocket: VMSFavoriteSocket;
  /** The user's list of camera groups changed. */
  vmsCamerasGroupsSocket: VMSCamerasSocket<"groups_updated" | "camera_groups_synced">;
  /** A group was created, or groups were deleted. */
  vmsGroupSocket: VMSGroupSocket;
  /** The user's permissions changed. */
  vmsPermissionsSocket: VMSCamerasSocket<"permissions_updated">;
  /** A mark was created, updated or deleted. */
  vmsMarksSocket: VMSEventSocket<"mark_created" | "mark_updated" | "mark_deleted">;
  /** An intercom's camera saw a face. */
  vmsIntercomEventSocket: VMSEventSocket<"analytic_case_face_event_created">;
  /** An archive is ready to be fetched, or making it failed. */
  vmsArchiveLinkSocket: VMSArchiveLink;
  /** An intercom's key was confirmed, or adding an intercom or a key failed. */
  vmsIntercomKeySocket: VMSIntercomPushEvent;
  /** An intercom was stored, renamed, updated or deleted. */
  vmsIntercomSocket: VMSIntercomSocket;
  /** A visitor's code was added or deleted. */
  vmsVisitorSocket: VMSVisitorSocket;
  /** A call came into the history of calls, or was deleted from it. */
  vmsVisitHistorySocket: VMSVisitHistorySocket;
  /** An intercom's call was cancelled. The last one is replayed to whoever subscribes late. */
  vmsCancelCallSocket: VMSCallSocket;
  /** An event of analytics. */
  vmsAnalyticEventCreatedSocket: VMSEventSocket<AnalyticPushType>;
  /** Fetch the socket's URL again, call `Builder` and connect. The last one is replayed to whoever subscribes late. */
  vmsErrorSocket: VMSErrorSocket;
  /** The layouts changed; Android has no name for it. */
  vmsLayoutsSocket: { readonly type: "layouts_updated" };
  /** A push that is not known here, as it came. */
  vmsUnknownSocket: UnknownPush;
}

export type VMSSocketName = keyof VMSSocketValues;
