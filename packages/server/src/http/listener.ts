import type { Server, WebSocketHandler } from "bun";
import type { Call, Route } from "./route.ts";

/** In PEM. */
export interface ListenerTls {
  readonly cert: string;
  readonly key: string;
  /** Whoever has no certificate of these authorities does not get in; undefined = nobody needs one. */
  readonly clientCa: string | undefined;
}

export interface ListenerSettings<Data> {
  readonly host: string;
  readonly port: number;
  readonly tls: ListenerTls | undefined;
  readonly routes: readonly Route[];
  /** Handlers that the runtime bundles pages for; only the dev page needs it. */
  readonly pages: Record<string, Bun.HTMLBundle>;
  readonly websocket: WebSocketHandler<Data>;
  /** Answers a request to upgrade; undefined = upgraded. */
  upgrade(call: Call, server: Server<Data>): Response | undefined;
  /** Hears of every answer: the path of its route, `upgrade` or `none` where there was none. @default nobody does */
  readonly answered?: ((path: string, method: string, status: number) => void) | undefined;
  /** A route failed in a way it should not: logged and counted there. */
  defect(where: string, cause: unknown): void;
}

/** Listens on one port for both wires, their APIs and operations. Throws what `Bun.serve` throws where it cannot. */
export function listen<Data>(settings: ListenerSettings<Data>): Server<Data> {
  const exact = new Map<string, Route>();
  const prefixes: Route[] = [];
  for (const route of settings.routes) {
    if (route.prefix) prefixes.push(route);
    else exact.set(route.path, route);
  }
  const { answered } = settings;
  const heard = async (route: Route | undefined, call: Call): Promise<Response> => {
    let status = 500;
    try {
      const response = await (route === undefined ? notFound() : route.handle(call));
      ({ status } = response);
      return response;
    } finally {
      answered?.(route?.path ?? "none", call.request.method, status);
    }
  };
  const answer = (call: Call): Response | Promise<Response> => {
    const route = exact.get(call.path) ?? prefixes.find(({ path }) => call.path.startsWith(path));
    if (answered !== undefined) return heard(route, call);
    return route === undefined ? notFound() : route.handle(call);
  };
  const upgrade = (call: Call, server: Server<Data>): Response | undefined => {
    const refusal = settings.upgrade(call, server);
    answered?.("upgrade", "GET", refusal?.status ?? 101);
    return refusal;
  };
  return Bun.serve<Data>({
    hostname: settings.host,
    port: settings.port,
    // Without development the runtime would share the port with whoever shares it too: another server of ours.
    reusePort: false,
    ...(settings.tls === undefined ? {} : { tls: tlsOptions(settings.tls) }),
    // The runtime's own 413 is empty, and says nothing of an option: each route reads no more than it may (body.ts).
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    routes: settings.pages,
    websocket: settings.websocket,
    development: false,
    fetch(request, server): Response | Promise<Response> | undefined {
      const call = split(request);
      // Only a GET can be a handshake, and a publish is not to pay for asking. What is thrown or rejected ends in `error`.
      if (request.method === "GET" && request.headers.get("upgrade")?.toLowerCase() === "websocket")
        return upgrade(call, server);
      return answer(call);
    },
    error(cause) {
      settings.defect("listener", cause);
      return Response.json({ error: "internal server error" }, { status: 500 });
    },
  });
}

function tlsOptions({ cert, key, clientCa }: ListenerTls): Bun.TLSOptions {
  if (clientCa === undefined) return { cert, key };
  return { cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: true };
}

function notFound(): Response {
  return new Response("not found\n", { status: 404 });
}

/** Splits by hand: `new URL` would also fold the doubled slashes that old mobile clients send. */
function split(request: Request): Call {
  const { url } = request;
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const target = start < 0 ? "/" : url.slice(start);
  const mark = target.indexOf("?");
  const hash = target.indexOf("#");
  const end = hash < 0 ? target.length : hash;
  if (mark < 0 || mark > end) return { request, path: target.slice(0, end), query: "" };
  return { request, path: target.slice(0, mark), query: target.slice(mark + 1, end) };
}
