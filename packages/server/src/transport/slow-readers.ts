import type { Clock } from "../core/clock.ts";
import { closure, type Closure } from "../core/closure.ts";
import type { Observer } from "../core/observer.ts";
import type { Pool, Pooled } from "../core/pool.ts";
import type { Connection } from "../protocols/protocol.ts";

/** A client that may leave unread what it is sent. */
export interface Reader extends Pooled {
  /** Bytes that wait for it. */
  readonly buffered: number;
  readonly connection: Connection | undefined;
}

export interface UnreadLimits {
  /** Bytes that one client may leave unread. */
  readonly queueLimit: number;
  /** Bytes that all of them together may; 0 = any. */
  readonly sharedLimit: number;
}

const sweepInterval = 100;
/**
 * Of the queue's limit, what may go out between two sweeps. A character is at most three bytes: nobody gets from below
 * our limit to the runtime's, where a client is cut without a word, while nobody looks.
 */
const sweepShare = 4;
/** Of the shared limit, what clients are relieved to: the next publication is not at once above it. */
const reliefShare = 0.75;

/** Tells who leaves too much unread, and cuts it (runtime notes, 1). Looks only while somebody is buffering. */
export class SlowReaders {
  private readonly pools: Pool<Reader>[] = [];
  private clock: Clock | undefined = undefined;
  /** Characters handed over since the last sweep while somebody was buffering. */
  private unswept = 0;
  /** Bytes that were unread at the last sweep, and what may have been added to them since. */
  private unread = 0;
  private sweepsSoon = false;
  /** Set while somebody is buffering. */
  private stopSweep: (() => void) | undefined = undefined;

  constructor(
    private readonly limits: UnreadLimits,
    private readonly observer: Observer,
  ) {}

  watch(readers: Pool<Reader>): void {
    this.pools.push(readers);
  }

  start(clock: Clock): void {
    this.clock = clock;
  }

  end(): void {
    this.stopSweep?.();
  }

  /** Somebody is buffering what was just sent to so many readers; who that is, is not known. */
  congested(length: number, readers: number): void {
    this.stopSweep ??= this.clock?.every(sweepInterval, () => {
      this.sweep();
    });
    this.unswept += length;
    this.unread += length * readers;
    if (this.sweepsSoon || !this.mayExceed()) return;
    this.sweepsSoon = true;
    // Not at once: closing somebody amid a fan-out would change what is being gone through.
    queueMicrotask(() => {
      this.sweepsSoon = false;
      this.sweep();
    });
  }

  private mayExceed(): boolean {
    const { queueLimit, sharedLimit } = this.limits;
    return this.unswept > queueLimit / sweepShare || (sharedLimit > 0 && this.unread > sharedLimit);
  }

  private sweep(): void {
    const { queueLimit, sharedLimit } = this.limits;
    this.unswept = 0;
    this.unread = 0;
    const behind: { readonly reader: Reader; readonly buffered: number }[] = [];
    for (const pool of this.pools)
      for (const reader of pool.all()) {
        const { buffered } = reader;
        if (buffered > queueLimit) {
          this.full(reader);
        } else if (buffered > 0) {
          this.unread += buffered;
          behind.push({ reader, buffered });
        }
      }
    if (sharedLimit > 0 && this.unread > sharedLimit) {
      behind.sort((one, other) => other.buffered - one.buffered);
      for (const { reader, buffered } of behind) {
        if (this.unread <= sharedLimit * reliefShare) break;
        this.unread -= buffered;
        this.cut(reader, closure("slow", "all clients together leave more unread than queues.max_size"));
      }
    }
    if (behind.length > 0) return;
    this.stopSweep?.();
    this.stopSweep = undefined;
  }

  /** Ends a client that leaves more unread than one may. */
  full(reader: Reader): void {
    this.cut(reader, closure("slow", "the client leaves more unread than client.queue_max_size"));
  }

  private cut({ connection }: Reader, why: Closure): void {
    this.observer.dropped("slow-reader", 1);
    connection?.close(why);
  }
}
