import type { ClientInfo, Content, HistoryPage, Payload, StreamPosition } from "../../core/publication.ts";
import type { JoinOutcome } from "../../core/joining.ts";
import type { FilterNode } from "../../core/tag-filter.ts";
import type { Headcount } from "../../core/broker.ts";

/** What a client says, whatever its encoding (protocol notes, 1.4). An absent field is its zero value. */
export type Command =
  | ConnectCommand
  | SubscribeCommand
  | { readonly kind: "unsubscribe"; readonly id: number; readonly channel: string }
  | PublishCommand
  | { readonly kind: "presence"; readonly id: number; readonly channel: string }
  | { readonly kind: "presence-stats"; readonly id: number; readonly channel: string }
  | HistoryCommand
  | RpcCommand
  | { readonly kind: "refresh"; readonly id: number; readonly token: string }
  | SubRefreshCommand;

export interface ConnectCommand {
  readonly kind: "connect";
  readonly id: number;
  readonly token: string;
  /** Where the client stands in server-side subscriptions that it knows, or undefined where it wants no recovery. */
  readonly subs: ReadonlyMap<string, StreamPosition | undefined>;
  /** For the application. */
  readonly data: Content | undefined;
  /** What the client says of its program. */
  readonly name: string;
  readonly version: string;
  /** Headers that a browser cannot send; undefined = none. By the client's word alone. */
  readonly headers: Readonly<Record<string, string>> | undefined;
}

export interface RpcCommand {
  readonly kind: "rpc";
  readonly id: number;
  readonly method: string;
  readonly data: Content | undefined;
}

export interface SubscribeCommand {
  readonly kind: "subscribe";
  readonly id: number;
  readonly channel: string;
  readonly token: string;
  /** For the application. */
  readonly data: Content | undefined;
  readonly recover: StreamPosition | undefined;
  readonly positioned: boolean;
  readonly recoverable: boolean;
  readonly joinLeave: boolean;
  /** Kind of delta asked for. */
  readonly delta: string;
  /** Which publications it takes, by their tags; undefined = all. */
  readonly filter: FilterNode | undefined;
  /** Bits, see `rejectUnrecovered`. */
  readonly flag: number;
  /** 0 = stream; the others are maps and shared polls. */
  readonly type: number;
}

/** Bit of `SubscribeCommand.flag`: an unrecovered position is an error (112), not a subscription. */
export const rejectUnrecovered = 2;

export interface PublishCommand {
  readonly kind: "publish";
  readonly id: number;
  readonly channel: string;
  readonly content: Content;
  /** Size of the data as it came. */
  readonly bytes: number;
  /** 0 = stream, 1 = map. */
  readonly type: number;
}

export interface HistoryCommand {
  readonly kind: "history";
  readonly id: number;
  readonly channel: string;
  readonly limit: number;
  readonly since: StreamPosition | undefined;
  readonly reverse: boolean;
}

export interface SubRefreshCommand {
  readonly kind: "sub-refresh";
  readonly id: number;
  readonly channel: string;
  readonly token: string;
  /** 0 = refresh; the others track keys of shared polls. */
  readonly type: number;
}

/** One message of a frame. What stands behind a malformed one is lost with it. */
export type Inbound =
  | Command
  /** Answers a ping; so does everything without an id, but `send` (protocol notes, 1.5). */
  | { readonly kind: "pong" }
  | { readonly kind: "send" }
  /** An id, and no request that this protocol version has. */
  | { readonly kind: "unknown"; readonly what: string }
  | { readonly kind: "malformed"; readonly what: string };

/** When something runs out, as a reply says it. */
export interface Expiry {
  readonly expires: boolean;
  /** Whole seconds. */
  readonly ttl: number;
}

export const never: Expiry = { expires: false, ttl: 0 };

export interface SubscribeResult {
  readonly outcome: JoinOutcome;
  readonly expiry: Expiry;
  /** For the subscriber, from its token or the application. */
  readonly data: Payload | undefined;
}

export interface ConnectResult {
  readonly client: string;
  readonly version: string;
  readonly expiry: Expiry;
  /** For the client, from the application. */
  readonly data: Payload | undefined;
  readonly subs: ReadonlyMap<string, SubscribeResult>;
  /** Whole seconds; 0 = no pings. */
  readonly ping: number;
  readonly pong: boolean;
  /** Names the connection to the requests by which its client speaks; empty = it speaks for itself. */
  readonly session: string;
  /** The node that has it; empty = not told. */
  readonly node: string;
  /** Unix milliseconds; 0 = not told. */
  readonly time: number;
}

/** The answer to one command. */
export type Reply =
  | { readonly kind: "connect"; readonly result: ConnectResult }
  | { readonly kind: "subscribe"; readonly result: SubscribeResult }
  | { readonly kind: "unsubscribe" }
  | { readonly kind: "publish" }
  | { readonly kind: "presence"; readonly clients: readonly ClientInfo[] }
  | { readonly kind: "presence-stats"; readonly headcount: Headcount }
  | { readonly kind: "history"; readonly page: HistoryPage }
  | { readonly kind: "rpc"; readonly data: Content | undefined }
  | { readonly kind: "refresh"; readonly expiry: Expiry }
  | { readonly kind: "sub-refresh"; readonly expiry: Expiry };
