import type { DataVersion } from "../../core/broker.ts";
import type { Draft, HistoryBounds, HistoryPage, HistoryQuery, Publication } from "../../core/publication.ts";

const letters = "abcdefghijklmnopqrstuvwxyz";
const epochLength = 8;
/** Randomness for many epochs at once: to ask for it each time costs more than all the rest of a new stream. */
const randomness = new Uint8Array(512 * epochLength);
let used = randomness.length;

/** Eight random letters: two lives of a stream never share them, short of a chance in 200 billion. */
function freshEpoch(): string {
  if (used === randomness.length) {
    crypto.getRandomValues(randomness);
    used = 0;
  }
  let epoch = "";
  for (const end = used + epochLength; used < end; used += 1)
    epoch += letters.charAt((randomness[used] ?? 0) % letters.length);
  return epoch;
}

const never = Number.POSITIVE_INFINITY;

/**
 * One life of a channel's stream. What it keeps are always the newest publications without a hole, so an offset is
 * an index (protocol notes, 14.2).
 */
export class Stream {
  readonly epoch = freshEpoch();
  private top = 0;
  private kept: Publication[] | undefined = undefined;
  private keptUntil = never;
  private metaUntil = never;
  /** Of what the application has published last with one. */
  private version: DataVersion | undefined = undefined;

  /** Whether the data is newer than all there was, by its application's own count; if so, it is the newest from now on. */
  advance(version: DataVersion): boolean {
    const { version: newest } = this;
    if (newest !== undefined && version.number <= newest.number) {
      if (version.epoch === "" || version.epoch === newest.epoch) return false;
    }
    this.version = version;
    return true;
  }

  /** Gives a draft the next place, keeps it, and lets go of what the bounds no longer allow. */
  append(draft: Draft, bounds: HistoryBounds, now: number): Publication {
    this.touch(bounds.metaTtl, now);
    this.forgetOld(now);
    this.top += 1;
    const { content, by, tags, except, delta } = draft;
    const publication = {
      content,
      by,
      tags,
      except,
      delta,
      position: { offset: this.top, epoch: this.epoch },
    };
    const kept = (this.kept ??= []);
    kept.push(publication);
    const excess = kept.length - bounds.size;
    if (excess === 1) kept.shift();
    else if (excess > 1) kept.splice(0, excess);
    this.keptUntil = now + bounds.ttl;
    return publication;
  }

  read(query: HistoryQuery, metaTtl: number, now: number): HistoryPage {
    this.touch(metaTtl, now);
    this.forgetOld(now);
    return { position: { offset: this.top, epoch: this.epoch }, publications: this.select(query) };
  }

  /** Empties it; its position stays. */
  clear(): void {
    this.kept = undefined;
    this.keptUntil = never;
  }

  /** Whether even its position is to be forgotten. */
  gone(now: number): boolean {
    return now >= this.metaUntil;
  }

  /** Gives back the memory of publications that have run out. */
  forgetOld(now: number): void {
    if (now >= this.keptUntil) this.clear();
  }

  private touch(metaTtl: number, now: number): void {
    this.metaUntil = metaTtl > 0 ? now + metaTtl : never;
  }

  private select({ since, limit, reverse }: HistoryQuery): readonly Publication[] {
    const { kept } = this;
    if (limit === 0 || kept === undefined) return [];
    const length = kept.length;
    // Publications before this index are those up to and with `offset`.
    const indexAfter = (offset: number): number =>
      Math.min(Math.max(offset - (this.top - length), 0), length);
    if (reverse) {
      const end = since === undefined ? length : indexAfter(since - 1);
      return kept.slice(limit < 0 ? 0 : Math.max(end - limit, 0), end).reverse();
    }
    const start = since === undefined ? 0 : indexAfter(since);
    return kept.slice(start, limit < 0 ? length : start + limit);
  }
}
