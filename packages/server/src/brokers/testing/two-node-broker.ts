import type { Answer } from "../../core/answer.ts";
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
import type { ChannelKey, ClientId, NodeId } from "../../core/ids.ts";
import type {
  ClientInfo,
  Draft,
  HistoryBounds,
  HistoryPage,
  HistoryQuery,
  MembershipChange,
  Publication,
  StreamPosition,
} from "../../core/publication.ts";
import { MemoryStore } from "../memory/memory-store.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";
import { type Faults, RandomWays, type Ways } from "./ways.ts";

interface ClusterParts {
  readonly schedule: Schedule;
  readonly random: Random;
  readonly presenceTtl: number;
  readonly faults: Faults;
}

/** One store, and any number of nodes on it; what a node sends and hears takes its time on a schedule that a test owns. */
export class Cluster {
  readonly store: MemoryStore;
  readonly nodes: ClusterNode[] = [];
  faults: Faults;
  /** Hears what is stored, as it is stored. */
  onStored: (key: ChannelKey, publication: Publication) => void = () => undefined;
  /** Hears what is announced, whoever gets to hear it. */
  onAnnounced: (change: MembershipChange) => void = () => undefined;

  constructor(readonly parts: ClusterParts) {
    this.store = new MemoryStore({ presenceTtl: parts.presenceTtl });
    this.faults = parts.faults;
  }

  /** One more node; without ways of its own, its faults are the cluster's. */
  node(ways: Ways = new RandomWays(this.parts, () => this.faults)): ClusterNode {
    const node = new ClusterNode(this, ways);
    this.nodes.push(node);
    return node;
  }

  now(): number {
    return this.parts.schedule.now();
  }
}

/** The store as one node reaches it. */
export class ClusterNode implements Broker {
  private listener: BrokerListener | undefined = undefined;
  /** Which of its subscriptions, counted from 1, the node has to a channel. */
  private readonly subscribed = new Map<ChannelKey, number>();
  /** Messages of subscriptions before this one do not come any more. */
  private readonly confirmed = new Map<ChannelKey, number>();
  private subscriptions = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly ways: Ways,
  ) {}

  /** Channels that the store delivers here. */
  get subscriptionCount(): number {
    return this.subscribed.size;
  }

  open(listener: BrokerListener): void {
    this.listener = listener;
  }

  close(): void {
    this.listener = undefined;
    this.subscribed.clear();
  }

  subscribe(key: ChannelKey): Answer<void> {
    let subscription = 0;
    return this.ways.call({
      method: "subscribe",
      about: key,
      work: () => {
        subscription = this.subscribed.get(key) ?? (this.subscriptions += 1);
        this.subscribed.set(key, subscription);
      },
      learned: () => {
        this.confirmed.set(key, Math.max(subscription, this.confirmed.get(key) ?? 0));
      },
    });
  }

  unsubscribe(key: ChannelKey): Answer<void> {
    return this.ways.call({
      method: "unsubscribe",
      about: key,
      work: () => {
        this.subscribed.delete(key);
      },
    });
  }

  publish(key: ChannelKey, draft: Draft, keeping: Keeping): Answer<StreamPosition | undefined> {
    const { cluster } = this;
    return this.ways.call({
      method: "publish",
      about: key,
      work: () => {
        const { publication, position } = cluster.store.publish(key, draft, keeping, cluster.now());
        if (publication !== undefined) {
          cluster.onStored(key, publication);
          for (const node of cluster.nodes)
            node.hear(key, (listener) => {
              listener.publication(key, publication);
            });
        }
        return position;
      },
    });
  }

  history(key: ChannelKey, query: HistoryQuery, bounds: HistoryBounds): Answer<HistoryPage> {
    const { store } = this.cluster;
    return this.ways.call({
      method: "history",
      about: key,
      work: () => store.streams.read(key, query, bounds.metaTtl, this.cluster.now()),
    });
  }

  removeHistory(key: ChannelKey): Answer<void> {
    const work = (): void => {
      this.cluster.store.streams.remove(key);
    };
    return this.ways.call({ method: "removeHistory", about: key, work });
  }

  cached(key: ChannelKey): Answer<CachedPublication | undefined> {
    const work = (): CachedPublication | undefined => this.cluster.store.slots.read(key, this.cluster.now());
    return this.ways.call({ method: "cached", about: key, work });
  }

  addPresence(
    key: ChannelKey,
    entry: PresenceEntry,
    userLimit: number,
  ): Answer<"first" | "again" | "nameless" | "full"> {
    const { store } = this.cluster;
    return this.ways.call({
      method: "addPresence",
      about: key,
      work: () => store.presence.add(key, { entry, userLimit, now: this.cluster.now() }),
    });
  }

  removePresence(key: ChannelKey, client: ClientId): Answer<"last" | "remaining" | "nameless" | "absent"> {
    const { store } = this.cluster;
    return this.ways.call({
      method: "removePresence",
      about: key,
      work: () => store.presence.remove(key, client, this.cluster.now()),
    });
  }

  presence(key: ChannelKey): Answer<readonly ClientInfo[]> {
    const { store } = this.cluster;
    return this.ways.call({
      method: "presence",
      about: key,
      work: () => store.presence.presence(key, this.cluster.now()),
    });
  }

  members(key: ChannelKey): Answer<readonly Member[]> {
    const { store } = this.cluster;
    return this.ways.call({
      method: "members",
      about: key,
      work: () => store.presence.members(key, this.cluster.now()),
    });
  }

  headcount(key: ChannelKey): Answer<Headcount> {
    const { store } = this.cluster;
    return this.ways.call({
      method: "headcount",
      about: key,
      work: () => store.presence.headcount(key, this.cluster.now()),
    });
  }

  beat(node: NodeId): Answer<void> {
    const work = (): void => {
      this.cluster.store.presence.beat(node, this.cluster.now());
    };
    return this.ways.call({ method: "beat", about: "beat", work });
  }

  announce(change: MembershipChange): Answer<void> {
    const { cluster } = this;
    return this.ways.call({
      method: "announce",
      about: change.key,
      work: () => {
        cluster.onAnnounced(change);
        for (const node of cluster.nodes)
          node.hear(change.key, (listener) => {
            listener.membership(change);
          });
      },
    });
  }

  control(control: Control): Answer<void> {
    const { nodes } = this.cluster;
    return this.ways.call({
      method: "control",
      about: "control",
      work: () => {
        for (const node of nodes)
          node.deliver("control", (listener) => {
            listener.control(control);
          });
      },
    });
  }

  private hear(key: ChannelKey, tell: (listener: BrokerListener) => void): void {
    const subscription = this.subscribed.get(key);
    if (subscription === undefined) return;
    this.deliver(key, (listener) => {
      if ((this.confirmed.get(key) ?? 0) <= subscription) tell(listener);
    });
  }

  private deliver(about: string, tell: (listener: BrokerListener) => void): void {
    this.ways.deliver(about, () => {
      if (this.listener !== undefined) tell(this.listener);
    });
  }
}
