import type { Audience } from "./audience.ts";
import type { DeltaEncoder } from "./encoder.ts";
import type { Topic } from "./ids.ts";
import type { StreamPosition } from "./publication.ts";
import type { Subscription } from "./subscription.ts";

/** What all followers of the topic hold: the newest publication that this node told them of. */
interface Base {
  readonly body: Uint8Array;
  readonly position: StreamPosition | undefined;
}

/**
 * Subscribers of one encoding who are told what has changed since the publication before. Who has not had that one yet
 * is fresh: the next comes in full, to each of them, and from then on they follow the topic.
 */
export class DeltaFollowers {
  /** On the topic. */
  followers = 0;
  base: Base | undefined = undefined;
  readonly fresh = new Set<Subscription>();
  readonly topic: Topic;

  constructor(
    private readonly audience: Audience,
    readonly encoder: DeltaEncoder,
  ) {
    this.topic = audience.topicOf("deltas");
  }

  /** `held`: the publication that the client has had last; undefined = none since it subscribed. */
  add(subscription: Subscription, held: StreamPosition | undefined): void {
    const here = this.base?.position;
    if (held === undefined || held.offset !== here?.offset || held.epoch !== here.epoch) {
      this.fresh.add(subscription);
      return;
    }
    subscription.session.outlet.follow(this.topic);
    this.followers += 1;
  }

  remove(subscription: Subscription): void {
    if (!this.fresh.delete(subscription)) {
      subscription.session.outlet.unfollow(this.topic);
      this.followers -= 1;
    }
    if (this.followers === 0 && this.fresh.size === 0) this.audience.deltas = undefined;
  }

  /** The fresh ones have been told in full. */
  settle(): void {
    for (const { session } of this.fresh) session.outlet.follow(this.topic);
    this.followers += this.fresh.size;
    this.fresh.clear();
  }
}
