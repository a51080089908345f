import type { Route } from "../http/route.ts";

/** Answers 200 as soon as the server serves. */
export function healthRoute(path: string): Route {
  return { path, prefix: false, handle: () => Response.json({}) };
}
