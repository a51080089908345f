import type { App } from "./app.ts";
import { Audience } from "./audience.ts";
import type { ChannelTraits } from "./channel-name.ts";
import type { Encoder, Wire } from "./encoder.ts";
import type { ChannelFilters } from "./filtered-followers.ts";
import type { ChannelKey } from "./ids.ts";
import type { Publication, StreamPosition } from "./publication.ts";
import type { Subscription } from "./subscription.ts";

interface Waiter {
  readonly position: StreamPosition;
  readonly reached: () => void;
}

/** Publications that a waiting join may still need, at most so many; more, and the join does not recover. */
const tailLimit = 512;

/** A channel that has, or is about to have, a subscriber on this node. */
export class Channel {
  readonly key: ChannelKey;
  /** Joined ones. */
  subscribers = 0;
  private firstSubscription: Subscription | undefined = undefined;
  /** Of those that share an encoding, linked to each other. */
  firstAudience: Audience | undefined = undefined;
  /** What subscribers here take by tags; undefined = all take everything. */
  filters: ChannelFilters | undefined = undefined;
  /** The last publication with a position that was fanned out here; checked once per node, not per client. */
  position: StreamPosition | undefined = undefined;
  /** Subscribers here that count on offsets. */
  positioned = 0;
  /** When something was last heard of the stream, for the position check. Unix milliseconds. */
  heardAt = 0;
  /** Settles once the broker delivers the channel here; undefined = it does. */
  opening: Promise<void> | undefined = undefined;
  /** Kept only while a join waits for the broker. */
  tail: Publication[] | undefined = undefined;
  tailOverflowed = false;
  private holds = 0;
  private waiters: Waiter[] | undefined = undefined;

  constructor(
    readonly app: App,
    /** By the rules that its newest subscriber came by. */
    public traits: ChannelTraits,
  ) {
    this.key = app.key(traits.name);
  }

  /** Starts keeping a tail for a join that waits. */
  hold(): void {
    this.holds += 1;
  }

  release(): void {
    this.holds -= 1;
    if (this.holds > 0) return;
    this.tail = undefined;
    this.tailOverflowed = false;
  }

  /** Resolves when this node has fanned out the stream up to a position, or the stream has begun anew. */
  whenReached(position: StreamPosition): Promise<void> {
    return new Promise((reached) => {
      (this.waiters ??= []).push({ position, reached });
    });
  }

  /** This node's subscribers have been sent the stream up to here. */
  moveTo(here: StreamPosition): void {
    this.position = here;
    const { waiters } = this;
    if (waiters === undefined) return;
    const arrived = ({ position }: Waiter): boolean =>
      position.epoch !== here.epoch || position.offset <= here.offset;
    const still = waiters.filter((waiter) => !arrived(waiter));
    this.waiters = still.length === 0 ? undefined : still;
    for (const waiter of waiters) if (arrived(waiter)) waiter.reached();
  }

  get idle(): boolean {
    return this.subscribers === 0 && this.holds === 0;
  }

  /** Called for each publication that is fanned out here. */
  remember(publication: Publication): void {
    if (this.holds === 0) return;
    this.tail ??= [];
    if (this.tail.length >= tailLimit) this.tailOverflowed = true;
    else this.tail.push(publication);
  }

  /** The audience of an encoding, made with its first subscriber. */
  audience(encoder: Encoder): Audience {
    for (let one = this.firstAudience; one !== undefined; one = one.next)
      if (one.encoder === encoder) return one;
    const audience = new Audience(encoder, this.key);
    audience.next = this.firstAudience;
    this.firstAudience = audience;
    return audience;
  }

  /** Subscribers here that speak a wire, whatever their encoding. */
  followersOn(wire: Wire): number {
    let count = 0;
    for (let one = this.firstAudience; one !== undefined; one = one.next)
      if (one.encoder.wire === wire) count += one.subscribers;
    return count;
  }

  /** Subscriptions are linked to each other, in no order: a list of their own would cost a channel of one more than it holds. */
  add(subscription: Subscription): void {
    const next = this.firstSubscription;
    subscription.next = next;
    subscription.previous = undefined;
    if (next !== undefined) next.previous = subscription;
    this.firstSubscription = subscription;
    this.subscribers += 1;
  }

  /** Takes one out that was added. */
  remove(subscription: Subscription): void {
    const { next, previous } = subscription;
    if (previous === undefined) this.firstSubscription = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    subscription.next = undefined;
    subscription.previous = undefined;
    this.subscribers -= 1;
  }

  /** All joined ones, as they are now. */
  subscriptions(): Subscription[] {
    const all: Subscription[] = [];
    for (let one = this.firstSubscription; one !== undefined; one = one.next) all.push(one);
    return all;
  }
}
