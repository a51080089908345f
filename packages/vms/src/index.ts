// The door of @twinwire/vms: the client, the typed events and their payloads. The back end's half is
// @twinwire/vms/backend.
export type { BackoffOptions } from "./client/backoff.ts";
export { ConnectionState } from "./client/connection-state.ts";
export type { VMSSocketManager, VMSSocketManagerDelegate } from "./client/delegate.ts";
export { VMSMobileSDK } from "./client/mobile-sdk.ts";
export {
  PusherError,
  vmsPusherErrorHandler,
  type PusherFault,
  type VMSPusherError,
} from "./client/pusher-error.ts";
export type { PusherOptions } from "./client/pusher-options.ts";
export type { RecoveryOptions } from "./client/recovery.ts";
export type { Fetch, RequestOptions } from "./client/request.ts";
export type { VMSClientOptions, VMSConnectionData, VMSPusherApiOptions } from "./client/settings.ts";
export { getSocketUrl, type SocketUrlRequest } from "./client/socket-api.ts";
export { VMSSocketEvents } from "./client/socket-events.ts";
export type {
  VMSArchiveLink,
  VMSCallSocket,
  VMSCamerasSocket,
  VMSErrorSocket,
  VMSEventSocket,
  VMSFavoriteSocket,
  VMSGroupSocket,
  VMSIntercomPushEvent,
  VMSIntercomSocket,
  VMSLogoutSocket,
  VMSSocketName,
  VMSSocketValues,
  VMSVisitHistorySocket,
  VMSVisitorSocket,
} from "./client/socket-values.ts";
export { VMSPusherApi } from "./client/vms-pusher-api.ts";

export {
  vmsCameraGroupSchema,
  vmsCameraSchema,
  vmsIntercomCameraSchema,
  vmsStreamSchema,
  type VMSCamera,
  type VMSCameraGroup,
  type VMSCameraInput,
  type VMSIntercomCamera,
  type VMSIntercomCameraInput,
  type VMSStream,
} from "./models/camera.ts";
export {
  vmsAnalyticCaseSchema,
  vmsAnalyticEventSchema,
  vmsAnalyticFileSchema,
  vmsAnalyticGroupSchema,
  vmsEventSchema,
  vmsEventTypeSchema,
  type VMSAnalyticCase,
  type VMSAnalyticEvent,
  type VMSAnalyticFile,
  type VMSAnalyticGroup,
  type VMSEvent,
  type VMSEventInput,
  type VMSEventType,
} from "./models/event.ts";
export {
  vmsCanceledCallSchema,
  vmsIntercomCallSchema,
  vmsIntercomCodeSchema,
  vmsIntercomSchema,
  vmsTimetableSchema,
  type VMSCanceledCall,
  type VMSCanceledCallInput,
  type VMSIntercom,
  type VMSIntercomCall,
  type VMSIntercomCallInput,
  type VMSIntercomCode,
  type VMSIntercomCodeInput,
  type VMSIntercomInput,
  type VMSTimetable,
} from "./models/intercom.ts";
export { vmsSocketResponseSchema, type VMSSocketResponse } from "./models/socket-response.ts";
export { vmsPermissionSchema, vmsUserSchema, type VMSPermission, type VMSUser } from "./models/user.ts";
export { camelized, type CamelInput, type Camelized } from "./models/wire-names.ts";

export {
  archiveUrl,
  type AppPushInput,
  type AppPushOutput,
  type VMSArchiveLinkSocket,
  type VMSCamerasUpdateSocket,
  type VMSDownloadUrlData,
  type VMSFavoriteCamerasUpdateSocket,
} from "./push/app-push.ts";
export type {
  AnalyticEventPush,
  AppPushEnvelope,
  UnknownPush,
  VMSAppSocketData,
} from "./push/app-socket-data.ts";
export {
  appPushes,
  intercomPushes,
  sentAppPushes,
  sentIntercomPushes,
  type AppPushMeta,
} from "./push/catalogue.ts";
export {
  decodePush,
  type DecodedPush,
  type DecodeOptions,
  type IncomingEvent,
  type PushFault,
} from "./push/decode.ts";
export type {
  IntercomPushInput,
  IntercomPushOutput,
  VMSIntercomDeleteSocket,
  VMSIntercomErrorSocket,
} from "./push/intercom-push.ts";
export type { IntercomPushEnvelope, VMSIntercomSocketData } from "./push/intercom-socket-data.ts";
export {
  VMSAppSocketType,
  VMSIntercomPushTypes,
  analyticPushTypes,
  eventNames,
  type AnalyticKind,
  type AnalyticPushType,
  type VMSEventName,
} from "./push/push-types.ts";
export { appPushWire, intercomPushWire } from "./push/wire.ts";
