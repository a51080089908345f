import type { Outlet } from "../../core/outlet.ts";
import {
  queryValue,
  type Acceptance,
  type Connection,
  type Handshake,
  type SocketEndpoint,
} from "../protocol.ts";
import { type HandshakeFault, handshakeFault } from "./codes.ts";
import { PusherConnection } from "./connection.ts";
import { errorFrame } from "./frames.ts";
import { originChecker } from "./origins.ts";
import { frameLimitOf } from "./settings.ts";
import type { Tenant } from "./tenant.ts";
import type { Observer } from "../../core/observer.ts";

/** `/app/{key}` and `/pusher/app/{key}`; old mobile clients double the slashes. */
const socketPath = /^\/{1,2}(?:pusher\/{1,2})?app\/{1,2}([^/]+)\/?$/;
/** Those, and what can only be meant as one: without a key, or with more behind it. */
const pusherPath = /^\/{1,2}(?:pusher\/{1,2})?app(?:\/|$)/;
const subprotocol = "pusher-channels-protocol-7";
const versions: ReadonlySet<string> = new Set(["5", "6", "7"]);
const number = /^\d+$/;

/** The key in a path, decoded; undefined where the path is another's. */
function keyIn(path: string): string | undefined {
  const key = socketPath.exec(path)?.[1];
  if (key?.includes("%") !== true) return key;
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Where Pusher clients connect. Whom it does not let in is told why, in an event and in a close code. */
export class PusherEndpoint implements SocketEndpoint {
  private readonly doors = new Map<string, Door>();
  /** Paths that have led to a door before: as many as there are keys and spellings. */
  private readonly paths = new Map<string, Door>();

  constructor(
    tenants: readonly Tenant[],
    private readonly observer: Observer,
  ) {
    for (const tenant of tenants) {
      const door = new Door(tenant);
      for (const key of tenant.credentials.keys()) this.doors.set(key, door);
    }
  }

  matches(path: string): boolean {
    return this.paths.has(path) || pusherPath.test(path);
  }

  private doorAt(path: string): Door | undefined {
    const known = this.paths.get(path);
    if (known !== undefined) return known;
    const door = this.doors.get(keyIn(path) ?? "");
    // A key can be escaped in many ways, which are not worth remembering.
    if (door !== undefined && !path.includes("%")) this.paths.set(path, door);
    return door;
  }

  accept(handshake: Handshake): Acceptance {
    const door = this.doorAt(handshake.path);
    const spoken = handshake.subprotocols.includes(subprotocol) ? subprotocol : undefined;
    if (door === undefined) {
      const fault = socketPath.test(handshake.path) ? "unknown-app" : "unknown-path";
      return new TurnedAway(this.observer, fault, spoken);
    }
    const fault = door.faultOf(handshake);
    if (fault !== undefined) return new TurnedAway(this.observer, fault, spoken);
    return spoken === undefined ? door.plain : door.named;
  }
}

/** The way into one app. Its acceptances are shared by all connections, which keep them as long as they live. */
class Door {
  readonly plain: Acceptance;
  readonly named: Acceptance;
  /** Undefined: pages of any origin may connect. */
  private readonly admits: ((origin: string | null) => boolean) | undefined;

  constructor(private readonly tenant: Tenant) {
    this.plain = new Admission(tenant, undefined);
    this.named = new Admission(tenant, subprotocol);
    this.admits = originChecker(tenant.settings.allowedOrigins);
  }

  faultOf({ query, headers, secure }: Handshake): HandshakeFault | undefined {
    const { settings } = this.tenant;
    if (!settings.enabled) return "app-disabled";
    if (settings.tlsOnly && !secure) return "tls-only";
    const version = queryValue(query, "protocol");
    if (version === undefined || version === "") return "no-version";
    if (!number.test(version)) return "bad-version";
    if (!versions.has(version)) return "unsupported-version";
    return this.admits === undefined || this.admits(headers.get("origin")) ? undefined : "bad-origin";
  }
}

class Admission implements Acceptance {
  readonly frameLimit: number;

  constructor(
    private readonly tenant: Tenant,
    readonly subprotocol: string | undefined,
  ) {
    this.frameLimit = frameLimitOf(tenant.app.settings);
  }

  open(outlet: Outlet): Connection {
    const { tenant } = this;
    const { observer, capacity } = tenant.around.hub;
    if (tenant.full) return turnAway(observer, outlet, "connection-limit");
    if (capacity.turnsAway() !== undefined) return turnAway(observer, outlet, "over-capacity");
    const connection = new PusherConnection(tenant, outlet);
    connection.enter();
    return connection;
  }
}

class TurnedAway implements Acceptance {
  readonly frameLimit = frameLimitOf({ eventBytes: 1 });

  constructor(
    private readonly observer: Observer,
    private readonly fault: HandshakeFault,
    readonly subprotocol: string | undefined,
  ) {}

  open(outlet: Outlet): Connection {
    return turnAway(this.observer, outlet, this.fault);
  }
}

/** Somebody who was not let in, and is no client of the app: nothing that comes from there counts. */
const nobodysConnection: Connection = {
  receive: () => undefined,
  close: () => undefined,
  alive: () => undefined,
  gone: () => undefined,
};

function turnAway(observer: Observer, outlet: Outlet, fault: HandshakeFault): Connection {
  const { code, message } = handshakeFault[fault];
  observer.refused("pusher", fault);
  outlet.push(errorFrame(message, code));
  outlet.shut({ code, reason: message });
  return nobodysConnection;
}
