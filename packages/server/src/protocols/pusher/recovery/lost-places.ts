import type { ChannelKey, UserId } from "../../../core/ids.ts";
import { nobody } from "../../../core/ids.ts";
import type { StreamPosition } from "../../../core/publication.ts";
import { Forgotten } from "./forgotten.ts";

/** A connection's place in a channel, as it was when the connection was lost. */
export interface LostPlace {
  readonly key: ChannelKey;
  /** Signed-in user or presence member; `nobody` = not known. */
  readonly user: UserId;
  /** It was the only one of its wire in a closed channel. */
  readonly alone: boolean;
  readonly handle: string;
  /** How far it surely had got. */
  readonly position: StreamPosition;
  /** What it had been given itself when it joined, of which it may have got nothing; undefined = nothing. */
  readonly claim: Claim | undefined;
}

/** A connection was given what a line had missed. */
export interface Claim {
  readonly line: Line;
  readonly generation: number;
}

interface Spot {
  readonly position: StreamPosition;
  readonly handle: string;
  /** Unix milliseconds. */
  readonly until: number;
}

/**
 * Lost connections that stand for one client: the first, and those that were given what it had missed and were lost in
 * turn. Somebody else may have been given it instead, so that the earlier positions hold as long as they would alone.
 */
export interface Line {
  readonly key: ChannelKey;
  readonly user: UserId;
  readonly alone: boolean;
  spots: Spot[];
  /** Handles of connections that were given it. It stays for others: a repeat does no harm, a gap does. */
  readonly given: Set<string>;
  /**
   * Counts the connections that were given it, were lost in turn and stand in it. Of several that were given the same,
   * only one can be this client.
   */
  generation: number;
}

/** What somebody who joins is to be given. */
export type Found =
  | { readonly kind: "nothing" }
  /** Something was lost that may be this client's; nobody can say. */
  | { readonly kind: "uncertain" }
  | { readonly kind: "line"; readonly line: Line; readonly since: StreamPosition; readonly handle: string };

export interface Joiner {
  readonly key: ChannelKey;
  readonly user: UserId;
  readonly handle: string;
}

export interface LostPlacesSettings {
  /** Lines kept; above it the oldest go. */
  readonly limit: number;
  readonly evicted: () => void;
}

const nothing: Found = { kind: "nothing" };
const uncertain: Found = { kind: "uncertain" };
/** Spots of one line: a client that is cut off again and again. Above it the farthest back stands for the next, too. */
const mostSpots = 16;
/** Connections of one line that are remembered to have been given it; whoever comes later may get it twice. */
const mostGiven = 64;

interface Room {
  readonly all: Set<Line>;
  readonly ofUser: Map<UserId, Set<Line>>;
}

/** Where lost connections stood, for as long as they may come back. */
export class LostPlaces {
  private readonly rooms = new Map<ChannelKey, Room>();
  /** All of them, the oldest first. */
  private readonly lines = new Set<Line>();
  private readonly forgotten = new Forgotten();

  constructor(private readonly settings: LostPlacesSettings) {}

  get size(): number {
    return this.lines.size;
  }

  /** Keeps a place until then, Unix milliseconds; answers the line to look after at that time. */
  add(place: LostPlace, until: number, now: number): Line {
    const { key, user, alone, handle, position, claim } = place;
    const spot: Spot = { position, handle, until };
    const line = claim === undefined ? undefined : this.continued(claim, user, now);
    if (line !== undefined) {
      const back = line.spots.length < mostSpots ? undefined : farthestBack(line.spots);
      if (back === undefined) line.spots.push(spot);
      else line.spots[line.spots.indexOf(back)] = { ...(farthestBack([back, spot]) ?? spot), until };
      line.generation += 1;
      return line;
    }
    const fresh: Line = { key, user, alone, spots: [spot], given: new Set(), generation: 0 };
    this.file(fresh);
    while (this.lines.size > this.settings.limit) this.evict();
    return fresh;
  }

