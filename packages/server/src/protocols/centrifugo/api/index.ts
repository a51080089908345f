import type { App } from "../../../core/app.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Hub } from "../../../core/hub.ts";
import type { Route } from "../../../http/route.ts";
import { batchText, parseBatch } from "./batch.ts";
import { Door } from "./door.ts";
import { execute } from "./execute.ts";
import { Gate } from "./gate.ts";
import { oldRepliesText, parseOldCommands } from "./old-route.ts";
import { parseParams } from "./params.ts";
import { methodNames, methodParser } from "./parse-command.ts";
import { badRequest, notFound, outcomeResponse, textResponse } from "./responses.ts";
import type { Site } from "./site.ts";

/** An app as its back end calls it. */
export interface ApiApp {
  readonly app: App;
  /** Asked for with `?app=KEY`; a call that asks for none gets the first app. */
  readonly keys: readonly string[];
  /** Empty: every call is refused, unless insecure. */
  readonly apiKey: string;
  /** No key is asked for. */
  readonly insecure: boolean;
}

export interface CentrifugoApiSettings {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly apps: readonly ApiApp[];
  /** Path of the API, such as `/api`. */
  readonly prefix: string;
  readonly nodeName: string;
  readonly version: string;
  /** Bytes of a request's body; above: 413. */
  readonly bodyLimit: number;
  /** How errors are told: in a body with status 200, or by the status itself. */
  readonly errorMode: "" | "transport";
  /** Bytes of a channel's name; above: error 107. @default 255 */
  readonly maxChannelLength?: number;
}

/** Centrifugo's server API (protocol notes, 6): a path for each method, one for batches, and the one for all that came before them. */
export function centrifugoApi(settings: CentrifugoApiSettings): Route[] {
  const { prefix, bodyLimit, errorMode } = settings;
  const base = prefix.replace(/\/+$/, "");
  const gate = new Gate(new Door(entrances(settings)), { bodyLimit, observer: settings.hub.observer });
  const routes: Route[] = [
    gate.route(base === "" ? "/" : base, oldRoute),
    gate.route(`${base}/batch`, batchRoute),
  ];
  for (const name of methodNames()) {
    const parse = methodParser(name);
    if (parse === undefined) continue;
    routes.push(
      gate.route(`${base}/${name}`, (site, body, request) => {
        const params = parseParams(body);
        if (params === undefined) return badRequest(site);
        const command = parse(params);
        if (params.faulty()) return badRequest(site);
        return outcomeResponse(execute(site, command), { errorMode, request });
      }),
    );
  }
  if (base !== "") routes.push({ ...gate.route(`${base}/`, notFound), prefix: true });
  return routes;
}

function entrances({ hub, clock, apps, nodeName, version, maxChannelLength = 255 }: CentrifugoApiSettings) {
  const node = { name: nodeName, version, startedAt: clock.now() };
  return apps.map(({ app, ...entry }) => ({
    ...entry,
    site: { hub, clock, app, node, maxChannelLength },
  }));
}

function batchRoute(site: Site, body: string) {
  const params = parseParams(body);
  if (params === undefined) return badRequest(site);
  const batch = parseBatch(params);
  return params.faulty() ? badRequest(site) : batchText(site, batch).then(textResponse);
}

function oldRoute(site: Site, body: string) {
  const commands = parseOldCommands(body);
  return commands === undefined ? badRequest(site) : oldRepliesText(site, commands).then(textResponse);
}
