import type { HistoryBounds } from "./publication.ts";

/** Who may do something on a namespace's channels without the application's word. */
export interface Allowance {
  /** Any client with a user. */
  readonly client: boolean;
  /** Whoever subscribes to the channel. */
  readonly subscriber: boolean;
  /** Extends `client` to clients without a user. */
  readonly anonymous: boolean;
}

/** Options of a namespace, by Centrifugo's meaning (protocol notes, 5.1). */
export interface NamespaceOptions {
  /** Empty for channels without a namespace. */
  readonly name: string;
  readonly presence: boolean;
  readonly joinLeave: boolean;
  readonly forcePushJoinLeave: boolean;
  /** Size 0: the namespace keeps no history; `metaTtl` still bounds how long a channel's epoch lives. */
  readonly history: HistoryBounds;
  readonly forcePositioning: boolean;
  readonly allowPositioning: boolean;
  readonly forceRecovery: boolean;
  readonly allowRecovery: boolean;
  readonly recoveryMode: "stream" | "cache";
  /** Clients that subscribe get the newest publication without asking; goes with the recovery mode `cache`. */
  readonly autoRecover: boolean;
  /** Clients may ask to be told what has changed since the publication before. */
  readonly deltas: boolean;
  /** Every publication may be told so, whether its publisher said so or not. */
  readonly deltaPublish: boolean;
  /** Clients may take only publications with certain tags. */
  readonly tagFilters: boolean;
  /** Milliseconds in which a Pusher client that was cut off comes back to what it missed; 0 = it does not. */
  readonly pusherRecovery: number;
  readonly subscribe: Allowance;
  readonly publish: Allowance;
  readonly presenceAccess: Allowance;
  readonly historyAccess: Allowance;
  /** The application is asked before a client publishes: it may refuse, and on open channels its word is enough. */
  readonly publishAsked?: boolean;
  readonly userLimited: boolean;
  /** What the name behind the namespace must match; undefined = any ASCII. */
  readonly pattern: RegExp | undefined;
  readonly dataFormat: "" | "json" | "json_object" | "binary";
}
