import type { GrantOverride, Whom } from "../../../core/broker.ts";
import type { Payload, StreamPosition } from "../../../core/publication.ts";
import type { Message, undecodable } from "./message.ts";

/** One call of the server API; its kind is the method's name on the wire (protocol notes, 6.2). */
export type Command =
  | { readonly kind: "publish"; readonly channel: string; readonly message: Message }
  | { readonly kind: "broadcast"; readonly channels: readonly string[]; readonly message: Message }
  | SubscribeCommand
  | { readonly kind: "unsubscribe"; readonly channel: string; readonly target: Whom }
  | DisconnectCommand
  | RefreshCommand
  | { readonly kind: "presence"; readonly channel: string }
  | { readonly kind: "presence_stats"; readonly channel: string }
  | HistoryCommand
  | { readonly kind: "history_remove"; readonly channel: string }
  | { readonly kind: "channels"; readonly pattern: string }
  | { readonly kind: "info" }
  | { readonly kind: "rpc"; readonly method: string };

export interface SubscribeCommand {
  readonly kind: "subscribe";
  readonly channel: string;
  readonly target: Whom;
  readonly info: Payload | typeof undecodable | undefined;
  readonly data: Payload | typeof undecodable | undefined;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  readonly override: GrantOverride;
  readonly since: StreamPosition | undefined;
}

export interface DisconnectCommand {
  readonly kind: "disconnect";
  readonly target: Whom;
  /** The application's own words; code 0 = the usual one. */
  readonly disconnect: { readonly code: number; readonly reason: string } | undefined;
}

export interface RefreshCommand {
  readonly kind: "refresh";
  readonly target: Whom;
  readonly expired: boolean;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  readonly info: Payload | typeof undecodable | undefined;
}

export interface HistoryCommand {
  readonly kind: "history";
  readonly channel: string;
  readonly limit: number;
  readonly since: StreamPosition | undefined;
  readonly reverse: boolean;
}

/** A command of a batch or of the old route that names no method we know. */
export interface UnknownCommand {
  readonly kind: "unknown";
}
