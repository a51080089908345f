import type { App } from "./app.ts";
import type { ChannelTraits } from "./channel-name.ts";
import type { Encoder } from "./encoder.ts";
import type { ChannelKey, Topic } from "./ids.ts";
import { topic } from "./ids.ts";
import { Pool } from "./pool.ts";
import type { Publication, StreamPosition } from "./publication.ts";
import type { Subscription } from "./subscription.ts";

/** Subscribers of a channel on this node that share an encoding, and with it one native topic. */
export class Audience {
  readonly topic: Topic;
  followers = 0;
  membershipFollowers = 0;

  constructor(
    readonly encoder: Encoder,
    private readonly key: ChannelKey,
  ) {
    this.topic = topic(`${encoder.encoding}/${key}`);
  }

  /**
   * Joins and leaves go here: only those follow it who hear of them. Made when it is asked for, as most channels have
   * none. A key cannot begin with a letter, so the two kinds of topic never meet.
   */
  get membershipTopic(): Topic {
    return topic(`${this.encoder.encoding}/members/${this.key}`);
  }
}

interface Waiter {
  readonly position: StreamPosition;
  readonly reached: () => void;
}

/** Publications that a waiting join may still need, at most so many; more, and the join does not recover. */
const tailLimit = 512;

/** A channel that has, or is about to have, a subscriber on this node. */
export class Channel {
  readonly key: ChannelKey;
  readonly subscriptions = new Pool<Subscription>();
  readonly audiences: Audience[] = [];
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
    readonly traits: ChannelTraits,
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
    return this.subscriptions.size === 0 && this.holds === 0;
  }

  /** Called for each publication that is fanned out here. */
  remember(publication: Publication): void {
    if (this.holds === 0) return;
    this.tail ??= [];
    if (this.tail.length >= tailLimit) this.tailOverflowed = true;
    else this.tail.push(publication);
  }

  audience(encoder: Encoder): Audience {
    for (const audience of this.audiences) if (audience.encoder === encoder) return audience;
    const audience = new Audience(encoder, this.key);
    this.audiences.push(audience);
    return audience;
  }

  /** Subscribers of one wire, or of both. */
  get subscribers(): number {
    return this.subscriptions.size;
  }
}
