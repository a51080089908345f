import { connectionToken, subscriptionToken } from "@twinwire/backend";
import { readText } from "../http/body.ts";
import type { Call, Route } from "../http/route.ts";
import { authorizeForm } from "./authorize-form.ts";
import { underOwnHost } from "./site.ts";

export interface DevSettings {
  /** The app that the page's clients belong to; an empty id where the configuration has none. */
  readonly app: { readonly id: string; readonly key: string; readonly secret: string };
  /** Of the Centrifugo server API. */
  readonly apiKey: string;
  /** Of Centrifugo's connection and subscription tokens (HS256). */
  readonly hmacSecret: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @default "/connection/websocket" */
  readonly websocketPath?: string;
  /** @default "/api" */
  readonly apiPath?: string;
  /** What the header leads to; none where the dev page is the only one. */
  readonly pages?: readonly { readonly path: string; readonly name: string }[];
}

/** Two people who are nobody, one on each wire; each page gives its own a number. */
const users = {
  pusher: { id: "violet", name: "Violet" },
  centrifugo: { id: "teal", name: "Teal" },
} as const;

/** Seconds. The page's client fetches another one in time. */
const tokenLifetime = 3_600;
/** Bytes; pusher-js sends far less. */
const formLimit = 16_384;

/**
 * What an application's back end would answer, for the page alone: a Pusher signature, Centrifugo tokens, and the keys
 * of this server. Everybody who can reach them may be anybody, so `dev` listens on loopback and these routes answer
 * only under the machine's own name or an address.
 */
export function devRoutes(settings: DevSettings): readonly Route[] {
  const { app, hmacSecret } = settings;

  const setup = (): Response =>
    answer({
      app: { id: app.id, key: app.key, secret: app.secret },
      apiKey: settings.apiKey,
      websocketPath: settings.websocketPath ?? "/connection/websocket",
      apiPath: settings.apiPath ?? "/api",
      pages: settings.pages ?? [],
      users,
    });

  const pusherAuth = async ({ request }: Call): Promise<Response> => {
    const text = await readText(request, formLimit);
    if (text === undefined) return refusal(413, `the form is larger than ${formLimit} bytes`);
    const signed = authorizeForm(new URLSearchParams(text), app);
    return typeof signed === "string" ? refusal(403, signed) : answer(signed);
  };

  const withTokens =
    (handle: Route["handle"]): Route["handle"] =>
    (call) =>
      hmacSecret === ""
        ? refusal(403, "the configuration has no key for tokens: set client.token.hmac_secret_key")
        : handle(call);

  const tokenToConnect = async ({ query }: Call): Promise<Response> => {
    const asked = new URLSearchParams(query);
    const user = asked.get("user") ?? "";
    if (user === "") return refusal(400, "user is missing: add ?user=U");
    const claims = { user, info: infoOf(asked), expiresIn: tokenLifetime };
    return answer({ token: await connectionToken(hmacSecret, claims, settings.now) });
  };

  const tokenToSubscribe = async ({ query }: Call): Promise<Response> => {
    const asked = new URLSearchParams(query);
    const user = asked.get("user") ?? "";
    const channel = asked.get("channel") ?? "";
    if (user === "" || channel === "")
      return refusal(400, "user or channel is missing: add ?user=U&channel=C");
    const claims = { user, channel, info: infoOf(asked), expiresIn: tokenLifetime };
    return answer({ token: await subscriptionToken(hmacSecret, claims, settings.now) });
  };

  return [
    route("/dev/setup", "GET", setup),
    route("/dev/pusher/auth", "POST", pusherAuth),
    route("/dev/centrifugo/token", "GET", withTokens(tokenToConnect)),
    route("/dev/centrifugo/subscription-token", "GET", withTokens(tokenToSubscribe)),
  ];
}

/** What others see of somebody who comes over the Centrifugo wire: the name that was asked for, else the user's id. */
function infoOf(asked: URLSearchParams): { readonly name: string; readonly wire: "centrifugo" } {
  return { name: asked.get("name") ?? asked.get("user") ?? "", wire: "centrifugo" };
}

function route(path: string, method: string, handle: Route["handle"]): Route {
  return underOwnHost({
    path,
    prefix: false,
    handle(call) {
      if (call.request.method !== method) return refusal(405, `${path} takes ${method}`, { allow: method });
      return handle(call);
    },
  });
}

/** Nothing here may be kept: a restart has other keys. */
const headers = { "cache-control": "no-store" } as const;

function answer(body: unknown): Response {
  return Response.json(body, { headers });
}

function refusal(status: number, error: string, more: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers: { ...headers, ...more } });
}
