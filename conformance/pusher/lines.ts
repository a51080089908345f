import type { Subject } from "../program/line.ts";
import type { Line } from "./line.ts";
import { asking } from "./lines/asking.ts";
import { cache } from "./lines/cache.ts";
import { channels } from "./lines/channels.ts";
import { clientEvents } from "./lines/client-events.ts";
import { connecting } from "./lines/connecting.ts";
import { counts } from "./lines/counts.ts";
import { events } from "./lines/events.ts";
import { framing } from "./lines/framing.ts";
import { presence } from "./lines/presence.ts";
import { publishing } from "./lines/publishing.ts";
import { requestSignatures } from "./lines/request-signatures.ts";
import { users } from "./lines/users.ts";
import { watchlists } from "./lines/watchlists.ts";
import { webhooks } from "./lines/webhooks.ts";
import type { Scene } from "./scene.ts";

/** What a Pusher server has to do, by subject. */
export const subjects: readonly Subject<Scene>[] = [
  { title: "Connecting", lines: connecting },
  { title: "Messages and keep-alive", lines: framing },
  { title: "Channels and their signatures", lines: channels },
  { title: "Events", lines: events },
  { title: "Presence", lines: presence },
  { title: "Cache channels", lines: cache },
  { title: "Counts of subscribers", lines: counts },
  { title: "Users", lines: users },
  { title: "Watchlists", lines: watchlists },
  { title: "Client events", lines: clientEvents },
  { title: "HTTP API", lines: [...publishing, ...asking] },
  { title: "Signatures of requests", lines: requestSignatures },
  { title: "Webhooks", lines: webhooks },
];

export const lines: readonly Line[] = subjects.flatMap((subject) => subject.lines);
