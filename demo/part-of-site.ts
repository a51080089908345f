import type { Route, SiteHost, SitePage } from "twinwire/internal";

/** A page, and what stands in for its back end. */
export interface PartOfSite {
  readonly page: SitePage;
  /** Called once, before the server listens. */
  routes(host: SiteHost): readonly Route[];
}
