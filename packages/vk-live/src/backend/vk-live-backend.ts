import {
  bearerToken,
  connectionToken,
  routes,
  subscriptionToken,
  type Handler,
  type TokenKey,
} from "@twinwire/backend";

import type { LiveIdentity, LiveStore } from "./live-store.ts";

export interface VkLiveBackendOptions {
  readonly store: LiveStore;
  readonly keys: {
    /** What the server checks connection tokens with (`client.token`). */
    readonly token: TokenKey;
    /**
     * What the server checks subscription tokens with, where `client.subscription_token` has keys of its own.
     * @default the same as `token`
     */
    readonly subscriptionToken?: TokenKey;
  };
  /** Seconds that tokens are good for; a subscription ends with its token unless the client renews it. */
  readonly expiresIn?: {
    /** @default 3_600 */
    readonly connection?: number;
    /** @default 3_600 */
    readonly subscription?: number;
  };
  /**
   * The user that an application connects as. It must be no user's id, and have neither `#` nor `,`.
   * @default `app:{id}`
   */
  readonly appUser?: (appId: string) => string;
  /**
   * Names that one request may ask tokens for; over it, 400.
   * @default 100
   */
  readonly channelLimit?: number;
  /**
   * What stands in front of `/v1/…` in the paths that `fetch` answers.
   * @default ""
   */
  readonly basePath?: string;
  /**
   * Is told what went wrong where a request is answered with 500, of which the answer says nothing.
   * @default nobody is told
   */
  readonly defect?: (cause: unknown) => void;
}

export interface VkLiveBackend {
  /** The three endpoints by their paths; 404 and 405 for anything else. */
  readonly fetch: Handler;
}

const noStore = { "cache-control": "no-store" };

function answer(data: object): Response {
  return Response.json({ data }, { headers: noStore });
}

const refusals = {
  bad_request: [400, "Wrong parameters"],
  unauthorized: [401, "Not authorized"],
  forbidden: [403, "Access to resource forbidden"],
  not_found: [404, "Resource not found"],
  internal_error: [500, "Internal server error"],
} as const;

function refusal(error: keyof typeof refusals): Response {
  const [status, description] = refusals[error];
  return Response.json({ error, error_description: description }, { status, headers: noStore });
}

/** The users that a name is limited to, after its last `#`; `undefined` where it is limited to nobody. */
function usersOf(channelName: string): readonly string[] | undefined {
  const boundary = channelName.lastIndexOf("#");
  return boundary < 0 ? undefined : channelName.slice(boundary + 1).split(",");
}

/**
 * The endpoints of the DevAPI that the socket needs, as a standard handler over the application's store (DevAPI:
 * `/v1/websocket/token`, `/v1/websocket/subscription_token`, `/v1/channel`).
 */
export function vkLiveBackend(options: VkLiveBackendOptions): VkLiveBackend {
  const { store, keys, appUser = (id) => `app:${id}`, channelLimit = 100, basePath = "", defect } = options;
  const { connection = 3600, subscription = 3600 } = options.expiresIn ?? {};

  /** A handler for whoever is known to the store. Here alone is caught what should not have happened. */
  const forKnown =
    (handle: (url: URL, identity: LiveIdentity) => Promise<Response>): Handler =>
    async (request) => {
      try {
        const bearer = bearerToken(request);
        const identity = bearer === undefined ? undefined : await store.authenticate(bearer);
        if (identity === undefined) return refusal("unauthorized");
        return await handle(new URL(request.url), identity);
      } catch (cause) {
        defect?.(cause);
        return refusal("internal_error");
      }
    };

  const token = forKnown(async (_url, { kind, id }) => {
    const user = kind === "user" ? id : appUser(id);
    return answer({ token: await connectionToken(keys.token, { user, expiresIn: connection }) });
  });

  /** A name that is limited to others is nobody else's, whatever the store says. */
  const mayRead = async (userId: string, name: string): Promise<boolean> =>
    (usersOf(name)?.includes(userId) ?? true) && (await store.mayRead(userId, name));

  const subscriptionTokens = forKnown(async (url, { kind, id }) => {
    if (kind !== "user") return refusal("forbidden");
    const asked = (url.searchParams.get("channels") ?? "").split(",").filter((name) => name !== "");
    const names = [...new Set(asked)];
    if (names.length === 0 || names.length > channelLimit) return refusal("bad_request");
    const key = keys.subscriptionToken ?? keys.token;
    const granted = await Promise.all(
      names.map(async (channel) => {
        if (!(await mayRead(id, channel))) return [];
        const claims = { user: id, channel, expiresIn: subscription };
        return [{ channel, token: await subscriptionToken(key, claims) }];
      }),
    );
    return answer({ channel_tokens: granted.flat() });
  });

  const channel = forKnown(async (url, identity) => {
    const slug = url.searchParams.get("channel_url");
    if (slug === null || slug === "") return refusal("bad_request");
    const record = await store.channel(slug, identity);
    return record === undefined ? refusal("not_found") : answer(record);
  });

  const table = {
    "GET /v1/websocket/token": token,
    "GET /v1/websocket/subscription_token": subscriptionTokens,
    "GET /v1/channel": channel,
  };
  return { fetch: routes(table, { prefix: basePath }) };
}
