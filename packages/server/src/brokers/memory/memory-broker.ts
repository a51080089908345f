import type {
  Broker,
  BrokerListener,
  CachedPublication,
  Control,
  Headcount,
  Keeping,
  Member,
  PresenceEntry,
} from "../../core/broker.ts";
import type { Clock } from "../../core/clock.ts";
import type { ChannelKey, ClientId, NodeId } from "../../core/ids.ts";
import type {
  ClientInfo,
  Draft,
  HistoryBounds,
  HistoryPage,
  HistoryQuery,
  MembershipChange,
  StreamPosition,
} from "../../core/publication.ts";
import { MemoryStore, type StoreLimits, withoutPlace } from "./memory-store.ts";

export interface MemoryBrokerOptions extends StoreLimits {
  readonly clock: Clock;
}

const sweepInterval = 1_000;
/** Entries of each kind that one sweep looks at: about a millisecond's worth. */
const sweepPiece = 10_000;

const deaf: BrokerListener = {
  publication: () => undefined,
  membership: () => undefined,
  control: () => undefined,
};

/** A broker for one node, which answers and delivers at once: before `publish` returns, all have been sent it. */
export class MemoryBroker implements Broker {
  private readonly store: MemoryStore;
  private readonly clock: Clock;
  private listener = deaf;
  private stopSweeping: (() => void) | undefined = undefined;

  constructor({ clock, ...limits }: MemoryBrokerOptions) {
    this.clock = clock;
    this.store = new MemoryStore(limits);
  }

  open(listener: BrokerListener): void {
    this.listener = listener;
    this.stopSweeping ??= this.clock.every(sweepInterval, () => {
      this.store.sweep(sweepPiece, this.clock.now());
    });
  }

  close(): void {
    this.listener = deaf;
    this.stopSweeping?.();
    this.stopSweeping = undefined;
  }

  /** Everything is heard here anyway: the only node asks its own table of channels. */
  subscribe(): void {
    return;
  }

  unsubscribe(): void {
    return;
  }

  publish(key: ChannelKey, draft: Draft, keeping: Keeping): StreamPosition | undefined {
    if (
      keeping.history === undefined &&
      keeping.cacheTtl === undefined &&
      keeping.idempotencyKey === undefined
    ) {
      this.listener.publication(key, withoutPlace(draft));
      return undefined;
    }
    const { publication, position } = this.store.publish(key, draft, keeping, this.clock.now());
    if (publication !== undefined) this.listener.publication(key, publication);
    return position;
  }

  history(key: ChannelKey, query: HistoryQuery, bounds: HistoryBounds): HistoryPage {
    return this.store.streams.read(key, query, bounds.metaTtl, this.clock.now());
  }

  removeHistory(key: ChannelKey): void {
    this.store.streams.remove(key);
  }

  cached(key: ChannelKey): CachedPublication | undefined {
    return this.store.slots.read(key, this.clock.now());
  }

  addPresence(
    key: ChannelKey,
    entry: PresenceEntry,
    userLimit: number,
  ): "first" | "again" | "nameless" | "full" {
    return this.store.presence.add(key, { entry, userLimit, now: this.clock.now() });
  }

  removePresence(key: ChannelKey, client: ClientId): "last" | "remaining" | "nameless" | "absent" {
    return this.store.presence.remove(key, client, this.clock.now());
  }

  presence(key: ChannelKey): readonly ClientInfo[] {
    return this.store.presence.presence(key, this.clock.now());
  }

  members(key: ChannelKey): readonly Member[] {
    return this.store.presence.members(key, this.clock.now());
  }

  headcount(key: ChannelKey): Headcount {
    return this.store.presence.headcount(key, this.clock.now());
  }

  beat(node: NodeId): void {
    this.store.presence.beat(node, this.clock.now());
  }

  announce(change: MembershipChange): void {
    this.listener.membership(change);
  }

  control(control: Control): void {
    this.listener.control(control);
  }
}
