import type { VMSCameraGroup } from "../models/camera.ts";
import type { VMSEvent } from "../models/event.ts";
import type { OpenText } from "../models/field.ts";
import type {
  VMSArchiveLinkSocket,
  VMSCamerasUpdateSocket,
  VMSFavoriteCamerasUpdateSocket,
} from "./app-push.ts";
import type { AnalyticPushType } from "./push-types.ts";

/** What every app push has besides its payload. */
export interface AppPushEnvelope {
  /** Name of the Pusher event. */
  readonly event: string;
  readonly channel: string;
  readonly subject?: string;
  readonly message?: string;
  readonly status?: OpenText<"ok" | "error">;
  /** The data of the Pusher event, parsed and otherwise as it came. */
  readonly raw: unknown;
}

interface Case<Type extends string, Name extends string> extends AppPushEnvelope {
  readonly type: Type;
  /** The type on the wire, in lower case. */
  readonly name: Name;
}

interface CaseWith<Type extends string, Name extends string, Data> extends Case<Type, Name> {
  readonly data: Data;
}

/** An event of analytics. */
export interface AnalyticEventPush extends CaseWith<"analyticEventCreated", AnalyticPushType, VMSEvent> {
  /** An intercom's camera saw it. Android hands such a face over as an intercom's event, iOS all ten kinds. */
  readonly isIntercom: boolean;
}

/** What is not known here: a new type, or another event on the channel. */
export interface UnknownPush {
  readonly type: "unknown";
  /** The type on the wire as it came; the name of the Pusher event where that is unknown itself. */
  readonly name: string;
  readonly event: string;
  readonly channel: string;
  readonly raw: unknown;
}

/** An app push, by the case names of the iOS guide. */
export type VMSAppSocketData =
  | CaseWith<"camerasUpdate", "cameras_updated", VMSCamerasUpdateSocket>
  | CaseWith<"addFavoriteCamera", "camera.store_favorite", VMSFavoriteCamerasUpdateSocket>
  | CaseWith<"removeFavoriteCamera", "camera.destroy_favorite", VMSFavoriteCamerasUpdateSocket>
  | Case<"permissionsUpdate", "permissions_updated">
  // A created group without id, or deleted ones without ids, say only that the groups changed (as on iOS).
  | Case<"groupsUpdate", "groups_updated" | "groups_created" | "groups_deleted">
  | CaseWith<"groupsCreated", "groups_created", VMSCameraGroup>
  | CaseWith<"groupsDeleted", "groups_deleted", readonly number[]>
  | Case<"cameraGroupsSynced", "camera_groups_synced">
  | CaseWith<"eventCreated", "mark_created", VMSEvent>
  | CaseWith<"eventUpdated", "mark_updated", VMSEvent>
  | CaseWith<"eventDeleted", "mark_deleted", VMSEvent>
  | CaseWith<"archiveGenerated", "archive_generated", VMSArchiveLinkSocket>
  | AnalyticEventPush
  | Case<"layoutsUpdate", "layouts_updated">
  | CaseWith<"logout", "logout", { readonly subject?: string }>
  | UnknownPush;
