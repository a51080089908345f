import { userId } from "../../core/ids.ts";
import {
  queryValue,
  type Acceptance,
  type Handshake,
  type Rejection,
  type SocketEndpoint,
} from "../protocol.ts";
import { CentrifugoConnection } from "./connection.ts";
import { originRule, type OriginRule } from "./origins.ts";
import type { Voice } from "./voice.ts";
import { carry, pickHttp } from "./proxies/luggage.ts";
import type { CentrifugoWire, Door } from "./wire.ts";

type Encoding = "json" | "protobuf";

const jsonSubprotocol = "centrifuge-json";
const protobufSubprotocol = "centrifuge-protobuf";

/** An encoding's acceptances, by the subprotocol that the client is told. A query for protobuf wins over the subprotocol for JSON (protocol notes, 1.1). */
interface Acceptances {
  readonly unnamed: Acceptance;
  readonly [jsonSubprotocol]: Acceptance;
  readonly [protobufSubprotocol]: Acceptance;
}

/** One app's entrance. The acceptances are made once: each connection keeps the one it came by. */
interface Entrance {
  readonly keys: readonly string[];
  readonly enabled: boolean;
  readonly tlsOnly: boolean;
  readonly originAllowed: OriginRule;
  /** Headers that some proxy is told of, in lower case. */
  readonly wantedHeaders: readonly string[];
  readonly acceptances: Readonly<Record<Encoding, Acceptances>>;
  /** `client.user_id_http_header`; empty = none. */
  readonly userHeader: string;
}

/** Where Centrifugo clients connect by WebSocket. */
export function socketEndpoint(
  wire: CentrifugoWire,
  doors: readonly Door[],
  voices: Readonly<Record<Encoding, Voice>>,
): SocketEndpoint {
  const { frameLimit, path } = wire.client;
  const entrances = doors.map((door): Entrance => {
    const acceptances = (voice: Voice): Acceptances => {
      const acceptance = (subprotocol: string | undefined): Acceptance => ({
        subprotocol,
        frameLimit,
        open: (outlet) => new CentrifugoConnection(door, voice, outlet),
      });
      return {
        unnamed: acceptance(undefined),
        [jsonSubprotocol]: acceptance(jsonSubprotocol),
        [protobufSubprotocol]: acceptance(protobufSubprotocol),
      };
    };
    return {
      keys: door.settings.keys,
      enabled: door.settings.enabled ?? true,
      tlsOnly: door.settings.tlsOnly ?? false,
      originAllowed: originRule(door.settings.allowedOrigins),
      acceptances: { json: acceptances(voices.json), protobuf: acceptances(voices.protobuf) },
      wantedHeaders: door.proxies.wants.http,
      userHeader: door.settings.userHeader ?? "",
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
  if (queryValue(query, "cf_ws_frame_ping_pong") === "true")
    return { status: 400, body: "cf_ws_frame_ping_pong: not supported\n" };
  const reached = wire.hub.capacity.turnsAway();
  if (reached !== undefined) return { status: 503, body: `client.${reached} is reached\n` };
  const subprotocol = subprotocolOf(subprotocols);
  const binary = subprotocol === protobufSubprotocol || asksForProtobuf(query);
  const acceptance = entrance.acceptances[binary ? "protobuf" : "json"][subprotocol];
  return ofOneClient(acceptance, entrance, headers);
}

/** Where the handshake says more of its client than all have in common, an acceptance of that connection's own. */
function ofOneClient(acceptance: Acceptance, entrance: Entrance, headers: Headers): Acceptance {
  const { userHeader, wantedHeaders } = entrance;
  const http = wantedHeaders.length === 0 ? undefined : pickHttp(headers, wantedHeaders);
  const user = userHeader === "" ? null : headers.get(userHeader);
  const named = user !== null && user !== "";
  if (http === undefined && !named) return acceptance;
  return {
    ...acceptance,
    open(outlet) {
      const connection = acceptance.open(outlet);
      if (!(connection instanceof CentrifugoConnection)) return connection;
      if (http !== undefined) carry(connection, { http });
      // Until it connects: a token says better who it is.
      if (named) connection.user = userId(user);
      return connection;
    },
  };
}

/** The server's order decides where a client offers both (protocol notes, 1.1). */
function subprotocolOf(offered: readonly string[]): keyof Acceptances {
  if (offered.includes(jsonSubprotocol)) return jsonSubprotocol;
  return offered.includes(protobufSubprotocol) ? protobufSubprotocol : "unnamed";
}

/** The app that a client asks for by its key, else the first. */
function entranceFor(entrances: readonly Entrance[], key: string | undefined): Entrance | undefined {
  return key === undefined ? entrances[0] : entrances.find((entrance) => entrance.keys.includes(key));
}

function asksForProtobuf(query: string): boolean {
  return queryValue(query, "format") === "protobuf" || queryValue(query, "cf_protocol") === "protobuf";
}
