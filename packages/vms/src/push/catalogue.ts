// One catalogue of app pushes and one of intercom pushes, each in two directions: as they are read, tolerantly, and
// as they may be sent, strictly. Both directions come from the same models.
import * as v from "valibot";

import { defineEvents } from "@twinwire/events";
import type { Envelope, Wire } from "@twinwire/events";
import { isRecord, model, optional, text } from "../models/field.ts";
import type { Field } from "../models/field.ts";
import { appPushModels } from "./app-push.ts";
import { intercomPushModels } from "./intercom-push.ts";
import { eventNames, VMSAppSocketType, VMSIntercomPushTypes } from "./push-types.ts";

type Direction = "read" | "send";
type SchemasOf<Models extends Readonly<Record<string, Field>>, Way extends Direction> = {
  readonly [Type in keyof Models]: Models[Type][Way];
};

function schemasOf<const Models extends Readonly<Record<string, Field>>, Way extends Direction>(
  models: Models,
  way: Way,
) {
  return Object.fromEntries(
    Object.entries<Field>(models).map(([type, inner]) => [type, inner[way]]),
  ) as SchemasOf<Models, Way>;
}

/** The event's data as a value: Pusher's `data` is JSON text, or already parsed. Undefined when it is no JSON. */
export function parsedData(data: unknown): { readonly value: unknown } | undefined {
  if (typeof data !== "string") return { value: data };
  try {
    return { value: JSON.parse(data) as unknown };
  } catch {
    return undefined;
  }
}

const anything = { read: v.unknown(), send: v.unknown(), holdsObject: true } satisfies Field;

/** Envelope of TokenPush and UserPush (pusher-protocol 8.3). */
export const appEnvelopeSchema = model({
  data: model({ type: text, status: optional(text), data: optional(anything) }),
  subject: optional(text),
  message: optional(text),
}).read;

/** What an app push says besides its payload. */
export interface AppPushMeta {
  /** Text for the user; Android and iOS show that of a logout. Null on the wire when absent. */
  readonly subject?: string | null | undefined;
  /** Null on the wire when absent. */
  readonly message?: string | null | undefined;
  readonly status?: "ok" | "error" | undefined;
}

/** iOS takes every TokenPush that is no archive for a logout, and neither of the two from a UserPush. */
const tokenPushTypes: ReadonlySet<string> = new Set([
  VMSAppSocketType.logout,
  VMSAppSocketType.archiveGenerated,
]);

/** `data` in its envelope, under the one event name under which both apps hear this type. */
export function appWire(type: string, data: unknown, meta: AppPushMeta = {}): Wire {
  const { subject = null, message = null, status } = meta;
  const inner = {
    type,
    ...(status === undefined ? {} : { status }),
    ...(data === undefined ? {} : { data }),
  };
  const event = tokenPushTypes.has(type) ? eventNames.tokenPush : eventNames.userPush;
  return { event, data: { data: inner, subject, message } };
}

const appEnvelope = {
  wrap: (type: string, data: unknown) => appWire(type, data),
  unwrap(wire: Wire) {
    if (wire.event !== eventNames.tokenPush && wire.event !== eventNames.userPush) return undefined;
    const envelope = v.safeParse(appEnvelopeSchema, parsedData(wire.data)?.value);
    if (!envelope.success) return undefined;
    return { type: envelope.output.data.type.toLowerCase(), data: envelope.output.data.data };
  },
} satisfies Envelope;

/** The fields, id and type beside each other. */
export function intercomWire(type: string, fields: Readonly<Record<string, unknown>>): Wire {
  return { event: eventNames.notification, data: { ...fields, type } };
}

const intercomEnvelope = {
  wrap: (type: string, data: unknown) => intercomWire(type, isRecord(data) ? data : {}),
  unwrap(wire: Wire) {
    const data = parsedData(wire.data)?.value;
    const type = isRecord(data) ? data["type"] : undefined;
    if (typeof type !== "string") return undefined;
    const isCancel = type.toLowerCase() === VMSIntercomPushTypes.callCanceled;
    const isOurs = wire.event === eventNames.notification || (isCancel && isVmsEvent(wire.event));
    return isOurs ? { type: type.toLowerCase(), data } : undefined;
  },
} satisfies Envelope;

const ownEvents: ReadonlySet<string> = new Set(Object.values(eventNames));

/** Whether the Pusher event is one of the three that carry pushes. */
export function isVmsEvent(event: string): boolean {
  return ownEvents.has(event);
}

/** App pushes as they are read: what the platforms would accept, and a little more. */
export const appPushes = defineEvents(schemasOf(appPushModels, "read"), { envelope: appEnvelope });
/** App pushes as they may be sent, so that both mobile apps decode them. */
export const sentAppPushes = defineEvents(schemasOf(appPushModels, "send"), { envelope: appEnvelope });
/** Intercom pushes as they are read. */
export const intercomPushes = defineEvents(schemasOf(intercomPushModels, "read"), {
  envelope: intercomEnvelope,
});
/** Intercom pushes as they may be sent. */
export const sentIntercomPushes = defineEvents(schemasOf(intercomPushModels, "send"), {
  envelope: intercomEnvelope,
});
