import type { Keeping } from "../../core/broker.ts";
import type { ChannelKey } from "../../core/ids.ts";
import type { Draft, HistoryQuery, Publication, StreamPosition } from "../../core/publication.ts";
import { CacheSlots } from "./cache-slots.ts";
import { PresenceStore } from "./presence-store.ts";
import { RecentResults } from "./recent-results.ts";
import { StreamStore } from "./stream-store.ts";

export interface StoreLimits {
  /** Milliseconds without a beat after which a node's presence entries disappear. */
  readonly presenceTtl: number;
  /** Channels that were read but never published to, whose position is kept (B14). The oldest goes first. @default 100_000 */
  readonly unusedStreams?: number;
  /** Publishes with an idempotency key that are remembered (B14). The oldest goes first. @default 100_000 */
  readonly recentResults?: number;
  /** Hears how many entries went before their time because a limit was reached. */
  readonly onEvict?: (count: number) => void;
}

/** Of a stream, its position alone. */
const nowhere: HistoryQuery = { since: undefined, limit: 0, reverse: false };

/** What a publish did. */
export interface Stored {
  /** To be delivered; undefined = an earlier publish with the same key, or of newer data, has done it. */
  readonly publication: Publication | undefined;
  readonly position: StreamPosition | undefined;
}

/** Everything that a broker keeps, in this process's memory. */
export class MemoryStore {
  readonly streams: StreamStore;
  readonly slots = new CacheSlots();
  readonly presence: PresenceStore;
  private readonly results: RecentResults;

  constructor(limits: StoreLimits) {
    const { unusedStreams = 100_000, recentResults = 100_000, onEvict } = limits;
    const evicted = (): void => onEvict?.(1);
    this.streams = new StreamStore(unusedStreams, evicted);
    this.results = new RecentResults(recentResults, evicted);
    this.presence = new PresenceStore(limits.presenceTtl);
  }

  publish(key: ChannelKey, draft: Draft, keeping: Keeping, now: number): Stored {
    const { history, cacheTtl, idempotencyKey, version } = keeping;
    if (idempotencyKey !== undefined) {
      const before = this.results.find(key, idempotencyKey, now);
      if (before !== undefined) return { publication: undefined, position: before.position };
    }
    if (version !== undefined && history !== undefined && !this.streams.advance(key, version, now))
      return {
        publication: undefined,
        position: this.streams.read(key, nowhere, history.metaTtl, now).position,
      };
    const publication =
      history === undefined ? withoutPlace(draft) : this.streams.append(key, draft, history, now);
    const { position } = publication;
    if (cacheTtl !== undefined) this.slots.fill(key, publication, now + cacheTtl);
    if (idempotencyKey !== undefined) this.results.add(key, idempotencyKey, { position, now });
    return { publication, position };
  }

  /** Lets go of what has run out: so many entries of each kind at most. */
  sweep(most: number, now: number): void {
    this.streams.sweep(most, now);
    this.slots.sweep(most, now);
    this.results.sweep(most, now);
    this.presence.sweep(most, now);
  }
}

/** One literal of fixed shape: a spread costs several times as much on the hottest path. */
export function withoutPlace({ content, by, tags, except, delta }: Draft): Publication {
  return { content, by, tags, except, delta, position: undefined };
}
