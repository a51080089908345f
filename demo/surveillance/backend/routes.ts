import { PublishError, PusherPublisher } from "@twinwire/backend";
import { vmsBackend, vmsPublisher } from "@twinwire/vms/backend";
import type { Call, Route, SiteHost } from "twinwire/internal";
import { answer, jsonRoute, refusal } from "../../json-route.ts";
import type { Overview } from "../state.ts";
import { Inventory } from "./inventory.ts";
import { perform } from "./perform.ts";
import { Sessions, tokenLife, type Caller } from "./sessions.ts";

const prefix = "/demo/surveillance";
const vmsPrefix = "/demo/vms";

/**
 * The application that the console stands on: VMS' own two endpoints for the client, logins, what the console shows, and
 * the control panel's actions, which publish.
 */
export function surveillanceRoutes(host: SiteHost): readonly Route[] {
  const { key, secret } = host.app;
  const now = (): number => Date.now();
  // Not the secret of Centrifugo's tokens: a token of this login must not open a connection there.
  const sessions = new Sessions(`surveillance console, ${secret}`, now);
  const inventories = new Map<number, Inventory>();
  const inventoryOf = ({ user }: Caller): Inventory => {
    const known = inventories.get(user.id) ?? new Inventory(now);
    inventories.set(user.id, known);
    return known;
  };

  const backend = vmsBackend({
    app: { key, secret },
    socket: ({ url }) => new URL(url).origin.replace(/^http/, "ws"),
    authenticate: async (request) => {
      const caller = await sessions.caller(request);
      return caller && { userId: caller.user.id, accessTokenId: caller.session };
    },
    basePath: vmsPrefix,
  });

  /** Known once the server listens. */
  let publisher: PusherPublisher | undefined;
  const publisherOfServer = (): PusherPublisher =>
    (publisher ??= new PusherPublisher({ url: host.origin(), appId: host.app.id, key, secret }));

  const login = async (body: Readonly<Record<string, unknown>>): Promise<Response> => {
    if (key === "") return refusal(503, "The configuration has no app: add one to apps, and start again.");
    const life = body["life"] === undefined ? tokenLife.usual : Number(body["life"]);
    const made = await sessions.login(Number(body["user"]), Number.isFinite(life) ? life : tokenLife.usual);
    return made === undefined ? refusal(401, "There is no such user.") : answer(made);
  };

  const renew = async (body: Readonly<Record<string, unknown>>): Promise<Response> => {
    const renewed = await sessions.renew(String(body["renewal"]));
    return typeof renewed === "string" ? refusal(401, renewed) : answer(renewed);
  };

  const overview = async ({ request }: Call): Promise<Response> => {
    const caller = await sessions.caller(request);
    if (caller === undefined) return refusal(401, "The token is not good, or not any more.");
    const inventory = inventoryOf(caller);
    return answer({
      state: inventory.state(),
      detached: inventory.detached(),
      sessions: sessions.of(caller.user),
    } satisfies Overview);
  };

  const act = async (body: Readonly<Record<string, unknown>>, { request }: Call): Promise<Response> => {
    const caller = await sessions.caller(request);
    if (caller === undefined) return refusal(401, "The token is not good, or not any more.");
    const vms = vmsPublisher(publisherOfServer());
    // Who says where it listens need not hear of what it did itself: its answer is enough.
    const options = { exceptSocketId: request.headers.get("x-socket-id") };
    const scene = {
      caller,
      inventory: inventoryOf(caller),
      sessions,
      user: vms.toUser(caller.user.id, options),
      toToken: (session: string) => vms.toToken(session),
      origin: new URL(request.url).origin,
      now,
    };
    try {
      const refused = await perform(scene, body);
      return refused === undefined ? answer({ done: true }) : refusal(409, refused);
    } catch (cause) {
      if (!(cause instanceof PublishError)) throw cause;
      return refusal(502, `The event was not published: ${cause.message}`);
    }
  };

  return [
    jsonRoute(`${prefix}/login`, login),
    jsonRoute(`${prefix}/renew`, renew),
    { path: `${prefix}/overview`, prefix: false, handle: overview },
    jsonRoute(`${prefix}/act`, act),
    { path: `${prefix}/archive/`, prefix: true, handle: archive },
    { path: `${vmsPrefix}/`, prefix: true, handle: ({ request }) => backend.fetch(request) },
  ];
}

/** Stands in for the film that a real archive has. */
function archive({ path }: Call): Response {
  const number = /\/(\d+)\.txt$/.exec(path)?.[1];
  if (number === undefined) return refusal(404, "There is no such archive.");
  return new Response(`Archive ${number} of the surveillance console. A real one has a film here.\n`, {
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
