import type { Route } from "../http/route.ts";
import page from "./index.html";
import { devRoutes, type DevSettings } from "./routes.ts";
import { underOwnHost, type Site } from "./site.ts";

/** What `twinwire dev` serves besides the wires: a page at `/` with a client of each, and what stands in for a back end. */
export interface DevPage {
  readonly routes: readonly Route[];
  /** Bundled by the runtime, with everything it loads. */
  readonly pages: Record<string, Bun.HTMLBundle>;
}

export interface DevPageSettings extends Omit<DevSettings, "pages"> {
  readonly websocketPath: string;
  readonly apiPath: string;
  /** Where this process reaches its own server; known once it listens. */
  origin(): string;
}

/** The page, and beside it those of `site`. */
export function devPage(settings: DevPageSettings, site: Site = { pages: [], routes: () => [] }): DevPage {
  // Alone, the page has nowhere to lead to.
  const links =
    site.pages.length === 0
      ? []
      : [{ path: "/", name: "Two wires" }, ...site.pages.map(({ path, name }) => ({ path, name }))];
  return {
    routes: [...devRoutes({ ...settings, pages: links }), ...site.routes(settings).map(underOwnHost)],
    pages: { "/": page, ...Object.fromEntries(site.pages.map(({ path, html }) => [path, html])) },
  };
}
