// The old Android app as a referee: what it does with an event of its channels (pusher-protocol 8.2 to 8.5, 8.10).
// Written from the rules alone; nothing of our sources is used.
import * as models from "./android-models.ts";
import { fromJson, GsonFault } from "./gson.ts";
import type { Gson } from "./gson.ts";

/** An event as the client library gets it. */
export interface PlatformEvent {
  readonly channel: string;
  readonly event: string;
  /** Text, as every server should send it; anything else too. */
  readonly data: unknown;
}

export type AndroidOutcome =
  | {
      readonly delivered: true;
      /** Name of the LiveData (of the Rx subject, for a cancelled call). */
      readonly to: string;
      readonly value: unknown;
      /** The callback that closes a ringing screen is called too. */
      readonly closesRing?: true;
    }
  | { readonly delivered: false; readonly reason: string };

const tokenPush = "App\\Events\\TokenPush";
const userPush = "App\\Events\\UserPush";
const notification = "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated";

type Fields = Readonly<Record<string, unknown>>;

function dropped(reason: string): AndroidOutcome {
  return { delivered: false, reason };
}

function posted(to: string, value: unknown): AndroidOutcome {
  return { delivered: true, to, value };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Gson's reading, or null where it throws. */
function readOrNull(shape: Gson, value: unknown): unknown {
  try {
    return fromJson(shape, value);
  } catch (fault) {
    if (fault instanceof GsonFault) return null;
    throw fault;
  }
}

/** Only these names are bound on each channel. */
function isBound(channel: string, event: string): boolean {
  if (channel.startsWith("private-token.")) return event === tokenPush || event === notification;
  return channel.startsWith("private-user.") && (event === userPush || event === notification);
}

const analyticTypes = new Set(
  [
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
  ].map((kind) => `analytic_case_${kind}_event_created`),
);

/** A value with its payload, or with the type alone where Gson cannot read the payload. */
function withPayload(to: string, type: string, field: string, payload: unknown): AndroidOutcome {
  return posted(to, payload === null ? { type } : { type, [field]: payload });
}

function analyticPush(type: string, inner: unknown): AndroidOutcome {
  const event = readOrNull(models.event, inner);
  if (!isFields(event)) return dropped("the event of analytics cannot be parsed");
  const isFace = type.toLowerCase() === "analytic_case_face_event_created";
  const to =
    isFace && event["is_intercom"] === true ? "vmsIntercomEventSocket" : "vmsAnalyticEventCreatedSocket";
  return posted(to, { type, event });
}

function appPush(root: Fields): AndroidOutcome {
  const envelope = root["data"];
  if (!isFields(envelope)) return dropped("data is no object");
  const type = envelope["type"];
  if (typeof type !== "string") return dropped("data.type is no text");
  if (!Object.hasOwn(root, "subject")) return dropped("the key subject is missing");
  const subject = String(root["subject"]);
  const inner = envelope["data"];
  const known = type.toLowerCase();
  if (analyticTypes.has(known)) return analyticPush(type, inner);
  switch (known) {
    case "logout":
      return posted("vmsLogoutSocket", { subject });
    case "permissions_updated":
      return posted("vmsPermissionsSocket", { type });
    case "cameras_updated":
      return withPayload("vmsCamerasSocket", type, "info", readOrNull(models.camerasInfo, inner));
    case "camera.store_favorite":
    case "camera.destroy_favorite":
      return withPayload("vmsCamerasFavoriteSocket", type, "data", readOrNull(models.favorite, inner));
    case "groups_updated":
    case "camera_groups_synced":
      return posted("vmsCamerasGroupsSocket", { type });
    case "groups_created":
    case "groups_deleted":
      return withPayload("vmsGroupSocket", type, "data", readOrNull(models.group, inner));
    case "mark_created":
    case "mark_updated":
    case "mark_deleted":
      return withPayload("vmsMarksSocket", type, "event", readOrNull(models.event, inner));
    case "archive_generated":
      return posted(
        "vmsArchiveLinkSocket",
        readOrNull(models.archiveLink, inner) ?? { url: null, download: null },
      );
    default:
      return dropped(`the type ${type} is not known`);
  }
}

const intercomTargets: Readonly<
  Record<string, { readonly to: string; readonly shape: Gson; readonly in?: string }>
> = {
  "intercom.key_confirmed": { to: "vmsIntercomKeySocket", shape: models.keyPush, in: "push" },
  "intercom.key_error": { to: "vmsIntercomKeySocket", shape: models.keyPush, in: "push" },
  "intercom.add_error": { to: "vmsIntercomKeySocket", shape: models.keyPush, in: "push" },
  "intercom.store": { to: "vmsIntercomSocket", shape: models.intercomPush },
  "intercom.rename": { to: "vmsIntercomSocket", shape: models.intercomPush },
  "intercom.update": { to: "vmsIntercomSocket", shape: models.intercomPush },
  "intercom.delete": { to: "vmsIntercomSocket", shape: models.intercomPush },
  "intercom.code.store": { to: "vmsVisitorSocket", shape: models.visitorPush },
  "intercom.code.delete": { to: "vmsVisitorSocket", shape: models.visitorPush },
  "intercom.call.store": { to: "vmsVisitHistorySocket", shape: models.visitHistoryPush },
  "intercom.call.delete": { to: "vmsVisitHistorySocket", shape: models.visitHistoryPush },
};

function intercomPush(root: Fields): AndroidOutcome {
  const { type } = root;
  if (typeof type !== "string") return dropped("type is no text");
  const known = type.toLowerCase();
  const target = Object.hasOwn(intercomTargets, known) ? intercomTargets[known] : undefined;
  if (target === undefined) return dropped(`the type ${type} is not known`);
  if (typeof root["id"] !== "string") return dropped("the id of the notification is missing");
  const value = readOrNull(target.shape, root);
  if (value === null) return dropped("the push cannot be parsed");
  return posted(target.to, target.in === undefined ? value : { [target.in]: value });
}

function parsed(data: unknown): Fields | undefined {
  // The library casts the data to text, and parses it as an object.
  if (typeof data !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the Android app does with the event. */
export function android({ channel, event, data }: PlatformEvent): AndroidOutcome {
  if (!isBound(channel, event)) return dropped(`${event} is not bound on ${channel}`);
  const root = parsed(data);
  if (root === undefined) return dropped("the data is no text of a JSON object");
  if (root["type"] === "intercom_cancel") {
    const value = readOrNull(models.callSocket, root);
    if (value === null) return dropped("the cancelled call cannot be parsed");
    return { delivered: true, to: "vmsCancelCallSocket", value, closesRing: true };
  }
  return event === notification ? intercomPush(root) : appPush(root);
}
