import type { Call, Route } from "../http/route.ts";
import { answersTo } from "./own-host.ts";

/** A page that `dev` shows beside its own. */
export interface SitePage {
  /** Where it stands, as `/surveillance`. */
  readonly path: string;
  /** As the header's navigation calls it. */
  readonly name: string;
  /** Bundled by the runtime, with everything it loads. */
  readonly html: Bun.HTMLBundle;
}

/** What the routes of a site may know of the server that they are part of. */
export interface SiteHost {
  /** The app that the dev page uses; an empty id where the configuration has none. */
  readonly app: { readonly id: string; readonly key: string; readonly secret: string };
  /** Of the Centrifugo server API. */
  readonly apiKey: string;
  /** Of Centrifugo's connection and subscription tokens (HS256). */
  readonly hmacSecret: string;
  readonly websocketPath: string;
  readonly apiPath: string;
  /** Where this process reaches its own server, as `http://127.0.0.1:8000`. Only once it listens: not while routes are made. */
  origin(): string;
}

/** Pages, and what stands in for their back ends. They are shown by `dev` alone. */
export interface Site {
  readonly pages: readonly SitePage[];
  /** Called once, before the server listens. The routes answer under own host names only, as those of the dev page do. */
  routes(host: SiteHost): readonly Route[];
}

/** Who can reach these routes may be anybody, so they answer only under the machine's own name or an address. */
export function underOwnHost(route: Route): Route {
  return {
    ...route,
    handle(call: Call) {
      const host = call.request.headers.get("host") ?? "";
      if (answersTo(host)) return route.handle(call);
      const error = `the routes of the dev page answer to localhost and to addresses, not to "${host}"`;
      return Response.json({ error }, { status: 403, headers: { "cache-control": "no-store" } });
    },
  };
}
