import type { Route } from "../http/route.ts";
import page from "./index.html";
import { devRoutes, type DevSettings } from "./routes.ts";

/** What `twinwire dev` serves besides the wires: a page at `/` with a client of each, and what stands in for a back end. */
export interface DevPage {
  readonly routes: readonly Route[];
  /** Bundled by the runtime, with everything it loads. */
  readonly pages: Record<string, Bun.HTMLBundle>;
}

export function devPage(settings: DevSettings): DevPage {
  return { routes: devRoutes(settings), pages: { "/": page } };
}
