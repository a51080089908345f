import { nobody, userId, type UserId } from "../../core/ids.ts";
import {
  queryValue,
  type Acceptance,
  type Handshake,
  type Rejection,
  type SocketEndpoint,
} from "../protocol.ts";
import { CentrifugoConnection } from "./connection.ts";
import { originRule, type OriginRule } from "./origins.ts";
import type { CentrifugoWire, Door } from "./wire.ts";

const jsonSubprotocol = "centrifuge-json";
const protobufSubprotocol = "centrifuge-protobuf";

/** One app's entrance. The acceptances are made once: each connection keeps the one it came by. */
interface Entrance {
  readonly keys: readonly string[];
  readonly enabled: boolean;
  readonly tlsOnly: boolean;
  readonly originAllowed: OriginRule;
  readonly plain: Acceptance;
  readonly named: Acceptance;
  /** `client.user_id_http_header`; empty = none. */
  readonly userHeader: string;
  /** For a user that the handshake names: of this one connection. */
  readonly of: (user: UserId, subprotocol: string | undefined) => Acceptance;
}

/** Where Centrifugo clients connect by WebSocket. */
export function socketEndpoint(wire: CentrifugoWire, doors: readonly Door[]): SocketEndpoint {
  const { frameLimit, path } = wire.client;
  const entrances = doors.map((door): Entrance => {
    const acceptance = (subprotocol: string | undefined, user = nobody): Acceptance => ({
      subprotocol,
      frameLimit,
      open: (outlet) => new CentrifugoConnection(door, outlet, user),
    });
    return {
      keys: door.settings.keys,
      enabled: door.settings.enabled ?? true,
      tlsOnly: door.settings.tlsOnly ?? false,
      originAllowed: originRule(door.settings.allowedOrigins),
      plain: acceptance(undefined),
      named: acceptance(jsonSubprotocol),
      userHeader: door.settings.userHeader ?? "",
      of: (user, subprotocol) => acceptance(subprotocol, user),
    };
  });
  return {
    matches: (asked) => asked === path,
    accept: (handshake) => accept(wire, entrances, handshake),
  };
}

function accept(
  wire: CentrifugoWire,
  entrances: readonly Entrance[],
  handshake: Handshake,
): Acceptance | Rejection {
  // Whether it is encrypted is found out only where it matters.
  const { query, headers, subprotocols } = handshake;
  const entrance = entranceFor(entrances, queryValue(query, "app"));
  if (entrance === undefined) return { status: 404, body: "no app has this key\n" };
  if (!entrance.enabled) return { status: 403, body: "the app is disabled (apps[].enabled)\n" };
  if (entrance.tlsOnly && !handshake.secure)
    return { status: 403, body: "the app takes encrypted connections only (apps[].tls_only)\n" };
  const origin = headers.get("origin");
  if (origin !== null && !entrance.originAllowed(origin))
    return { status: 403, body: "the origin is not among client.allowed_origins\n" };
  const named = subprotocols.includes(jsonSubprotocol);
  if (asksForProtobuf(query) || (!named && subprotocols.includes(protobufSubprotocol)))
    return { status: 400, body: "protobuf: not supported yet\n" };
  if (queryValue(query, "cf_ws_frame_ping_pong") === "true")
    return { status: 400, body: "cf_ws_frame_ping_pong: not supported\n" };
  const reached = wire.hub.capacity.turnsAway();
  if (reached !== undefined) return { status: 503, body: `client.${reached} is reached\n` };
  const user = entrance.userHeader === "" ? null : headers.get(entrance.userHeader);
  if (user !== null && user !== "") return entrance.of(userId(user), named ? jsonSubprotocol : undefined);
  return named ? entrance.named : entrance.plain;
}

/** The app that a client asks for by its key, else the first. */
function entranceFor(entrances: readonly Entrance[], key: string | undefined): Entrance | undefined {
  return key === undefined ? entrances[0] : entrances.find((entrance) => entrance.keys.includes(key));
}

function asksForProtobuf(query: string): boolean {
  return queryValue(query, "format") === "protobuf" || queryValue(query, "cf_protocol") === "protobuf";
}
