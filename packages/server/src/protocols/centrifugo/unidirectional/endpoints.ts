import type { Outlet } from "../../../core/outlet.ts";
import {
  queryValue,
  type Acceptance,
  type Connection,
  type Handshake,
  type Rejection,
  type SocketEndpoint,
  type StreamEndpoint,
} from "../../protocol.ts";
import { introduced, refusedOrigin, turnedAway, type Entrance, type Entrances } from "../entrance.ts";
import { admitRequest, eventStream, streamHeaders } from "../requests.ts";
import type { UniHttpWay, UniSocketWay } from "../settings.ts";
import type { Voice } from "../voice.ts";
import type { CentrifugoWire } from "../wire.ts";
import { UnidirectionalConnection } from "./connection.ts";

interface UnidirectionalParts {
  readonly wire: CentrifugoWire;
  readonly entrances: Entrances;
  readonly voice: Voice;
}

const kinds = {
  sse: { transport: "uni_sse", framing: "events", takesGet: true, contentType: eventStream },
  httpStream: {
    transport: "uni_http_stream",
    framing: "lines",
    takesGet: false,
    contentType: "application/json",
  },
} as const;

/** `/connection/uni_sse` and `/connection/uni_http_stream`. */
export function uniStreamEndpoint(
  kind: keyof typeof kinds,
  way: UniHttpWay,
  { wire, entrances, voice: spoken }: UnidirectionalParts,
): StreamEndpoint {
  const { transport, framing, takesGet, contentType } = kinds[kind];
  const voice: Voice = { ...spoken, transport };
  return {
    path: way.path,
    async accept(call) {
      const admitted = await admitRequest({ way, entrances, takesGet, unsaid: "{}" }, call);
      if (admitted instanceof Response) return admitted;
      const { entrance, cors, said } = admitted;
      const full = turnedAway(wire);
      if (full !== undefined) return new Response(full.body, { status: full.status, headers: cors });
      const instead = (connection: Connection): Response | undefined => {
        const code = connection instanceof UnidirectionalConnection ? connection.keptOutBy : undefined;
        const answer = code === undefined ? undefined : way.responses.get(code);
        return answer && new Response(answer.body, { status: answer.status, headers: cors });
      };
      return {
        framing,
        headers: { ...streamHeaders, ...cors, "content-type": contentType },
        first: said,
        open: arrival({ entrance, headers: call.request.headers, voice }),
        instead: way.responses.size > 0 ? instead : undefined,
      };
    },
  };
}

/** `/connection/uni_websocket`: the connect request is the first message, or stands in the query. */
export function uniSocketEndpoint(
  way: UniSocketWay,
  { wire, entrances, voice: spoken }: UnidirectionalParts,
): SocketEndpoint {
  const voice: Voice = { ...spoken, transport: "uni_websocket", saysGoodbye: way.disconnectPush };
  const accept = (handshake: Handshake): Acceptance | Rejection => {
    const entrance = entrances.find(handshake);
    if ("status" in entrance) return entrance;
    const { query, headers } = handshake;
    const refused = refusedOrigin(entrance, headers) ?? turnedAway(wire);
    if (refused !== undefined) return refused;
    return {
      subprotocol: undefined,
      frameLimit: way.frameLimit,
      first: queryValue(query, "cf_connect") || undefined,
      open: arrival({ entrance, headers, voice }),
    };
  };
  return { matches: (asked) => asked === way.path, accept };
}

interface Arriving {
  readonly entrance: Entrance;
  readonly headers: Headers;
  readonly voice: Voice;
}

function arrival({ entrance, headers, voice }: Arriving): (outlet: Outlet) => UnidirectionalConnection {
  return introduced(
    entrance,
    headers,
    (outlet) => new UnidirectionalConnection(entrance.door, voice, outlet),
  );
}
