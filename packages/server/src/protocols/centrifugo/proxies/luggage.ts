import type { Session } from "../../../core/session.ts";
import { CentrifugoSession } from "../session.ts";
import type { TransportName } from "../voice.ts";

type HeaderMap = Readonly<Record<string, string>>;

/** What proxies are told of a connection besides its ids. Only what some proxy asks for is kept, and nothing where none does. */
export interface Luggage {
  /** Of the request by which it came. */
  readonly http: HeaderMap;
  /** What the client said in its connect command: its own word alone. */
  readonly emulated: HeaderMap;
  /** JSON text that the application attached to the connection. */
  readonly meta: string | undefined;
}

const nothing: Luggage = { http: {}, emulated: {}, meta: undefined };

/** A Pusher client has none: nothing of its handshake is kept. */
export function luggageOf(session: Session): Luggage {
  return session instanceof CentrifugoSession ? (session.luggage ?? nothing) : nothing;
}

/** Pusher clients have WebSockets alone. */
export function transportOf(session: Session): TransportName {
  return session instanceof CentrifugoSession ? session.voice.transport : "websocket";
}

export function carry(session: CentrifugoSession, more: Partial<Luggage>): void {
  session.luggage = { ...luggageOf(session), ...more };
}

/** What a header may hold (RFC 9110, 5.5): anything else would make a request of its own. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Of the headers of an upgrade request, those of these names, in lower case; undefined where there is none. */
export function pickHttp(headers: Headers, names: readonly string[]): HeaderMap | undefined {
  let picked: Record<string, string> | undefined;
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null && headerValue.test(value)) (picked ??= {})[name] = value;
  }
  return picked;
}

/** Characters of all that one client may have kept as its headers: half of what most servers take in a request. */
const emulatedLimit = 8_192;

/**
 * Of what a client sent as headers, those of these names, in lower case, whichever way it wrote them. `too-long`: more
 * than is kept for one client.
 */
export function pickEmulated(given: HeaderMap, names: readonly string[]): HeaderMap | "too-long" | undefined {
  let picked: Record<string, string> | undefined;
  let length = 0;
  for (const [name, value] of Object.entries(given)) {
    const known = name.toLowerCase();
    if (!names.includes(known) || !headerValue.test(value)) continue;
    length += value.length;
    if (length > emulatedLimit) return "too-long";
    (picked ??= {})[known] = value;
  }
  return picked;
}

/** Those of the names that are there. */
export function only(headers: HeaderMap, names: readonly string[]): HeaderMap {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
