import {
  queryValue,
  type Acceptance,
  type Handshake,
  type Rejection,
  type SocketEndpoint,
} from "../protocol.ts";
import { CentrifugoConnection } from "./connection.ts";
import { introduction, refusedOrigin, turnedAway, type Entrances } from "./entrance.ts";
import type { SocketWay } from "./settings.ts";
import type { Voice } from "./voice.ts";
import type { CentrifugoWire, Door } from "./wire.ts";

export type Encoding = "json" | "protobuf";

const jsonSubprotocol = "centrifuge-json";
const protobufSubprotocol = "centrifuge-protobuf";

/** An encoding's acceptances, by the subprotocol that the client is told. A query for protobuf wins over the subprotocol for JSON (protocol notes, 1.1). */
interface Acceptances {
  readonly unnamed: Acceptance;
  readonly [jsonSubprotocol]: Acceptance;
  readonly [protobufSubprotocol]: Acceptance;
}

interface SocketEndpointParts {
  readonly way: SocketWay;
  readonly wire: CentrifugoWire;
  readonly doors: readonly Door[];
  readonly entrances: Entrances;
  readonly voices: Readonly<Record<Encoding, Voice>>;
}

/** Where Centrifugo clients connect by WebSocket. The acceptances are made once: each connection keeps the one it came by. */
export function socketEndpoint(parts: SocketEndpointParts): SocketEndpoint {
  const { way, wire, doors, entrances, voices } = parts;
  const acceptances = new Map(
    doors.map((door) => {
      const ofVoice = (voice: Voice): Acceptances => {
        const acceptance = (subprotocol: string | undefined): Acceptance => ({
          subprotocol,
          frameLimit: way.frameLimit,
          open: (outlet) => new CentrifugoConnection(door, voice, outlet),
        });
        return {
          unnamed: acceptance(undefined),
          [jsonSubprotocol]: acceptance(jsonSubprotocol),
          [protobufSubprotocol]: acceptance(protobufSubprotocol),
        };
      };
      return [door, { json: ofVoice(voices.json), protobuf: ofVoice(voices.protobuf) }];
    }),
  );
  const accept = (handshake: Handshake): Acceptance | Rejection => {
    const entrance = entrances.find(handshake);
    if ("status" in entrance) return entrance;
    const { query, headers, subprotocols } = handshake;
    const refused = refusedOrigin(entrance, headers);
    if (refused !== undefined) return refused;
    if (queryValue(query, "cf_ws_frame_ping_pong") === "true")
      return { status: 400, body: "cf_ws_frame_ping_pong: not supported\n" };
    const full = turnedAway(wire);
    if (full !== undefined) return full;
    const subprotocol = subprotocolOf(subprotocols);
    const binary = subprotocol === protobufSubprotocol || asksForProtobuf(query);
    const ofDoor = acceptances.get(entrance.door);
    if (ofDoor === undefined) return { status: 404, body: "no app has this key\n" };
    const acceptance = ofDoor[binary ? "protobuf" : "json"][subprotocol];
    const introduce = introduction(entrance, headers);
    if (introduce === undefined) return acceptance;
    // Its handshake says more of the client than all have in common: an acceptance of its own.
    return { ...acceptance, open: (outlet) => introduce(acceptance.open(outlet)) };
  };
  return { matches: (asked) => asked === way.path, accept };
}

/** The server's order decides where a client offers both (protocol notes, 1.1). */
function subprotocolOf(offered: readonly string[]): keyof Acceptances {
  if (offered.includes(jsonSubprotocol)) return jsonSubprotocol;
  return offered.includes(protobufSubprotocol) ? protobufSubprotocol : "unnamed";
}

function asksForProtobuf(query: string): boolean {
  return queryValue(query, "format") === "protobuf" || queryValue(query, "cf_protocol") === "protobuf";
}
