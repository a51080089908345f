import type { Subject } from "../program/line.ts";
import type { Line } from "./line.ts";
import { apiMethods } from "./lines/api-methods.ts";
import { apiRequests } from "./lines/api-requests.ts";
import { connecting } from "./lines/connecting.ts";
import { deltas } from "./lines/deltas.ts";
import { encoding } from "./lines/encoding.ts";
import { emulation } from "./lines/emulation.ts";
import { framing } from "./lines/framing.ts";
import { history } from "./lines/history.ts";
import { keepAlive } from "./lines/keep-alive.ts";
import { origins } from "./lines/origins.ts";
import { presence } from "./lines/presence.ts";
import { publishing } from "./lines/publishing.ts";
import { recovery } from "./lines/recovery.ts";
import { secondServer } from "./lines/second-server.ts";
import { serverSide } from "./lines/server-side.ts";
import { subscribing } from "./lines/subscribing.ts";
import { tagsFilter } from "./lines/tags-filter.ts";
import { tokens } from "./lines/tokens.ts";
import { unidirectional } from "./lines/unidirectional.ts";
import type { Scene } from "./scene.ts";

/** What a Centrifugo server has to do, by subject. */
export const subjects: readonly Subject<Scene>[] = [
  { title: "Frames and commands", lines: [...framing, ...encoding] },
  { title: "Keep-alive", lines: keepAlive },
  { title: "Connecting", lines: [...connecting, ...origins] },
  { title: "Tokens", lines: tokens },
  { title: "Subscribing", lines: subscribing },
  { title: "Publishing, rpc and send", lines: publishing },
  { title: "Presence", lines: presence },
  { title: "History", lines: history },
  { title: "Recovery", lines: recovery },
  { title: "Deltas", lines: deltas },
  { title: "Tags filters", lines: tagsFilter },
  { title: "Server-side subscriptions, and what the application does to clients", lines: serverSide },
  { title: "Server API", lines: [...apiRequests, ...apiMethods] },
  { title: "HTTP streams with emulation", lines: emulation },
  { title: "Unidirectional transports", lines: unidirectional },
  { title: "Options of a second server", lines: secondServer },
];

export const lines: readonly Line[] = subjects.flatMap((subject) => subject.lines);
