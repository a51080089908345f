// From an event of a Pusher channel to a push. Nothing is thrown and nothing dropped: what is not known comes out as
// `unknown`, what does not fit as a fault with its path.
import { validate } from "@twinwire/events";
import * as v from "valibot";

import { isRecord } from "../models/field.ts";
import type { AppPushEnvelope, UnknownPush, VMSAppSocketData } from "./app-socket-data.ts";
import { appPushModels } from "./app-push.ts";
import { appPushOf } from "./app-reading.ts";
import { appEnvelopeSchema, appPushes, intercomPushes, isVmsEvent, parsedData } from "./catalogue.ts";
import { intercomPushModels } from "./intercom-push.ts";
import { intercomPushOf } from "./intercom-reading.ts";
import type { VMSIntercomSocketData } from "./intercom-socket-data.ts";
import { eventNames, VMSIntercomPushTypes } from "./push-types.ts";
import type { VMSAppSocketType } from "./push-types.ts";

/** An event as a Pusher client hands it over. */
export interface IncomingEvent {
  readonly channel: string;
  readonly event: string;
  /** A value, or its JSON text. */
  readonly data: unknown;
}

export interface DecodeOptions {
  /** Address of the application; goes before an analytic file's URL that begins with a slash. */
  readonly baseUrl?: string | undefined;
}

/** A push that does not fit its schema. */
export interface PushFault {
  /** Name of the Pusher event. */
  readonly event: string;
  readonly channel: string;
  /** Type of the push, in lower case; absent when it could not be read. */
  readonly type?: string;
  /** Where the first misfit is in the event's data, such as `data.data.camera.id`; empty for the whole. */
  readonly path: string;
  /** What is wrong there. */
  readonly message: string;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  /** The event's data, parsed where it is JSON. */
  readonly raw: unknown;
}

export type DecodedPush =
  | { readonly kind: "app"; readonly push: VMSAppSocketData }
  | { readonly kind: "intercom"; readonly push: VMSIntercomSocketData }
  | { readonly kind: "fault"; readonly fault: PushFault }
  /** An event of Pusher's own protocol. */
  | { readonly kind: "ignored" };

type Issues = PushFault["issues"];

/** An event of ours whose data is an object. */
interface Opened {
  readonly channel: string;
  readonly event: string;
  readonly raw: Record<string, unknown>;
}

function faulty(
  incoming: Omit<IncomingEvent, "data">,
  raw: unknown,
  issues: Issues,
  type?: string,
): DecodedPush {
  const { event, channel } = incoming;
  const [first] = issues;
  const { path, message } = first ?? { path: "", message: "The data does not fit" };
  return {
    kind: "fault",
    fault: { event, channel, ...(type === undefined ? {} : { type }), path, message, issues, raw },
  };
}

/** The issues with their paths from the root of the event's data. */
function below(root: string, issues: Issues): Issues {
  return issues.map(({ path, message }) => {
    const joint = path === "" || path.startsWith("[") ? "" : ".";
    return { path: `${root}${joint}${path}`, message };
  });
}

function unknownPush(opened: Omit<IncomingEvent, "data">, raw: unknown, name: string): UnknownPush {
  return { type: "unknown", name, event: opened.event, channel: opened.channel, raw };
}

function isAppType(type: string): type is VMSAppSocketType {
  return Object.hasOwn(appPushModels, type);
}

function isIntercomType(type: string): type is VMSIntercomPushTypes {
  return Object.hasOwn(intercomPushModels, type);
}

/** These say something without a payload too. */
const payloadOptional: ReadonlySet<string> = new Set([
  "cameras_updated",
  "groups_created",
  "groups_deleted",
  "archive_generated",
]);

function decodeApp(opened: Opened, options: DecodeOptions): DecodedPush {
  const parsed = v.safeParse(appEnvelopeSchema, opened.raw);
  if (!parsed.success) {
    const issues = parsed.issues.map((issue) => ({
      path: v.getDotPath(issue) ?? "",
      message: issue.message,
    }));
    return faulty(opened, opened.raw, issues);
  }
  const { data: inner, subject, message } = parsed.output;
  const type = inner.type.toLowerCase();
  if (!isAppType(type)) return { kind: "app", push: unknownPush(opened, opened.raw, inner.type) };
  const payload = validate(
    appPushes,
    type,
    inner.data === undefined && payloadOptional.has(type) ? {} : inner.data,
  );
  if (!payload.ok) return faulty(opened, opened.raw, below("data.data", payload.issues), type);
  const envelope: AppPushEnvelope = {
    event: opened.event,
    channel: opened.channel,
    ...(subject === undefined ? {} : { subject }),
    ...(message === undefined ? {} : { message }),
    ...(inner.status === undefined ? {} : { status: inner.status }),
    raw: opened.raw,
  };
  return { kind: "app", push: appPushOf(type, payload.data, envelope, options.baseUrl) };
}

function decodeIntercom(opened: Opened, options: DecodeOptions): DecodedPush {
  const { type: name } = opened.raw;
  if (typeof name !== "string") {
    return faulty(opened, opened.raw, [{ path: "type", message: "Expected the type of the push as text" }]);
  }
  const type = name.toLowerCase();
  if (!isIntercomType(type)) return { kind: "intercom", push: unknownPush(opened, opened.raw, name) };
  const payload = validate(intercomPushes, type, opened.raw);
  if (!payload.ok) return faulty(opened, opened.raw, payload.issues, type);
  const { event, channel, raw } = opened;
  const { id } = payload.data;
  const envelope = { event, channel, ...(id === undefined ? {} : { id }), raw };
  return { kind: "intercom", push: intercomPushOf(type, payload.data, envelope, options.baseUrl) };
}

function isCancel(raw: Record<string, unknown>): boolean {
  const { type } = raw;
  return typeof type === "string" && type.toLowerCase() === VMSIntercomPushTypes.callCanceled;
}

/** The push in an event of a Pusher channel (pusher-protocol 8.3 to 8.6). Never throws. */
export function decodePush(incoming: IncomingEvent, options: DecodeOptions = {}): DecodedPush {
  const { channel, event, data } = incoming;
  if (event.startsWith("pusher:") || event.startsWith("pusher_internal:")) return { kind: "ignored" };
  const parsed = parsedData(data);
  if (!isVmsEvent(event)) {
    return { kind: "app", push: unknownPush(incoming, parsed === undefined ? data : parsed.value, event) };
  }
  if (parsed === undefined) return faulty(incoming, data, [{ path: "", message: "Expected JSON" }]);
  const raw = parsed.value;
  if (!isRecord(raw)) return faulty(incoming, raw, [{ path: "", message: "Expected an object" }]);
  const opened = { channel, event, raw };
  // Android looks for a cancelled call in every event before anything else.
  return event === eventNames.notification || isCancel(raw)
    ? decodeIntercom(opened, options)
    : decodeApp(opened, options);
}
