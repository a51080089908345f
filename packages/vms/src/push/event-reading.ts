import type * as v from "valibot";

import type { VMSEvent, vmsEventSchema } from "../models/event.ts";
import { camelized } from "../models/wire-names.ts";

export type ReadEvent = v.InferOutput<typeof vmsEventSchema>;

/** The event; its type and case of analytics are made from the two fields that the socket's form has in their place. */
export function eventOf(data: ReadEvent): VMSEvent {
  const event = camelized(data);
  const { analyticCase, analyticCaseId, caseType } = event;
  if (analyticCase !== undefined) return event;
  const kind = caseType === undefined ? {} : { type: caseType };
  const made = analyticCaseId === undefined ? {} : { analyticCase: { id: analyticCaseId, ...kind } };
  return { ...kind, ...event, ...made };
}

/** An event of analytics; the URL of its file is made whole when it has no host. */
export function analyticEventOf(data: ReadEvent, baseUrl: string | undefined): VMSEvent {
  const event = eventOf(data);
  const { analyticFile } = event;
  const url = analyticFile?.url;
  if (baseUrl === undefined || analyticFile === undefined || url === undefined) return event;
  // Two slashes at the start name a host already.
  if (!url.startsWith("/") || url.startsWith("//")) return event;
  const base = baseUrl.endsWith("/") ? baseUrl.slice(0, -1) : baseUrl;
  return { ...event, analyticFile: { ...analyticFile, url: `${base}${url}` } };
}
