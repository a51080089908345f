import { fromBinary } from "@bufbuild/protobuf";
import type { NodeId } from "../../core/ids.ts";
import type { Frame } from "../../core/outlet.ts";
import type { Call, Route } from "../../http/route.ts";
import type { StreamAcceptance, StreamEndpoint, StreamOutlet } from "../protocol.ts";
import { CentrifugoConnection } from "./connection.ts";
import type { Encoding } from "./endpoint.ts";
import { introduced, turnedAway, type Entrance, type Entrances } from "./entrance.ts";
import { EmulationRequestSchema } from "./protobuf/client_pb.ts";
import { admitRequest, eventStream, saysProtobuf, streamHeaders } from "./requests.ts";
import type { Ticket } from "./session.ts";
import type { HttpWay } from "./settings.ts";
import type { Voice } from "./voice.ts";
import type { CentrifugoWire, Door } from "./wire.ts";

/** A client that hears by a stream, and says what it says by requests that name its session (protocol notes, 8.1). */
export class EmulatedConnection extends CentrifugoConnection {
  /** The session is a secret of the client's: who knows it speaks for it. */
  override readonly ticket: Ticket;

  constructor(door: Door, voice: Voice, outlet: StreamOutlet) {
    super(door, voice, outlet);
    this.ticket = { session: crypto.randomUUID(), node: door.wire.hub.ports.node };
    door.emulated.set(this.ticket.session, outlet);
  }

  protected override released(): void {
    this.door.emulated.delete(this.ticket.session);
  }
}

function emulated(entrance: Entrance, voice: Voice, { request }: Call): StreamAcceptance["open"] {
  return introduced(
    entrance,
    request.headers,
    (outlet) => new EmulatedConnection(entrance.door, voice, outlet),
  );
}

interface EmulationParts {
  readonly wire: CentrifugoWire;
  readonly entrances: Entrances;
  readonly voices: Readonly<Record<Encoding, Voice>>;
}

/** `/connection/http_stream`: JSON lines, or protobuf messages behind their lengths. */
export function httpStreamEndpoint(
  way: HttpWay,
  { wire, entrances, voices }: EmulationParts,
): StreamEndpoint {
  const named = {
    json: { ...voices.json, transport: "http_stream" },
    protobuf: { ...voices.protobuf, transport: "http_stream" },
  } as const;
  const accept = async (call: Call): Promise<StreamAcceptance | Response> => {
    const admitted = await admitRequest({ way, entrances, takesGet: false }, call);
    if (admitted instanceof Response) return admitted;
    const { entrance, cors, said } = admitted;
    const full = turnedAway(wire);
    if (full !== undefined) return new Response(full.body, { status: full.status, headers: cors });
    const binary = saysProtobuf(call.request);
    return {
      framing: binary ? "bytes" : "lines",
      headers: {
        ...streamHeaders,
        ...cors,
        "content-type": binary ? "application/octet-stream" : "application/json",
      },
      first: said,
      open: emulated(entrance, named[binary ? "protobuf" : "json"], call),
    };
  };
  return { path: way.path, accept };
}

/** `/connection/sse`: server-sent events, JSON alone. */
export function sseEndpoint(way: HttpWay, { wire, entrances, voices }: EmulationParts): StreamEndpoint {
  const voice: Voice = { ...voices.json, transport: "sse" };
  const accept = async (call: Call): Promise<StreamAcceptance | Response> => {
    const admitted = await admitRequest({ way, entrances, takesGet: true }, call);
    if (admitted instanceof Response) return admitted;
    const { entrance, cors, said } = admitted;
    // A picture or a link of any page makes a browser GET, with its user's cookies and without an Origin: that may do no
    // more than connect.
    if (call.request.method === "GET" && holdsSeveral(said))
      return new Response("cf_connect is more than the connect command\n", { status: 400, headers: cors });
    const full = turnedAway(wire);
    if (full !== undefined) return new Response(full.body, { status: full.status, headers: cors });
    return {
      framing: "events",
      headers: { ...streamHeaders, ...cors, "content-type": eventStream },
      first: said,
      open: emulated(entrance, voice, call),
    };
  };
  return { path: way.path, accept };
}

/** One line feed at the end is allowed (protocol notes, 1.2). */
function holdsSeveral(said: Uint8Array): boolean {
  const end = said.indexOf(lineFeed);
  return end >= 0 && end < said.length - 1;
}

const lineFeed = 10;

/** What a client says between its stream's beginning and end. */
interface EmulationRequest {
  readonly session: string;
  readonly node: string;
  readonly data: Frame;
}

/** `/emulation`: the other direction of both. */
export function emulationRoute(way: HttpWay, { wire, entrances }: EmulationParts): Route {
  const handle = async (call: Call): Promise<Response> => {
    const admitted = await admitRequest({ way, entrances, takesGet: false }, call);
    if (admitted instanceof Response) return admitted;
    const { entrance, cors, said } = admitted;
    const order = saysProtobuf(call.request) ? readBinary(said) : readJson(said);
    if (order === undefined) return new Response("no emulation request\n", { status: 400, headers: cors });
    const known = carryOver(entrance.door, order, wire.hub.ports.node);
    if (!known) return new Response("no such node\n", { status: 404, headers: cors });
    return new Response(null, { status: 204, headers: cors });
  };
  return { path: way.path, prefix: false, handle };
}

/**
 * Hands a client's words to its connection, which answers on its stream. False where the node is not known: the client
 * connects anew then. A session that is gone is no fault: its stream has ended, and says so. With several nodes, what is
 * another's goes from here to that node, as an order of the broker's control channel.
 */
function carryOver(door: Door, { session, node, data }: EmulationRequest, own: NodeId): boolean {
  if (node !== own) return false;
  door.emulated.get(session)?.hear(data);
  return true;
}

function readJson(said: Uint8Array): EmulationRequest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(said).toString());
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { session = "", node = "", data = "" } = value as Record<string, unknown>;
  if (typeof session !== "string" || typeof node !== "string" || typeof data !== "string") return undefined;
  return { session, node, data };
}

function readBinary(said: Uint8Array): EmulationRequest | undefined {
  try {
    const { session, node, data } = fromBinary(EmulationRequestSchema, said, { readUnknownFields: false });
    return { session, node, data };
  } catch {
    return undefined;
  }
}
