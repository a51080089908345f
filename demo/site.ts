import type { Site } from "twinwire/internal";
import type { PartOfSite } from "./part-of-site.ts";
import { streamChat } from "./stream-chat/index.ts";
import { surveillance } from "./surveillance/index.ts";

const parts: readonly PartOfSite[] = [surveillance, streamChat];

/** The pages of `npm start` beside the two-wire page, in the order of the header. */
export const site: Site = {
  pages: parts.map(({ page }) => page),
  routes: (host) => parts.flatMap((part) => part.routes(host)),
};
