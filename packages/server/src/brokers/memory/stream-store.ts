import type { ChannelKey } from "../../core/ids.ts";
import type { Draft, HistoryBounds, HistoryPage, HistoryQuery, Publication } from "../../core/publication.ts";
import { Stream } from "./stream.ts";
import { Sweep } from "./sweep.ts";

/** The streams of all channels. */
export class StreamStore {
  private readonly streams = new Map<ChannelKey, Stream>();
  /** Read, but never published to: whoever may subscribe makes these, so they are bounded; the oldest comes first. */
  private readonly unused = new Map<ChannelKey, Stream>();
  private readonly sweeps: readonly Sweep<ChannelKey, Stream>[];

  constructor(
    private readonly unusedLimit: number,
    private readonly evicted: () => void,
  ) {
    const isOver = (stream: Stream, _key: ChannelKey, now: number): boolean => {
      stream.forgetOld(now);
      return stream.gone(now);
    };
    this.sweeps = [new Sweep(this.streams, isOver), new Sweep(this.unused, isOver)];
  }

  append(key: ChannelKey, draft: Draft, bounds: HistoryBounds, now: number): Publication {
    let stream = this.living(this.streams, key, now);
    if (stream === undefined) {
      stream = this.living(this.unused, key, now) ?? new Stream();
      this.unused.delete(key);
      this.streams.set(key, stream);
    }
    return stream.append(draft, bounds, now);
  }

  read(key: ChannelKey, query: HistoryQuery, metaTtl: number, now: number): HistoryPage {
    let stream = this.living(this.streams, key, now) ?? this.living(this.unused, key, now);
    if (stream === undefined) {
      stream = new Stream();
      this.unused.set(key, stream);
      this.bound();
    }
    return stream.read(query, metaTtl, now);
  }

  /** Empties a channel's stream; its position stays. */
  remove(key: ChannelKey): void {
    this.streams.get(key)?.clear();
  }

  sweep(most: number, now: number): void {
    for (const sweep of this.sweeps) sweep.piece(most, now);
  }

  private living(among: Map<ChannelKey, Stream>, key: ChannelKey, now: number): Stream | undefined {
    const stream = among.get(key);
    if (stream?.gone(now) !== true) return stream;
    among.delete(key);
    return undefined;
  }

  private bound(): void {
    if (this.unused.size <= this.unusedLimit) return;
    const oldest = this.unused.keys().next();
    if (oldest.done === true) return;
    this.unused.delete(oldest.value);
    this.evicted();
  }
}
