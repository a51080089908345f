import type { ChannelKey } from "../../core/ids.ts";
import type { StreamPosition } from "../../core/publication.ts";

/** How long the result of a publish with an idempotency key stands, in milliseconds (protocol notes, 6.2). */
const resultTtl = 5 * 60_000;

interface Result {
  readonly position: StreamPosition | undefined;
  readonly until: number;
}

/** What publishes with an idempotency key gave, for the next one with the same key. Oldest first, as all live equally long. */
export class RecentResults {
  private readonly results = new Map<string, Result>();

  constructor(
    private readonly limit: number,
    private readonly evicted: () => void,
  ) {}

  find(key: ChannelKey, idempotencyKey: string, now: number): Result | undefined {
    const result = this.results.get(nameOf(key, idempotencyKey));
    return result === undefined || now >= result.until ? undefined : result;
  }

  add(
    key: ChannelKey,
    idempotencyKey: string,
    { position, now }: { position: StreamPosition | undefined; now: number },
  ): void {
    const name = nameOf(key, idempotencyKey);
    this.results.delete(name);
    this.results.set(name, { position, until: now + resultTtl });
    if (this.results.size > this.limit && this.dropOldest()) this.evicted();
  }

  sweep(most: number, now: number): void {
    let left = most;
    for (const [name, { until }] of this.results) {
      if (now < until || left === 0) return;
      this.results.delete(name);
      left -= 1;
    }
  }

  private dropOldest(): boolean {
    const oldest = this.results.keys().next();
    return oldest.done !== true && this.results.delete(oldest.value);
  }
}

/** Results are a channel's own. The length in front keeps pairs apart whatever characters they hold. */
function nameOf(key: ChannelKey, idempotencyKey: string): string {
  return `${idempotencyKey.length}:${idempotencyKey}${key}`;
}
