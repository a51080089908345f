import type { Events } from "../events.ts";

export type Wire = "pusher" | "centrifugo";

/** Id, key and secret of an app, as its back end knows them. */
export interface AppKeys {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

/** A command was done, or refused with the wire's own number (an error code, or the status of a subscription error). */
export type Verdict = "done" | number;

/** A publication as a client of either wire hears it. */
export interface Heard {
  readonly channel: string;
  /** The event's name; of a Centrifugo publication that is no event, `message`. */
  readonly event: string;
  /** Parsed; of a Centrifugo publication that is no event, the whole of it. */
  readonly data: unknown;
  /** The user that published, where the wire says so. */
  readonly user: string | undefined;
}

/** Somebody came to or left a channel, as a client of either wire is told. */
export interface Moved {
  readonly channel: string;
  readonly change: "join" | "leave";
  readonly user: string;
}

export interface ClientOptions {
  /** Whose client it is, where its back end says so; empty = nobody's. */
  readonly user?: string;
  /** What the back end says of the user with the connection. */
  readonly info?: unknown;
  /** Whom a Pusher client watches once it has signed in. */
  readonly watchlist?: readonly string[];
  readonly app?: AppKeys;
  /** What signs the Centrifugo wire's tokens. */
  readonly hmac?: string;
}

export interface JoinTerms {
  /** Whether the back end vouches for it; where absent, for closed channels only. */
  readonly vouched?: boolean;
  /** What the back end says of the user in this channel. */
  readonly info?: unknown;
}

/** A client of one wire, by what the bridge's rules speak of. */
export interface Client extends AsyncDisposable {
  readonly wire: Wire;
  readonly user: string;
  readonly heard: Events<Heard>;
  readonly moved: Events<Moved>;
  join(channel: string, terms?: JoinTerms): Promise<Verdict>;
  leave(channel: string): Promise<void>;
  /** Publishes an event; the Pusher wire puts `client-` before its name. */
  say(channel: string, event: string, data: unknown): Promise<Verdict>;
}

/** Names that need the back end's word where apps are configured. */
export function isClosed(channel: string): boolean {
  return channel.startsWith("private-") || channel.startsWith("presence-");
}
