import type { App } from "../../core/app.ts";
import type { Clock } from "../../core/clock.ts";
import type { Hub } from "../../core/hub.ts";
import { channelName, topic, type Topic, type UserId } from "../../core/ids.ts";
import { userChannelPrefix } from "./channel-name.ts";
import { watchlistFrame } from "./frames.ts";
import type { PusherSession } from "./session.ts";

/** Milliseconds between two looks at the watched users that came or went: who is back by then was never gone. */
const tick = 500;
/** Deliveries of one look; what is left waits for the next. */
const tickDeliveries = 20_000;

/** A user whom somebody here watches. */
interface Watched {
  readonly app: App;
  readonly user: UserId;
  readonly topic: Topic;
  /** What the watchers were last told. */
  online: boolean;
  /** Connections that follow the topic. */
  watchers: number;
}

/**
 * Tells signed-in connections who of their watchlist is there (protocol notes, 2.9): everybody once after the sign-in,
 * then what changes. A user is there with a connection of either wire (B8). Each watched user has a topic, so that a
 * change is one frame however many watch; of users whom nobody watches nothing is kept.
 *
 * It knows the connections of this node alone: with a broker for several, users of other nodes would have to be asked
 * for there.
 */
export class Watchlists {
  private readonly watched = new Map<Topic, Watched>();
  private readonly watchedBy = new Map<PusherSession, readonly Watched[]>();
  /** Came or went since the last look. */
  private readonly changed = new Set<Watched>();
  private stop: (() => void) | undefined = undefined;

  constructor(
    private readonly hub: Hub,
    apps: Iterable<App>,
  ) {
    for (const app of apps)
      app.onUser((user) => {
        if (this.watched.size === 0) return;
        const known = this.watched.get(topicOf(app, user));
        if (known !== undefined) this.changed.add(known);
      });
  }

  /** How many users are watched. */
  get size(): number {
    return this.watched.size;
  }

  start(clock: Clock): void {
    this.stop = clock.every(tick, () => {
      if (this.changed.size > 0) this.look();
    });
  }

  end(): void {
    this.stop?.();
  }

  /** From now on the connection watches these, and no others; it is told at once who of them is there. */
  watch(session: PusherSession, users: readonly UserId[]): void {
    const { app, outlet } = session;
    const before = this.watchedBy.get(session) ?? [];
    const list = users.map((user) => this.open(app, user));
    const [online, offline]: [UserId[], UserId[]] = [[], []];
    for (const one of list) {
      // Else it would be told what is so, and soon after again as news.
      if (this.changed.delete(one)) this.tell(one);
      (one.online ? online : offline).push(one.user);
      one.watchers += 1;
    }
    if (list.length > 0) {
      this.watchedBy.set(session, list);
      outlet.push(watchlistFrame(online, offline));
    } else this.watchedBy.delete(session);
    const kept = new Set(list);
    for (const one of before) if (!kept.has(one)) outlet.unfollow(one.topic);
    for (const { topic: followed } of list) outlet.follow(followed);
    this.release(before);
  }

  /** The connection watches nobody any more: it is gone, or has signed in anew without a watchlist. */
  forget(session: PusherSession): void {
    if (this.watchedBy.size === 0) return;
    const list = this.watchedBy.get(session);
    if (list === undefined) return;
    this.watchedBy.delete(session);
    for (const one of list) session.outlet.unfollow(one.topic);
    this.release(list);
  }

  private open(app: App, user: UserId): Watched {
    const name = topicOf(app, user);
    const known = this.watched.get(name);
    if (known !== undefined) return known;
    const made = { app, user, topic: name, online: app.connectionsOf(user) > 0, watchers: 0 };
    this.watched.set(name, made);
    return made;
  }

  private release(list: readonly Watched[]): void {
    for (const one of list) {
      one.watchers -= 1;
      if (one.watchers > 0) continue;
      this.watched.delete(one.topic);
      this.changed.delete(one);
    }
  }

  private look(): void {
    let deliveries = 0;
    for (const one of this.changed) {
      if (deliveries >= tickDeliveries) return;
      this.changed.delete(one);
      if (this.tell(one)) deliveries += one.watchers;
    }
  }

  /** Tells the watchers where something has changed for them. */
  private tell(one: Watched): boolean {
    const { app, user, watchers } = one;
    const online = app.connectionsOf(user) > 0;
    if (online === one.online) return false;
    one.online = online;
    if (watchers === 0) return false;
    const frame = online ? watchlistFrame([user], []) : watchlistFrame([], [user]);
    this.hub.ports.fanout.publish(one.topic, frame);
    this.hub.observer.sent("pusher", watchers);
    this.hub.turnstile.spend(watchers, frame.length);
    return true;
  }
}

/** Injective in app and user, and of no channel: what stands before a channel's key in a topic is an encoding. */
function topicOf(app: App, user: UserId): Topic {
  return topic(`watchlist/${app.key(channelName(userChannelPrefix + user))}`);
}
