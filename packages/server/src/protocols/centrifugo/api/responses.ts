import type { Answer } from "../../../core/answer.ts";
import { after } from "../../../core/answer.ts";
import { Refusal } from "../../../core/refusal.ts";
import { errorStatus, errorText } from "./errors.ts";
import { type Outcome, outcomeText } from "./outcome.ts";
import { type Site, source } from "./site.ts";

const headers = { "content-type": "application/json" };
const json = { headers };

/** What does not let itself be read as a call. */
export function badRequest(site: Site): Response {
  site.hub.observer.refused(source, "malformed");
  return new Response("Bad Request\n", { status: 400 });
}

export function notFound(site: Site): Response {
  site.hub.observer.refused(source, "unknown-method");
  return new Response("404 page not found\n", { status: 404 });
}

export function textResponse(text: string): Response {
  return new Response(text, json);
}

/** The answer to one call. */
export function outcomeResponse(
  outcome: Answer<Outcome>,
  how: { readonly errorMode: "" | "transport"; readonly request: Request },
): Answer<Response> {
  return after(outcome, (value) => {
    if (value instanceof Refusal && byStatus(how))
      return new Response(errorText(value), { status: errorStatus(value), headers });
    return textResponse(outcomeText(value));
  });
}

function byStatus({ errorMode, request }: Parameters<typeof outcomeResponse>[1]): boolean {
  return errorMode === "transport" || request.headers.get("x-centrifugo-error-mode") === "transport";
}
