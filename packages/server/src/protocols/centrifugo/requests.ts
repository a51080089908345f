import { readBytes } from "../../http/body.ts";
import { isSecure, type Call, type Route } from "../../http/route.ts";
import { queryValue } from "../protocol.ts";
import { refusedOrigin, type Entrance, type Entrances } from "./entrance.ts";
import type { HttpWay } from "./settings.ts";

/** Seconds for which a browser need not ask again. */
const preflightAge = "300";

function corsHeaders({ originAllowed }: Entrance, headers: Headers): Record<string, string> {
  const origin = headers.get("origin");
  if (origin === null || !originAllowed(origin)) return {};
  const asked = headers.get("access-control-request-headers");
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    vary: "origin",
    ...(asked === null ? {} : { "access-control-allow-headers": asked }),
  };
}

function preflight(cors: Readonly<Record<string, string>>, methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: { ...cors, "access-control-max-age": preflightAge, "access-control-allow-methods": methods },
  });
}

/** `/connection/init`: answers nothing, so that a browser has its connection open before it is needed (protocol notes, 8.1). */
export function initRoute(path: string, entrances: Entrances): Route {
  const handle = ({ request, query }: Call): Response => {
    const entrance = entrances.find({ query, secure: isSecure(request) });
    if ("status" in entrance) return new Response(entrance.body, { status: entrance.status });
    const cors = corsHeaders(entrance, request.headers);
    const methods = "GET, OPTIONS";
    if (request.method === "OPTIONS") return preflight(cors, methods);
    if (request.method === "GET") return Response.json({}, { headers: cors });
    return new Response("method not allowed\n", { status: 405, headers: { ...cors, allow: methods } });
  };
  return { path, prefix: false, handle };
}

/** A request that may be answered: whom it is for, what it says, and what browsers have to be told. */
export interface Admitted {
  readonly entrance: Entrance;
  readonly cors: Readonly<Record<string, string>>;
  readonly said: Uint8Array;
}

export interface HttpEntry {
  readonly way: HttpWay;
  readonly entrances: Entrances;
  /** A GET says it in the query. */
  readonly takesGet: boolean;
  /** What a GET says that says nothing. @default it is refused */
  readonly unsaid?: string;
}

/** Reads one request of a client, or answers it: a preflight, a wrong method, nothing said, too much said (protocol notes, 8.1). */
export async function admitRequest(entry: HttpEntry, { request, query }: Call): Promise<Admitted | Response> {
  const { way, entrances, takesGet, unsaid = "" } = entry;
  const entrance = entrances.find({ query, secure: isSecure(request) });
  if ("status" in entrance) return new Response(entrance.body, { status: entrance.status });
  const cors = corsHeaders(entrance, request.headers);
  const refuse = (status: number, body: string): Response => new Response(body, { status, headers: cors });
  // A browser keeps the response from another origin, but sends the request, with the cookies by which a proxy may know
  // its user; and a body that holds more commands than the connect is carried out.
  const foreign = request.method === "OPTIONS" ? undefined : refusedOrigin(entrance, request.headers);
  if (foreign !== undefined) return refuse(foreign.status, foreign.body);
  const methods = takesGet ? "GET, POST, OPTIONS" : "POST, OPTIONS";
  switch (request.method) {
    case "OPTIONS":
      return preflight(cors, methods);
    case "POST": {
      const said = await readBytes(request, way.bodyLimit);
      if (said === undefined)
        return refuse(413, `the body is longer than max_request_body_size (${way.bodyLimit} bytes)\n`);
      if (said.length === 0) return refuse(400, "the body is empty\n");
      return { entrance, cors, said };
    }
    case "GET": {
      if (!takesGet) break;
      const said = queryValue(query, "cf_connect") || unsaid;
      if (said === "") return refuse(400, "no cf_connect\n");
      return { entrance, cors, said: Buffer.from(said) };
    }
  }
  return new Response("method not allowed\n", { status: 405, headers: { ...cors, allow: methods } });
}

/** Exactly this says that a body is protobuf (protocol notes, 1.1). */
export function saysProtobuf({ headers }: Request): boolean {
  return headers.get("content-type") === "application/octet-stream";
}

/** No proxy may keep the stream back, and nobody keep it. `Expire` is what Centrifugo says. */
export const streamHeaders = {
  "x-accel-buffering": "no",
  "cache-control": "private, no-cache, no-store, must-revalidate, max-age=0",
  pragma: "no-cache",
  expire: "0",
} as const;

export const eventStream = "text/event-stream; charset=utf-8";
