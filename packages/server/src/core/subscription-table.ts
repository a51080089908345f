import type { ChannelName } from "./ids.ts";
import type { Subscription } from "./subscription.ts";

/**
 * A client's subscriptions by channel. Most clients have one or a few, and a map costs each of them some 300 bytes
 * before it holds anything: the first stands in the table itself, and only a second one makes a map.
 */
export class SubscriptionTable {
  private first: Subscription | undefined = undefined;
  private others: Map<ChannelName, Subscription> | undefined = undefined;

  get size(): number {
    return (this.first === undefined ? 0 : 1) + (this.others?.size ?? 0);
  }

  get(channel: ChannelName): Subscription | undefined {
    const { first } = this;
    return first !== undefined && first.channel.traits.name === channel ? first : this.others?.get(channel);
  }

  has(channel: ChannelName): boolean {
    return this.get(channel) !== undefined;
  }

  /** Adds one of a channel that the table does not have. */
  add(subscription: Subscription): void {
    if (this.first === undefined) this.first = subscription;
    else (this.others ??= new Map()).set(subscription.channel.traits.name, subscription);
  }

  /** Takes this very subscription out; another of the same channel stays. */
  remove(subscription: Subscription): void {
    if (this.first === subscription) {
      this.first = undefined;
      return;
    }
    const name = subscription.channel.traits.name;
    if (this.others?.get(name) !== subscription) return;
    this.others.delete(name);
    if (this.others.size === 0) this.others = undefined;
  }

  /** All of them, as they are now. */
  values(): Subscription[] {
    const { first, others } = this;
    if (others === undefined) return first === undefined ? [] : [first];
    return first === undefined ? [...others.values()] : [first, ...others.values()];
  }
}
