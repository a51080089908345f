import { validate } from "@twinwire/events";

import { liveEvents, type LiveEventType } from "../catalogue/live-events.ts";
import type { AnyLiveEvent, ChannelFault, KnownLiveEvent, LiveSource } from "./live-event.ts";

export type Decoded =
  | { readonly kind: "event"; readonly event: AnyLiveEvent }
  | { readonly kind: "fault"; readonly fault: ChannelFault };

function isKnown(type: string): type is LiveEventType {
  return Object.hasOwn(liveEvents.schemas, type);
}

function envelopeOf(raw: unknown): { readonly type: string; readonly data: unknown } | undefined {
  if (typeof raw !== "object" || raw === null || !("type" in raw)) return undefined;
  return typeof raw.type === "string"
    ? { type: raw.type, data: "data" in raw ? raw.data : undefined }
    : undefined;
}

/** Reads a publication. Types that are not known, and what is no event at all, are handed over as they came. */
export function decode(raw: unknown, channel: LiveSource): Decoded {
  const envelope = envelopeOf(raw);
  if (envelope === undefined)
    return { kind: "event", event: { type: "unknown", name: undefined, data: raw, channel, raw } };
  const { type, data } = envelope;
  if (!isKnown(type)) return { kind: "event", event: { type: "unknown", name: type, data, channel, raw } };
  const validated = validate(liveEvents, type, data);
  if (!validated.ok)
    return { kind: "fault", fault: { kind: "invalid", type, issues: validated.issues, channel, raw } };
  // Type and data belong together, which a union's member per type cannot be shown to the compiler otherwise.
  return { kind: "event", event: { type, data: validated.data, channel, raw } as KnownLiveEvent };
}
