import type { ChannelKey } from "../../core/ids.ts";
import type { StreamPosition } from "../../core/publication.ts";
import { AgingMap } from "../../core/aging-map.ts";

/** How long the result of a publish with an idempotency key stands, in milliseconds (protocol notes, 6.2). */
const resultTtl = 5 * 60_000;

interface Result {
  readonly position: StreamPosition | undefined;
  readonly until: number;
}

/** What publishes with an idempotency key gave, for the next one with the same key. All live equally long. */
export class RecentResults {
  private readonly results = new AgingMap<string, Result>();

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
    this.results.add(nameOf(key, idempotencyKey), { position, until: now + resultTtl });
    if (this.results.size <= this.limit) return;
    const oldest = this.results.oldest();
    if (oldest !== undefined && this.results.delete(oldest[0])) this.evicted();
  }

  sweep(most: number, now: number): void {
    for (let dropped = 0; dropped < most; dropped += 1) {
      const oldest = this.results.oldest();
      if (oldest === undefined || now < oldest[1].until) return;
      this.results.delete(oldest[0]);
    }
  }
}

/** Results are a channel's own. The length in front keeps pairs apart whatever characters they hold. */
function nameOf(key: ChannelKey, idempotencyKey: string): string {
  return `${idempotencyKey.length}:${idempotencyKey}${key}`;
}
