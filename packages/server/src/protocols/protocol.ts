import type { Answer } from "../core/answer.ts";
import type { Closure } from "../core/closure.ts";
import type { Encoder, Wire } from "../core/encoder.ts";
import type { Frame, Outlet } from "../core/outlet.ts";
import type { Call, Route } from "../http/route.ts";

/** What a client said when it opened its connection. */
export interface Handshake {
  readonly path: string;
  /** Behind the `?`, as sent; read it with `queryValue`. */
  readonly query: string;
  readonly headers: Headers;
  /** Subprotocols that the client offers, in its order. */
  readonly subprotocols: readonly string[];
  /** The connection is encrypted, here or by a proxy in front (`X-Forwarded-Proto`). */
  readonly secure: boolean;
}

/** A client's connection, as its transport drives it. None of these may throw; what does is a defect. */
export interface Connection {
  /**
   * One message. Done at once, or a promise where a command has to wait; until it resolves the transport queues what
   * else the client sends, and hands it over in order.
   */
  receive(frame: string | Uint8Array): Answer<void>;
  /** Ends the connection with the wire's code: the queue is full, the client reads too slowly, a defect. */
  close(closure: Closure): void;
  /** A sign of life below the protocol: the answer to a probe, with its text, or one that nobody asked for. */
  alive(text: string): void;
  /**
   * The transport is gone. `reason`: why, for the counters. `code`: of the client's close frame; 1005 where it has none,
   * 1006 where there was no frame. Called exactly once.
   */
  gone(reason: string, code: number): void;
}

export interface Acceptance {
  // Every connection keeps the acceptance it came by: make them once, and share them.

  /** The subprotocol to answer with; undefined = none. */
  readonly subprotocol: string | undefined;
  /** Bytes of one message; above it the connection is closed with 1009. */
  readonly frameLimit: number;
  /** What the handshake itself has for a first message. @default nothing */
  readonly first?: Frame | undefined;
  open(outlet: Outlet): Connection;
}

/** An answer in place of the upgrade. */
export interface Rejection {
  readonly status: number;
  readonly body: string;
}

export interface SocketEndpoint {
  matches(path: string): boolean;
  accept(handshake: Handshake): Acceptance | Rejection;
}

/** How messages are told apart in a response that does not end: one a line, as server-sent events, or by the bytes themselves. */
export type Framing = "lines" | "events" | "bytes";

/** A client that hears by a response, and says what it says by other requests. */
export interface StreamOutlet extends Outlet {
  /** Takes a message of the client that came by another request; in order, behind what is open. */
  hear(message: Frame): void;
}

export interface StreamAcceptance {
  readonly framing: Framing;
  readonly headers: Readonly<Record<string, string>>;
  /** What the client said when it came: its first message. */
  readonly first: Frame;
  open(outlet: StreamOutlet): Connection;
  /** Looked at once the first message has been dealt with: a response in place of the stream, whose connection has ended. */
  readonly instead?: ((connection: Connection) => Response | undefined) | undefined;
}

/** Where clients connect by a request whose response is their stream. */
export interface StreamEndpoint {
  readonly path: string;
  accept(call: Call): Answer<StreamAcceptance | Response>;
}

/** A wire: how its clients connect, how it says what happens on a channel, and its HTTP API. */
export interface Protocol {
  readonly wire: Wire;
  readonly encoders: readonly Encoder[];
  readonly sockets: readonly SocketEndpoint[];
  readonly streams: readonly StreamEndpoint[];
  readonly routes: readonly Route[];
  /** Starts what ticks (heartbeats, deadlines). */
  start(): void;
  /** Stops it. */
  end(): void;
}

/** One value of a query, decoded; undefined where it is not there. Reconnect storms are why nothing is built for it. */
export function queryValue(query: string, name: string): string | undefined {
  if (query === "") return undefined;
  if (query.includes("%") || query.includes("+")) return new URLSearchParams(query).get(name) ?? undefined;
  const field = `${name}=`;
  let start = 0;
  while (!query.startsWith(field, start)) {
    start = query.indexOf("&", start) + 1;
    if (start === 0) return undefined;
  }
  const end = query.indexOf("&", start);
  return query.slice(start + field.length, end < 0 ? query.length : end);
}
