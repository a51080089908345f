import { queryValue, type Handshake, type Rejection } from "../protocol.ts";
import { originRule, type OriginRule } from "./origins.ts";
import type { Door } from "./wire.ts";

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

export const placesTaken: Rejection = { status: 503, body: "client.connection_limit is reached\n" };

/** A browser's origin may not open a WebSocket; browsers ask no server about that (protocol notes, 10.2). */
export function refusedOrigin({ originAllowed }: Entrance, headers: Headers): Rejection | undefined {
  const origin = headers.get("origin");
  if (origin === null || originAllowed(origin)) return undefined;
  return { status: 403, body: "the origin is not among client.allowed_origins\n" };
}