  /** The line that a lost connection was given, where it still holds and nobody else has taken its place in it. */
  private continued({ line, generation }: Claim, user: UserId, now: number): Line | undefined {
    const sameUser = line.user === user || line.user === nobody || user === nobody;
    return sameUser && generation === line.generation && this.holds(line, now) ? line : undefined;
  }

  /** What a client is to be given, if it is certain. */
  find({ key, user, handle }: Joiner, now: number): Found {
    // Of two that were lost one may be left: it looks like the only one.
    if (this.forgotten.mayBeOf(key, user, now)) return uncertain;
    const room = this.rooms.get(key);
    if (room === undefined) return nothing;
    const own = user === nobody ? [] : this.firstTwo(room.ofUser.get(user), now, handle);
    if (own.length > 1) return uncertain;
    if (own[0] !== undefined) return lineFound(own[0]);
    // Of somebody else, who is known, it cannot be.
    const [possible] = this.firstTwo(user === nobody ? room.all : room.ofUser.get(nobody), now, handle);
    if (possible === undefined) return nothing;
    return possible.alone && this.firstTwo(room.all, now).length === 1 ? lineFound(possible) : uncertain;
  }

  /** Lines that hold and were not given to this connection; two are as good as all, of which there may be thousands. */
  private firstTwo(lines: Iterable<Line> | undefined, now: number, handle?: string): Line[] {
    const found: Line[] = [];
    for (const line of lines ?? []) {
      if (!this.holds(line, now) || (handle !== undefined && line.given.has(handle))) continue;
      found.push(line);
      if (found.length === 2) break;
    }
    return found;
  }

  give(line: Line, handle: string): void {
    if (line.given.size < mostGiven) line.given.add(handle);
  }

  /** Whether anything is kept of the channel but what a connection was given itself. */
  hasOthers(key: ChannelKey, claim: Claim | undefined, now: number): boolean {
    return this.firstTwo(this.rooms.get(key)?.all, now).some((line) => line !== claim?.line);
  }

  /** Forgets what has run out of a line. */
  sweep(line: Line, now: number): void {
    if (!this.holds(line, now)) this.remove(line);
  }

  private holds(line: Line, now: number): boolean {
    if (line.spots.some(({ until }) => until <= now))
      line.spots = line.spots.filter(({ until }) => now < until);
    return line.spots.length > 0 && this.lines.has(line);
  }

  private file(line: Line): void {
    let room = this.rooms.get(line.key);
    if (room === undefined) this.rooms.set(line.key, (room = { all: new Set(), ofUser: new Map() }));
    room.all.add(line);
    const ofUser = room.ofUser.get(line.user);
    if (ofUser === undefined) room.ofUser.set(line.user, new Set([line]));
    else ofUser.add(line);
    this.lines.add(line);
  }

  private remove(line: Line): void {
    const room = this.rooms.get(line.key);
    if (!this.lines.delete(line) || room === undefined) return;
    room.all.delete(line);
    const ofUser = room.ofUser.get(line.user);
    ofUser?.delete(line);
    if (ofUser?.size === 0) room.ofUser.delete(line.user);
    if (room.all.size === 0) this.rooms.delete(line.key);
  }

  private evict(): void {
    const [oldest] = this.lines;
    if (oldest === undefined) return;
    for (const { until } of oldest.spots) this.forgotten.add(oldest.key, oldest.user, until);
    this.remove(oldest);
    this.settings.evicted();
  }
}

/** From the farthest back of what holds: whichever of the lost connections was the client's, it has all since then. */
function lineFound(line: Line): Found {
  const back = farthestBack(line.spots);
  return back === undefined ? nothing : { kind: "line", line, since: back.position, handle: back.handle };
}

/** Of several lives of a stream, in the first: from there nothing is to be had, which is told. */
function farthestBack(spots: readonly Spot[]): Spot | undefined {
  let [back] = spots;
  for (const spot of spots) {
    const { epoch, offset } = spot.position;
    if (epoch === back?.position.epoch && offset < back.position.offset) back = spot;
  }
  return back;
}
