import type { PartOfSite } from "../part-of-site.ts";
import { surveillanceRoutes } from "./backend/routes.ts";
import html from "./index.html";

/** The surveillance console: what the VMS client hears, and a panel that publishes it. */
export const surveillance: PartOfSite = {
  page: { path: "/surveillance", name: "Surveillance", html },
  routes: surveillanceRoutes,
};
