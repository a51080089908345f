import { userId } from "../../core/ids.ts";
import { queryValue, type Connection, type Handshake, type Rejection } from "../protocol.ts";
import { originRule, type OriginRule } from "./origins.ts";
import { carry, pickHttp } from "./proxies/luggage.ts";
import { CentrifugoSession } from "./session.ts";
import type { CentrifugoWire, Door } from "./wire.ts";

/** One app's way in, by any transport. */
export interface Entrance {
  readonly door: Door;
  readonly originAllowed: OriginRule;
}

/** Which app a client asks for, and whether that takes it. */
export class Entrances {
  private readonly all: readonly Entrance[];

  constructor(doors: readonly Door[]) {
    this.all = doors.map((door) => ({ door, originAllowed: originRule(door.settings.allowedOrigins) }));
  }

  /** Whether it is encrypted is found out only where it matters. */
  find(asked: Pick<Handshake, "query" | "secure">): Entrance | Rejection {
    const entrance = this.entranceFor(queryValue(asked.query, "app"));
    if (entrance === undefined) return { status: 404, body: "no app has this key\n" };
    const { enabled = true, tlsOnly = false } = entrance.door.settings;
    if (!enabled) return { status: 403, body: "the app is disabled (apps[].enabled)\n" };
    if (tlsOnly && !asked.secure)
      return { status: 403, body: "the app takes encrypted connections only (apps[].tls_only)\n" };
    return entrance;
  }

  /** The app that a client asks for by its key, else the first. */
  private entranceFor(key: string | undefined): Entrance | undefined {
    return key === undefined ? this.all[0] : this.all.find(({ door }) => door.settings.keys.includes(key));
  }
}

/** No place for one more. */
export function turnedAway({ hub }: CentrifugoWire): Rejection | undefined {
  const reached = hub.capacity.turnsAway();
  return reached === undefined ? undefined : { status: 503, body: `client.${reached} is reached\n` };
}

/** A browser's origin may not come in; browsers ask no server about that for WebSockets and simple requests (protocol notes, 10.2). */
export function refusedOrigin({ originAllowed }: Entrance, headers: Headers): Rejection | undefined {
  const origin = headers.get("origin");
  if (origin === null || originAllowed(origin)) return undefined;
  return { status: 403, body: "the origin is not among client.allowed_origins\n" };
}

/** Gives a connection what the request by which it came says of its client; undefined where that is nothing. */
export function introduction(
  { door }: Entrance,
  headers: Headers,
): (<T extends Connection>(connection: T) => T) | undefined {
  const wanted = door.proxies.wants.http;
  const http = wanted.length === 0 ? undefined : pickHttp(headers, wanted);
  const { userHeader = "" } = door.settings;
  const user = userHeader === "" ? null : headers.get(userHeader);
  const named = user !== null && user !== "";
  if (http === undefined && !named) return undefined;
  return (connection) => {
    if (!(connection instanceof CentrifugoSession)) return connection;
    if (http !== undefined) carry(connection, { http });
    // Until it connects: a token says better who it is.
    if (named) connection.user = userId(user);
    return connection;
  };
}

/** Makes connections of one request's client, and gives each what the request says of it. */
export function introduced<O, T extends Connection>(
  entrance: Entrance,
  headers: Headers,
  open: (outlet: O) => T,
): (outlet: O) => T {
  const introduce = introduction(entrance, headers);
  return introduce === undefined ? open : (outlet) => introduce(open(outlet));
}
