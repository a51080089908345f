import type { ChannelKey, UserId } from "../../../core/ids.ts";
import { nobody } from "../../../core/ids.ts";
import type { Place } from "./recovery.ts";

interface Room {
  readonly all: Set<Place>;
  readonly ofUser: Map<UserId, Set<Place>>;
}

/** The watched places of each channel, by user. */
export class Rooms {
  private readonly rooms = new Map<ChannelKey, Room>();

  size(key: ChannelKey): number {
    return this.rooms.get(key)?.all.size ?? 0;
  }

  add(place: Place): void {
    const { key } = place.channel;
    let room = this.rooms.get(key);
    if (room === undefined) this.rooms.set(key, (room = { all: new Set(), ofUser: new Map() }));
    room.all.add(place);
    file(room, place);
  }

  remove(place: Place): void {
    const { key } = place.channel;
    const room = this.rooms.get(key);
    if (room?.all.delete(place) !== true) return;
    unfile(room, place);
    if (room.all.size === 0) this.rooms.delete(key);
  }

  identify(place: Place, user: UserId): void {
    const room = this.rooms.get(place.channel.key);
    if (room === undefined) return;
    unfile(room, place);
    place.user = user;
    file(room, place);
  }

  /** Places that may be those of whoever joins: the same user's, and the only one of a closed channel unless another user's. */
  possiblySame(key: ChannelKey, user: UserId, closed: boolean): Iterable<Place> {
    const room = this.rooms.get(key);
    if (room === undefined) return [];
    if (closed && room.all.size === 1)
      return [...room.all].filter((one) => user === nobody || one.user === nobody || one.user === user);
    return user === nobody ? [] : (room.ofUser.get(user) ?? []);
  }
}

function file({ ofUser }: Room, place: Place): void {
  if (place.user === nobody) return;
  const known = ofUser.get(place.user);
  if (known === undefined) ofUser.set(place.user, new Set([place]));
  else known.add(place);
}

function unfile({ ofUser }: Room, place: Place): void {
  const known = ofUser.get(place.user);
  known?.delete(place);
  if (known?.size === 0) ofUser.delete(place.user);
}
