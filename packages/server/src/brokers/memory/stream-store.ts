import type { DataVersion } from "../../core/broker.ts";
import type { ChannelKey } from "../../core/ids.ts";
import type { Draft, HistoryBounds, HistoryPage, HistoryQuery, Publication } from "../../core/publication.ts";
import { AgingMap } from "../../core/aging-map.ts";
import { Stream } from "./stream.ts";
import { Sweep } from "./sweep.ts";

/** The streams of all channels. */
export class StreamStore {
  private readonly streams = new Map<ChannelKey, Stream>();
  /** Read, but never published to: whoever may subscribe makes these, so they are bounded; the oldest comes first. */
  private readonly unused = new AgingMap<ChannelKey, Stream>();
  private readonly sweeper = new Sweep<ChannelKey, Stream>(this.streams, (stream, _key, now) => {
    stream.forgetOld(now);
    return stream.gone(now);
  });

  constructor(
    private readonly unusedLimit: number,
    private readonly evicted: () => void,
  ) {}

  append(key: ChannelKey, draft: Draft, bounds: HistoryBounds, now: number): Publication {
    return this.used(key, now).append(draft, bounds, now);
  }

  /** Whether the data is newer than all that the channel had; if so, it is the newest from now on. */
  advance(key: ChannelKey, version: DataVersion, now: number): boolean {
    return this.used(key, now).advance(version);
  }

  /** A stream that is published to. */
  private used(key: ChannelKey, now: number): Stream {
    let stream = this.living(this.streams, key, now);
    if (stream === undefined) {
      stream = this.living(this.unused, key, now) ?? new Stream();
      this.unused.delete(key);
      this.streams.set(key, stream);
    }
    return stream;
  }

  read(key: ChannelKey, query: HistoryQuery, metaTtl: number, now: number): HistoryPage {
    let stream = this.living(this.streams, key, now) ?? this.living(this.unused, key, now);
    if (stream === undefined) {
      stream = new Stream();
      this.unused.add(key, stream);
      this.bound();
    }
    return stream.read(query, metaTtl, now);
  }

  /** Empties a channel's stream; its position stays. */
  remove(key: ChannelKey): void {
    this.streams.get(key)?.clear();
  }

  sweep(most: number, now: number): void {
    this.sweeper.piece(most, now);
    // Which of the unused was read last is not known by their order: those behind one that lives on wait for it.
    for (let dropped = 0; dropped < most; dropped += 1) {
      const oldest = this.unused.oldest();
      if (oldest?.[1].gone(now) !== true) return;
      this.unused.delete(oldest[0]);
    }
  }

  private living(among: Streams, key: ChannelKey, now: number): Stream | undefined {
    const stream = among.get(key);
    if (stream?.gone(now) !== true) return stream;
    among.delete(key);
    return undefined;
  }

  private bound(): void {
    if (this.unused.size <= this.unusedLimit) return;
    const oldest = this.unused.oldest();
    if (oldest !== undefined && this.unused.delete(oldest[0])) this.evicted();
  }
}

interface Streams {
  get(key: ChannelKey): Stream | undefined;
  delete(key: ChannelKey): boolean;
}
