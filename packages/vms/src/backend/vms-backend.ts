import { channelAuthorization, routes, type Handler } from "@twinwire/backend";
import { readAuthRequest } from "./auth-request.ts";
import { identifier, type Authenticate, type Identified, type JwtAuthentication } from "./identity.ts";
import { socketAddress, type SocketAddress } from "./socket-address.ts";

export interface VmsBackendOptions {
  /** Key and secret of the app that the clients connect to. */
  readonly app: { readonly key: string; readonly secret: string };
  /**
   * Where clients connect to, as `wss://example.org` or `wss://example.org/pusher`; or how to tell, from a request.
   * Without a path, the Android app connects to `/pusher/app/{key}`, the iOS app to `/app/{key}`; Twinwire serves both.
   */
  readonly socket: string | ((request: Request) => string);
  readonly authenticate: Authenticate | JwtAuthentication;
  /**
   * What stands in front of `/api/v1/…` in the paths that `fetch` answers.
   * @default ""
   */
  readonly basePath?: string;
  /**
   * Bytes that the body of a request may have; over it, 413.
   * @default 16_384
   */
  readonly bodyLimit?: number;
  /**
   * Is told what went wrong where a request is answered with 500, of which the answer says nothing.
   * @default nobody is told
   */
  readonly defect?: (cause: unknown) => void;
}

export interface VmsBackend {
  /** Both endpoints by their paths; 404 and 405 for anything else. */
  readonly fetch: Handler;
  /** `GET /api/v1/wsurl` */
  readonly wsurl: Handler;
  /** `POST /api/v1/broadcasting/auth` */
  readonly broadcastingAuth: Handler;
}

type Known = Extract<Identified, { kind: "known" }>;

function answer(body: object): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}

/** A 401 names its scheme: without one, the HTTP stack of older Androids throws instead of giving the status. */
function refusal(status: number, message: string): Response {
  const challenge: HeadersInit = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return Response.json({ message }, { status, headers: { "cache-control": "no-store", ...challenge } });
}

/** Whole names are compared: nothing that begins with somebody's own name is theirs. */
function isOwn(channel: string, { userId, accessTokenId }: Known): boolean {
  return (
    channel === `private-user.${userId}` ||
    (accessTokenId !== undefined && channel === `private-token.${accessTokenId}`)
  );
}

/** An address that is always the same is looked at once, so that a wrong one is found at the start. */
function addresses(socket: VmsBackendOptions["socket"], appKey: string): (request: Request) => SocketAddress {
  if (typeof socket === "function") return (request) => socketAddress(socket(request), appKey);
  const address = socketAddress(socket, appKey);
  return () => address;
}

/**
 * The two endpoints that the clients of VMS ask, as standard handlers (pusher-protocol 8.1).
 * Throws a TypeError where `socket` is given as text and is no URL of a WebSocket.
 */
export function vmsBackend(options: VmsBackendOptions): VmsBackend {
  const { app, socket, basePath = "", bodyLimit = 16_384, defect } = options;
  const identify = identifier(options.authenticate);
  const addressFor = addresses(socket, app.key);

  /** A handler for whoever is known to the application. Here alone is caught what should not have happened. */
  const forKnown =
    (handle: (request: Request, known: Known) => Response | Promise<Response>): Handler =>
    async (request) => {
      try {
        const identified = await identify(request);
        if (identified.kind === "known") return await handle(request, identified);
        // A key set that cannot be fetched says nothing of the user: a 401 would sign them out.
        if (identified.kind === "unavailable") return refusal(503, "Service unavailable.");
        return refusal(401, "Unauthenticated.");
      } catch (cause) {
        defect?.(cause);
        return refusal(500, "Server error.");
      }
    };

  const wsurl = forKnown((request) => answer(addressFor(request)));

  const broadcastingAuth = forKnown(async (request, known) => {
    const read = await readAuthRequest(request, bodyLimit);
    if (!read.ok) return refusal(read.status, read.message);
    const { socketId, channel } = read.asked;
    if (!isOwn(channel, known)) return refusal(403, "This channel is another's.");
    return answer(channelAuthorization(app, socketId, channel));
  });

  const fetch = routes(
    { "GET /api/v1/wsurl": wsurl, "POST /api/v1/broadcasting/auth": broadcastingAuth },
    { prefix: basePath },
  );
  return { fetch, wsurl, broadcastingAuth };
}
