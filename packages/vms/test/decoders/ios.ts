// The old iOS app as a referee: what it does with an event of its channels (pusher-protocol 8.2 to 8.5, 8.10). It
// listens globally: the name of the event decides, whatever the channel. Written from the rules alone; nothing of our
// sources is used.
import type { PlatformEvent } from "./android.ts";
import * as models from "./ios-models.ts";
import { array, DecodingFault, int, object, oneOf, string } from "./swift.ts";

export type IosOutcome =
  | {
      readonly delivered: true;
      readonly to: "receivedAppSocket" | "receivedIntercomSocket";
      /** The case of VMSAppSocketData or VMSIntercomSocketData, by the code's name. */
      readonly case: string;
      /** The associated value; absent where the case has none, or it is nil. */
      readonly value?: unknown;
    }
  | { readonly delivered: false; readonly reason: string };

const tokenPush = "App\\Events\\TokenPush";
const userPush = "App\\Events\\UserPush";
const notification = "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated";

function dropped(reason: string): IosOutcome {
  return { delivered: false, reason };
}

function app(name: string, value?: unknown): IosOutcome {
  return { delivered: true, to: "receivedAppSocket", case: name, ...(value === undefined ? {} : { value }) };
}

function intercom(name: string, value?: unknown): IosOutcome {
  return {
    delivered: true,
    to: "receivedIntercomSocket",
    case: name,
    ...(value === undefined ? {} : { value }),
  };
}

const analyticTypes = [
  "motion_detect",
  "line_intersection",
  "smoke_fire",
  "loud_sound",
  "camera_obstacle",
  "face",
  "license_plate",
  "person_counting",
  "visitor_counting",
  "container_number_recognition",
].map((kind) => `analytic_case_${kind}_event_created`);

const appType = oneOf(
  "logout",
  "permissions_updated",
  "cameras_updated",
  "camera.store_favorite",
  "camera.destroy_favorite",
  "groups_updated",
  "camera_groups_synced",
  "groups_created",
  "groups_deleted",
  "mark_created",
  "mark_updated",
  "mark_deleted",
  "archive_generated",
  "layouts_updated",
  ...analyticTypes,
);

const appEnvelope = object((from) => ({
  data: from.required(
    "data",
    object((inner) => ({
      type: inner.required("type", appType),
      status: inner.optional("status", oneOf("ok", "error")),
      payload: inner.optional("data", models.appPayload),
      // Decoded again as an event where the type says so.
      rawPayload: inner.optional("data", (value) => value),
    })),
  ),
  subject: from.optional("subject", string),
}));

type AppEnvelope = ReturnType<typeof appEnvelope>;

/** A relative URL of the file is made whole. */
function withBase(event: ReturnType<typeof models.event>, baseUrl: string) {
  const { analyticFile } = event;
  if (analyticFile?.url?.startsWith("/") !== true) return event;
  return { ...event, analyticFile: { ...analyticFile, url: `${baseUrl}${analyticFile.url}` } };
}

function fromUserPush({ data }: AppEnvelope, baseUrl: string): IosOutcome {
  const { type, rawPayload } = data;
  const payload: Partial<ReturnType<typeof models.appPayload>> = data.payload ?? {};
  if (analyticTypes.includes(type)) {
    if (payload.isIntercom === true) {
      return intercom("intercomEventStored", withBase(models.event(rawPayload, "data.data"), baseUrl));
    }
    return app("analyticEventCreated", withBase(models.event(rawPayload, "data.data"), baseUrl));
  }
  switch (type) {
    case "permissions_updated":
      return app("permissionsUpdate");
    case "cameras_updated":
      return app("camerasUpdate", {
        ...(payload.detached === undefined ? {} : { detached: payload.detached }),
        ...(payload.attached === undefined ? {} : { attached: payload.attached }),
      });
    case "camera.store_favorite":
    case "camera.destroy_favorite":
      if (payload.cameraId === undefined) return dropped("a favourite without camera_id");
      return app(type === "camera.store_favorite" ? "addFavoriteCamera" : "removeFavoriteCamera", {
        cameraId: payload.cameraId,
      });
    case "groups_updated":
      return app("groupsUpdate");
    case "camera_groups_synced":
      return app("cameraGroupsSynced");
    case "groups_created":
      if (payload.id === undefined) return app("groupsUpdate");
      return app("groupsCreated", {
        id: payload.id,
        ...(payload.name === undefined ? {} : { name: payload.name }),
      });
    case "groups_deleted":
      return payload.ids === undefined ? app("groupsUpdate") : app("groupsDeleted", payload.ids);
    case "mark_created":
      return app("eventCreated", models.event(rawPayload, "data.data"));
    case "mark_updated":
      return app("eventUpdated", models.event(rawPayload, "data.data"));
    case "mark_deleted":
      return app("eventDeleted", models.event(rawPayload, "data.data"));
    default:
      return dropped(`nothing is dispatched for ${type} in a UserPush`);
  }
}

