import type { Audience } from "./audience.ts";
import type { Topic } from "./ids.ts";
import type { Tags } from "./publication.ts";
import type { Subscription } from "./subscription.ts";
import type { TagFilter } from "./tag-filter.ts";

/** Subscribers of one encoding who take only publications that one filter lets through. */
export class FilteredFollowers {
  followers = 0;
  readonly topic: Topic;

  constructor(audience: Audience, part: string) {
    this.topic = audience.topicOf(part);
  }

  add(subscription: Subscription): void {
    subscription.session.outlet.follow(this.topic);
    this.followers += 1;
  }

  remove(subscription: Subscription): void {
    subscription.session.outlet.unfollow(this.topic);
    this.followers -= 1;
  }
}

/** A filter that subscribers of a channel share, with a topic for each of their encodings. */
export class SharedFilter {
  /** Subscriptions that have it, joined or about to be. */
  holders = 0;
  /** Whether it lets the publication through that is being told. */
  admitting = false;
  private readonly groups = new Map<Audience, FilteredFollowers>();

  constructor(
    readonly filter: TagFilter,
    private readonly part: string,
  ) {}

  /** Its followers in an encoding, made with the first. */
  followers(audience: Audience): FilteredFollowers {
    const known = this.groups.get(audience);
    if (known !== undefined) return known;
    const made = new FilteredFollowers(audience, this.part);
    this.groups.set(audience, made);
    return made;
  }

  known(audience: Audience): FilteredFollowers | undefined {
    return this.groups.get(audience);
  }
}

/** The distinct filters of a channel's subscribers on this node. */
export class ChannelFilters {
  private readonly shared = new Map<string, SharedFilter>();
  private made = 0;

  /** `limit`: distinct filters that the channel may have, 0 = any. Undefined = it has as many. */
  take(filter: TagFilter, limit: number): SharedFilter | undefined {
    let shared = this.shared.get(filter.text);
    if (shared === undefined) {
      if (limit > 0 && this.shared.size >= limit) return undefined;
      this.made += 1;
      shared = new SharedFilter(filter, `filtered-${this.made}`);
      this.shared.set(filter.text, shared);
    }
    shared.holders += 1;
    return shared;
  }

  release(shared: SharedFilter): void {
    shared.holders -= 1;
    if (shared.holders === 0) this.shared.delete(shared.filter.text);
  }

  /** Asks each filter, once for all its followers. */
  judge(tags: Tags | undefined): void {
    for (const one of this.shared.values()) one.admitting = one.filter.admits(tags);
  }

  all(): Iterable<SharedFilter> {
    return this.shared.values();
  }

  get size(): number {
    return this.shared.size;
  }
}
