import type { ChannelKey, ClientId, UserId } from "./ids.ts";

/** A place in a channel's stream. Offsets start at 1; an epoch names one life of the stream. */
export interface StreamPosition {
  readonly offset: number;
  readonly epoch: string;
}

/**
 * What the application says of somebody, or to one subscriber, as it gave it: JSON text, or bytes that are no JSON.
 * Only encodings that carry bytes show the latter.
 */
export type Payload = string | Uint8Array;

/** Who somebody is to the other members of a channel. */
export interface ClientInfo {
  readonly user: UserId;
  readonly client: ClientId;
  readonly connInfo: Payload | undefined;
  readonly chanInfo: Payload | undefined;
}

/** What was published, in the form it came in, so that it returns to its own wire unchanged (B10). */
export type Content =
  /** A named event: its data is the content of a string (`quoted`), or JSON text. */
  | { readonly kind: "event"; readonly name: string; readonly data: string; readonly quoted: boolean }
  /** One JSON value, as text. */
  | { readonly kind: "json"; readonly text: string }
  /** Bytes that need not be text. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

export type Tags = Readonly<Record<string, string>>;

/** A publication on its way: what the publisher says of it, before the stream gives it a place. */
export interface Draft {
  readonly content: Content;
  /** The client that published it; undefined for the application. */
  readonly by: ClientInfo | undefined;
  readonly tags: Tags | undefined;
  /** Handle of a connection that must not get it (`socket_id` on the Pusher wire). */
  readonly except: string | undefined;
  /** Clients that asked for it may be told what has changed since the publication before. @default false */
  readonly delta?: boolean | undefined;
}

/** A publication as subscribers get it. */
export interface Publication extends Draft {
  /** Its place in the channel's history; undefined where the channel keeps none. */
  readonly position: StreamPosition | undefined;
}

/** How long, and how much of, a channel's stream is kept. Times in milliseconds. */
export interface HistoryBounds {
  readonly size: number;
  readonly ttl: number;
  readonly metaTtl: number;
}

export interface HistoryQuery {
  /** Publications after this offset (before it, when `reverse`); from the end of the stream that `reverse` names when absent. */
  readonly since: number | undefined;
  /** At most so many; 0 = only the position, negative = all. */
  readonly limit: number;
  readonly reverse: boolean;
}

export interface HistoryPage {
  /** The stream's top when it was read. */
  readonly position: StreamPosition;
  readonly publications: readonly Publication[];
}

/** Somebody came to or left a channel, as told to all nodes. */
export interface MembershipChange {
  readonly key: ChannelKey;
  readonly change: "join" | "leave";
  readonly info: ClientInfo;
  /** Whether it was the user's first connection here (`join`), or the last (`leave`), on any node and wire (B7). */
  readonly edge: boolean;
  /** Handle of the connection itself. */
  readonly handle: string;
}
