import type { Headcount, Member, PresenceEntry } from "../../core/broker.ts";
import type { ClientId, UserId } from "../../core/ids.ts";
import { nobody } from "../../core/ids.ts";
import type { ClientInfo } from "../../core/publication.ts";

/** A node as its presence entries see it: when it has gone silent, all of them are dead at once. */
export interface NodeLife {
  beatAt: number;
  dead: boolean;
}

interface Place {
  readonly entry: PresenceEntry;
  readonly life: NodeLife;
}

interface UserPlaces {
  readonly info: ClientInfo;
  count: number;
}

/** Who is in one channel: its clients, and with them its users. */
export class Roster {
  private readonly clients = new Map<ClientId, Place>();
  private readonly users = new Map<UserId, UserPlaces>();
  /** How many nodes had died when this was last cleaned. */
  private deathsSeen: number;

  constructor(deaths: number) {
    this.deathsSeen = deaths;
  }

  get empty(): boolean {
    return this.clients.size === 0;
  }

  add(entry: PresenceEntry, life: NodeLife, userLimit: number): "first" | "again" | "nameless" | "full" {
    const { user, client } = entry;
    const before = this.clients.get(client);
    if (before?.entry.user === user) {
      this.clients.set(client, { entry, life });
      return user === nobody ? "nameless" : "again";
    }
    const places = this.users.get(user);
    if (user !== nobody && places === undefined && userLimit > 0 && this.users.size >= userLimit)
      return "full";
    if (before !== undefined) this.remove(client);
    this.clients.set(client, { entry, life });
    if (user === nobody) return "nameless";
    if (places === undefined) {
      this.users.set(user, { info: entry, count: 1 });
      return "first";
    }
    places.count += 1;
    return "again";
  }

  remove(client: ClientId): "last" | "remaining" | "nameless" | "absent" {
    const place = this.clients.get(client);
    if (place === undefined) return "absent";
    this.clients.delete(client);
    const { user } = place.entry;
    const places = this.users.get(user);
    if (places === undefined) return "nameless";
    places.count -= 1;
    if (places.count > 0) return "remaining";
    this.users.delete(user);
    return "last";
  }

  /** Takes out the clients of nodes that have died since the last time. */
  bury(deaths: number): void {
    if (this.deathsSeen === deaths) return;
    this.deathsSeen = deaths;
    for (const [client, { life }] of this.clients) if (life.dead) this.remove(client);
  }

  presence(): readonly ClientInfo[] {
    return Array.from(this.clients.values(), ({ entry }) => infoOf(entry));
  }

  members(): readonly Member[] {
    return Array.from(this.users, ([user, { info }]) => ({ user, info: infoOf(info) }));
  }

  headcount(): Headcount {
    return { clients: this.clients.size, users: this.users.size };
  }
}

/** Without the node, which is nobody's business but the store's. */
function infoOf({ user, client, connInfo, chanInfo }: ClientInfo): ClientInfo {
  return { user, client, connInfo, chanInfo };
}
