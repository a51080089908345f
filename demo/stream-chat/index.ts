import type { PartOfSite } from "../part-of-site.ts";
import { routes } from "./backend/routes.ts";
import html from "./index.html";

/** The stream chat: what the VK Video Live client hears, and a panel that publishes it. */
export const streamChat: PartOfSite = {
  page: { path: "/stream-chat", name: "Stream chat", html },
  routes,
};
