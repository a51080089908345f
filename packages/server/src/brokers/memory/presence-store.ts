import type { Headcount, Member, PresenceEntry } from "../../core/broker.ts";
import type { ChannelKey, ClientId, NodeId } from "../../core/ids.ts";
import type { ClientInfo } from "../../core/publication.ts";
import { type NodeLife, Roster } from "./roster.ts";
import { Sweep } from "./sweep.ts";

/** Presence of all channels. A node that is silent for longer than `ttl` milliseconds takes its entries with it. */
export class PresenceStore {
  private readonly rosters = new Map<ChannelKey, Roster>();
  private readonly nodes = new Map<NodeId, NodeLife>();
  private deaths = 0;
  private readonly sweeper = new Sweep(this.rosters, (roster) => {
    roster.bury(this.deaths);
    return roster.empty;
  });

  constructor(private readonly ttl: number) {}

  add(
    key: ChannelKey,
    { entry, userLimit, now }: { entry: PresenceEntry; userLimit: number; now: number },
  ): "first" | "again" | "nameless" | "full" {
    const known = this.roster(key, now);
    const roster = known ?? new Roster(this.deaths);
    const added = roster.add(entry, this.life(entry.node, now), userLimit);
    if (known === undefined && !roster.empty) this.rosters.set(key, roster);
    return added;
  }

  remove(key: ChannelKey, client: ClientId, now: number): "last" | "remaining" | "nameless" | "absent" {
    const roster = this.roster(key, now);
    if (roster === undefined) return "absent";
    const removed = roster.remove(client);
    if (roster.empty) this.rosters.delete(key);
    return removed;
  }

  presence(key: ChannelKey, now: number): readonly ClientInfo[] {
    return this.roster(key, now)?.presence() ?? [];
  }

  members(key: ChannelKey, now: number): readonly Member[] {
    return this.roster(key, now)?.members() ?? [];
  }

  headcount(key: ChannelKey, now: number): Headcount {
    return this.roster(key, now)?.headcount() ?? { clients: 0, users: 0 };
  }

  beat(node: NodeId, now: number): void {
    this.life(node, now).beatAt = now;
  }

  sweep(most: number, now: number): void {
    this.noticeDeaths(now);
    this.sweeper.piece(most, now);
  }

  /** The living of a channel. Clients of dead nodes are taken out here, or by the sweep, whichever comes first. */
  private roster(key: ChannelKey, now: number): Roster | undefined {
    this.noticeDeaths(now);
    const roster = this.rosters.get(key);
    roster?.bury(this.deaths);
    return roster;
  }

  /** There are few nodes, so each look at presence may look at all of them. */
  private noticeDeaths(now: number): void {
    for (const [node, life] of this.nodes) {
      if (now - life.beatAt <= this.ttl) continue;
      life.dead = true;
      // Should it come back, it starts a new life: what it had stays dead.
      this.nodes.delete(node);
      this.deaths += 1;
    }
  }

  private life(node: NodeId, now: number): NodeLife {
    const known = this.nodes.get(node);
    if (known !== undefined) return known;
    const life = { beatAt: now, dead: false };
    this.nodes.set(node, life);
    return life;
  }
}
