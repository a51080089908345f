import { DeltaFollowers } from "./delta-followers.ts";
import type { Encoder } from "./encoder.ts";
import type { ChannelKey, Topic } from "./ids.ts";
import { topic } from "./ids.ts";

/** Subscribers of a channel on this node that share an encoding, and with it one native topic. */
export class Audience {
  /** All of them. */
  subscribers = 0;
  /** Those on the topic: all but who is told in a way of its own. */
  followers = 0;
  membershipFollowers = 0;
  /** Those who are told what has changed; undefined = nobody. */
  deltas: DeltaFollowers | undefined = undefined;
  /** The next audience of the channel: there are as many as encodings, too few for a list of their own. */
  next: Audience | undefined = undefined;

  constructor(
    readonly encoder: Encoder,
    private readonly key: ChannelKey,
  ) {}

  /** Put together when it is needed: kept, it would be the largest part of a channel with one subscriber. */
  get topic(): Topic {
    return topic(`${this.encoder.encoding}/${this.key}`);
  }

  /** Joins and leaves go here: only those follow it who hear of them. A key cannot begin with a letter, so the two never meet. */
  get membershipTopic(): Topic {
    return this.topicOf("members");
  }

  /** A topic of some of them. `part` begins with a letter. */
  topicOf(part: string): Topic {
    return topic(`${this.encoder.encoding}/${part}/${this.key}`);
  }

  /** Those who are told what has changed, made with the first; undefined = the encoding has no deltas. */
  deltaFollowers(): DeltaFollowers | undefined {
    const { deltas } = this.encoder;
    if (deltas === undefined) return undefined;
    this.deltas ??= new DeltaFollowers(this, deltas);
    return this.deltas;
  }
}
