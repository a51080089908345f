import type { Answer } from "./answer.ts";
import type { AppId, ChannelKey, ClientId, NodeId, UserId } from "./ids.ts";
import type {
  ClientInfo,
  Draft,
  HistoryBounds,
  HistoryPage,
  HistoryQuery,
  MembershipChange,
  Payload,
  Publication,
  StreamPosition,
} from "./publication.ts";

/** What a publish leaves behind besides the delivery. */
export interface Keeping {
  /** Keep it in the channel's history; undefined = deliver only. */
  readonly history: HistoryBounds | undefined;
  /** Put it in the channel's cache slot for so many milliseconds; undefined = leave the slot as it is (B11). */
  readonly cacheTtl: number | undefined;
  /** A second publish with the same key within five minutes does nothing and gets the first one's position. */
  readonly idempotencyKey: string | undefined;
  /**
   * Where the data stands in the application's own order. With history, what is not newer than the newest so far does
   * nothing, and gets the position that the stream has (protocol notes, 6.2).
   * @default it has no version
   */
  readonly version?: DataVersion | undefined;
}

/** A state of the data as its application counts: numbers are compared within an epoch. */
export interface DataVersion {
  /** Above 0, below 2^64: applications count nanoseconds too, so it is exact. */
  readonly number: bigint;
  /** Empty = the one that the stream has. */
  readonly epoch: string;
}

export interface PresenceEntry extends ClientInfo {
  readonly node: NodeId;
}

/** One user of a presence channel; the info of the first connection stands until the last one leaves (B7). */
export interface Member {
  readonly user: UserId;
  readonly info: ClientInfo;
}

export interface Headcount {
  readonly clients: number;
  /** Distinct users; somebody without a user is counted for none. */
  readonly users: number;
}

/** An order that every node carries out on its own clients. */
export type Control =
  | {
      readonly kind: "disconnect";
      readonly app: AppId;
      readonly whom: Whom;
      readonly order: DisconnectOrder;
    }
  | { readonly kind: "unsubscribe"; readonly app: AppId; readonly whom: Whom; readonly channel: string }
  | { readonly kind: "subscribe"; readonly app: AppId; readonly whom: Whom; readonly grant: ServerGrant }
  | { readonly kind: "refresh"; readonly app: AppId; readonly whom: Whom; readonly refresh: RefreshOrder };

/** Whose connections an order is for. */
export interface Whom {
  readonly user: UserId;
  /** Only this connection of the user. */
  readonly client: string | undefined;
  /** Only the connection that was told this session. @default any */
  readonly session?: string | undefined;
  /** Connections that are spared. */
  readonly whitelist: readonly string[];
}

export interface DisconnectOrder {
  readonly code: number | undefined;
  readonly reason: string;
  readonly comeBack: boolean;
}

/** A new end of connections, as their application sets it. */
export interface RefreshOrder {
  /** They have run out already. */
  readonly expired: boolean;
  /** Unix seconds; 0 = they never do. */
  readonly expireAt: number;
  /** What others see from now on; undefined = as it is. */
  readonly info: Payload | undefined;
}

/** A subscription that the application makes for a client. */
export interface ServerGrant {
  readonly channel: string;
  readonly chanInfo: Payload | undefined;
  readonly data: Payload | undefined;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  readonly override: GrantOverride;
  readonly since: StreamPosition | undefined;
}

/** Namespace options that a token or the application sets for one subscription; undefined = as the namespace says. */
export interface GrantOverride {
  readonly presence?: boolean | undefined;
  readonly joinLeave?: boolean | undefined;
  readonly forcePushJoinLeave?: boolean | undefined;
  readonly forcePositioning?: boolean | undefined;
  readonly forceRecovery?: boolean | undefined;
}

/** The node behind a broker: what it hears of. Calls for one channel come in the order of its stream, unless the broker loses or delays some. */
export interface BrokerListener {
  publication(key: ChannelKey, publication: Publication): void;
  membership(change: MembershipChange): void;
  control(control: Control): void;
}

/**
 * Streams, presence and orders, shared by all nodes. Every method may answer at once or later, and may fail by
 * rejecting (or throwing); a failure says nothing about whether the step was taken.
 *
 * - Calls of one node about one channel take effect in the order in which they were made; their answers may come in any.
 * - `publish` with history is one step per channel: offsets are consecutive, never repeat within an epoch, and listeners
 *   get publications in their order. The publisher's own node hears its publication like every other.
 * - When history or its metadata is lost, the next position has another epoch.
 * - What is published after `subscribe` has answered is heard, or shows as a gap in the offsets.
 * - Presence entries of a node that stopped calling `beat` disappear after the time that the broker was opened with.
 */
export interface Broker {
  /** Starts delivery to the listener; called once, before anything else. */
  open(listener: BrokerListener): Answer<void>;
  close(): Answer<void>;

  /** This node has its first subscriber of the channel. */
  subscribe(key: ChannelKey): Answer<void>;
  /** This node has no subscriber of the channel any more. */
  unsubscribe(key: ChannelKey): Answer<void>;

  publish(key: ChannelKey, draft: Draft, keeping: Keeping): Answer<StreamPosition | undefined>;
  /** Reads the stream; a channel never used gets a fresh epoch, top 0, which then stays for `metaTtl`. */
  history(key: ChannelKey, query: HistoryQuery, bounds: HistoryBounds): Answer<HistoryPage>;
  removeHistory(key: ChannelKey): Answer<void>;
  /** What the cache slot holds. */
  cached(key: ChannelKey): Answer<CachedPublication | undefined>;

  /** Adds a client, as one step: `first`/`again` for its user, `nameless` without one; `full` and not added above the limit of users (0 = none). */
  addPresence(
    key: ChannelKey,
    entry: PresenceEntry,
    userLimit: number,
  ): Answer<"first" | "again" | "nameless" | "full">;
  /** Takes a client out: `last` connection of its user, `remaining`, `nameless`, or `absent` when it was not there. */
  removePresence(key: ChannelKey, client: ClientId): Answer<"last" | "remaining" | "nameless" | "absent">;
  presence(key: ChannelKey): Answer<readonly ClientInfo[]>;
  members(key: ChannelKey): Answer<readonly Member[]>;
  headcount(key: ChannelKey): Answer<Headcount>;
  /** Says that the node lives, and its presence entries with it. */
  beat(node: NodeId): Answer<void>;

  /** Tells all nodes that subscribe to the channel. */
  announce(change: MembershipChange): Answer<void>;
  /** Tells all nodes, this one too. */
  control(control: Control): Answer<void>;
}

export interface CachedPublication {
  readonly publication: Publication;
  /** Milliseconds until the slot is empty. */
  readonly remaining: number;
}
