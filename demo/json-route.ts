import type { Call, Route } from "twinwire/internal";

/** Bytes of a request; no form of the demo is larger. */
const bodyLimit = 65_536;
/** Nothing here may be kept: a restart has other keys. */
const headers = { "cache-control": "no-store" } as const;

export function answer(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers });
}

export function refusal(status: number, error: string): Response {
  return answer({ error }, status);
}

/**
 * A route that takes a JSON object by POST. Pages of other origins cannot send the content type without being asked
 * first, and nobody here answers that question.
 */
export function jsonRoute(
  path: string,
  handle: (body: Readonly<Record<string, unknown>>, call: Call) => Response | Promise<Response>,
): Route {
  return {
    path,
    prefix: false,
    async handle(call) {
      const { request } = call;
      if (request.method !== "POST") return refusal(405, `${path} takes POST`);
      const type = request.headers.get("content-type")?.split(";")[0]?.trim();
      if (type !== "application/json") return refusal(415, `${path} takes application/json`);
      const text = await request.text();
      if (text.length > bodyLimit) return refusal(413, `${path} takes at most ${bodyLimit} bytes`);
      const body = objectOf(text);
      return body === undefined ? refusal(400, `${path} takes a JSON object`) : handle(body, call);
    },
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
