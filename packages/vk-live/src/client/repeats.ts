import type { KnownLiveEvent } from "./live-event.ts";

/**
 * Tells what was delivered before: after a reconnect the same message may come again, and one message may come on
 * two channels of a stream. A chat message is known by its id until it is deleted; a reward demand by its id and
 * status. Other events have no id and are never taken for repeats.
 */
export class Repeats {
  readonly #seen = new Set<string>();
  readonly #limit: number;

  /** Remembers so many ids, and forgets the oldest over that. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  isRepeat(event: KnownLiveEvent): boolean {
    switch (event.type) {
      case "channel_chat_message_send":
        return this.#isSeen(`message ${event.data.chat_message.id}`);
      case "channel_chat_message_delete":
        // What is sent again after this is no repeat.
        this.#seen.delete(`message ${event.data.chat_message.id}`);
        return false;
      case "channel_points_reward_demand_create": {
        const { id, status } = event.data.demand;
        return this.#isSeen(`demand ${id} ${status}`);
      }
      default:
        return false;
    }
  }

  #isSeen(key: string): boolean {
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > this.#limit && oldest !== undefined) this.#seen.delete(oldest);
    return false;
  }
}