function fromTokenPush({ data, subject }: AppEnvelope): IosOutcome {
  if (data.type !== "archive_generated") return app("logout", subject);
  const { url, download } = data.payload ?? {};
  return app("archiveGenerated", {
    ...(url === undefined ? {} : { url }),
    ...(download === undefined ? {} : { download }),
  });
}

const intercomType = oneOf(
  "intercom.key_confirmed",
  "intercom.key_error",
  "intercom.add_error",
  "intercom.store",
  "intercom.rename",
  "intercom.update",
  "intercom.delete",
  "intercom.code.store",
  "intercom.code.delete",
  "intercom.call.store",
  "intercom.call.delete",
  "intercom_cancel",
  "analytic_case_face_event_created",
);

const intercomPush = object((from) => ({
  type: from.required("type", intercomType),
  intercom: from.optional("intercom", models.intercom),
  intercomCode: from.optional("intercomCode", models.intercomCode),
  intercomCall: from.optional("intercomCall", models.intercomCall),
  deletedIds: from.optional("deletedIds", array(int)),
  error: from.optional("error", string),
  event: from.optional("event", models.event),
  data: from.optional("data", models.canceledCall),
}));

function fromNotification(push: ReturnType<typeof intercomPush>): IosOutcome {
  const deleted = push.deletedIds === undefined ? {} : { deletedIds: push.deletedIds };
  const error = push.error === undefined ? {} : { error: push.error };
  switch (push.type) {
    case "intercom.key_confirmed":
      return intercom("intercomKeyConfirmed", push.intercom);
    case "intercom.key_error":
      return intercom("intercomKeyError", error);
    case "intercom.add_error":
      return intercom("intercomAddError", error);
    case "intercom.store":
      return intercom("intercomStored", push.intercom);
    case "intercom.rename":
      return intercom("intercomRenamed", push.intercom);
    case "intercom.update":
      return intercom("intercomUpdated", push.intercom);
    case "intercom.delete":
      return intercom("intercomsDeleted", deleted);
    case "intercom.code.store":
      return intercom("intercomCodeStored", push.intercomCode);
    case "intercom.code.delete":
      return intercom("intercomCodesDeleted", deleted);
    case "intercom.call.store":
      return intercom("intercomCallStored", push.intercomCall);
    case "intercom.call.delete":
      return intercom("intercomCallsDeleted", deleted);
    case "intercom_cancel":
      return intercom("intercomCallCanceled", push.data);
    default:
      return dropped(`nothing is dispatched for ${push.type} in a notification`);
  }
}

function decoded(event: string, root: unknown, baseUrl: string): IosOutcome {
  switch (event) {
    case tokenPush:
      return fromTokenPush(appEnvelope(root, "$"));
    case userPush:
      return fromUserPush(appEnvelope(root, "$"), baseUrl);
    case notification:
      return fromNotification(intercomPush(root, "$"));
    default:
      return dropped(`the event ${event} is not looked at`);
  }
}

/** What the iOS app, started with this base URL, does with the event. */
export function ios({ event, data }: PlatformEvent, baseUrl = "https://vms.example.com"): IosOutcome {
  // The library hands over text only; of an object it makes nil.
  if (typeof data !== "string") return dropped("the data is no text");
  try {
    return decoded(event, JSON.parse(data) as unknown, baseUrl);
  } catch (fault) {
    if (fault instanceof DecodingFault) return dropped(fault.message);
    if (fault instanceof SyntaxError) return dropped("the data is no JSON");
    throw fault;
  }
}
