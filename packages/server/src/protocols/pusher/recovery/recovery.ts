import type { Answer } from "../../../core/answer.ts";
import type { Channel } from "../../../core/channel.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import type { Clock } from "../../../core/clock.ts";
import { type Closure, closure } from "../../../core/closure.ts";
import { Deadlines } from "../../../core/deadlines.ts";
import { type ChannelKey, type ChannelName, nobody, type UserId } from "../../../core/ids.ts";
import type { Observer } from "../../../core/observer.ts";
import { Pool, type Pooled } from "../../../core/pool.ts";
import type { StreamPosition } from "../../../core/publication.ts";
import type { Subscription } from "../../../core/subscription.ts";
import { type Claim, type Found, type Line, LostPlaces } from "./lost-places.ts";
import { Pings, type Proven } from "./pings.ts";
import { Rooms } from "./rooms.ts";

/** What is asked of a connection: its session, seen from here. */
export interface Recovering {
  readonly socketId: string;
  readonly app: { key(channel: ChannelName): ChannelKey };
  readonly user: UserId;
  readonly closed: boolean;
  readonly outlet: { probe(text: string): void };
  close(closure: Closure): void;
}

/** How a connection ended. */
export interface Ending {
  /** Of the client's close frame (`Connection.gone`). */
  readonly code: number;
  /** Why the server closed it; undefined = it did not. */
  readonly closure: Closure | undefined;
}

/** Who joins what. */
export interface Arrival {
  readonly traits: ChannelTraits;
  /** Signed-in user or presence member. */
  readonly user: UserId;
}

/** One subscription of a connection that is watched. */
export interface Place extends Proven {
  readonly watch: Watch;
  readonly channel: Channel;
  user: UserId;
  readonly claim: Claim | undefined;
}

/** A connection that has a place in a recovering channel. */
export class Watch implements Pooled {
  place = -1;
  bucket = -1;
  readonly pings = new Pings();
  readonly places = new Map<ChannelName, Place>();
  /** Joins that wait for its next pong, or its end. */
  waiting: (() => void)[] | undefined = undefined;

  constructor(
    readonly session: Recovering,
    /** Pings with a number above it were sent when this connection was there already. */
    readonly born: number,
  ) {}

  wake(): void {
    const { waiting } = this;
    this.waiting = undefined;
    for (const done of waiting ?? []) done();
  }
}

/**
 * Milliseconds between two pings to one connection: as much as a client may get twice. A ping and its pong are some 20
 * bytes each; less would keep the radio of a phone awake.
 */
export const pingInterval = 5_000;
/** Few pings a turn: each is a send of its own. */
const pingTick = 250;
/**
 * Milliseconds for which a ping may be unanswered when the client closes the connection as it should. Clients that get
 * no answer to their own ping close it just so, and come back (Java 2.0.2: 1000, pusher-js: no code); by then they have
 * been deaf for seconds.
 */
const owedAtClose = 1_000;
/** RFC 6455, 7.4.1: the page is left. What it missed, the next page loads. */
const goingAway = 1001;
/** There was no close frame. */
const cutOff = 1006;
/** Milliseconds in which a connection that may be half-open has to answer, while its successor's join waits. */
export const probePatience = 2_000;
/** How often a join asks: a client that is cut off again and again leaves connections that join while the next one waits. */
const probeRounds = 3;
/** Connections of one client that are asked for one join. */
const mostProbed = 8;
/** Places of lost connections that are kept, some 300 bytes each; above it the oldest go, counted. */
const mostLost = 100_000;
const pingText = "twinwire:";

/**
 * Recovery for clients that know nothing of it. Each place's position is that before the last ping whose pong came back;
 * who is cut off and joins again in time gets all that was published since. Ticks from the first place on: where no
 * namespace asks for it, nothing runs.
 */
export class Recovery {
  private readonly watches = new Map<Recovering, Watch>();
  private readonly rooms = new Rooms();
  private readonly lost: LostPlaces;
  /** Joins that wait, by the client they may be of. */
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly expiry: Deadlines<Line>;
  private readonly buckets = Array.from({ length: pingInterval / pingTick }, () => new Pool<Watch>());
  private turn = 0;
  private entered = 0;
  private lastPing = 0;
  private stop: (() => void) | undefined = undefined;

  constructor(
    observer: Observer,
    private readonly clock: Clock,
    limit = mostLost,
  ) {
    const evicted = (): void => {
      observer.dropped("lost-position", 1);
    };
    this.lost = new LostPlaces({ limit, evicted });
    this.expiry = new Deadlines(clock, (line, now) => {
      this.lost.sweep(line, now);
    });
  }

  private start(): void {
    this.stop ??= this.clock.every(pingTick, () => {
      const bucket = this.buckets[this.turn];
      this.turn = (this.turn + 1) % this.buckets.length;
      if (bucket !== undefined) for (const watch of bucket) this.ping(watch);
    });
  }

  end(): void {
    this.stop?.();
    this.expiry.end();
  }

  /** Connections that are pinged. */
  get size(): number {
    return this.watches.size;
  }

  /** Positions of lost connections that are kept. */
  get lostPlaces(): number {
    return this.lost.size;
  }

  /**
   * Lets somebody join, who is told what was missed. Where an older connection of the same client may be half-open, it
   * is asked, and the join waits: its pong says that nothing is lost; without one it is closed, and its position counts.
   * Of connections that may be the same client's, one joins after the other: the next asks the one before.
   */
  arriving(
    session: Recovering,
    { traits, user }: Arrival,
    next: (found: Found) => Answer<void>,
  ): Answer<void> {
    const watch = this.watchOf(session);
    const key = session.app.key(traits.name);
    const closed = traits.kind === "closed";
    const joiner = { key, user, handle: session.socketId };
    const found = (): Found => this.lost.find(joiner, this.clock.now());
    const doubtful = (): Place[] => {
      const places: Place[] = [];
      // One user may have thousands of connections; more than are asked need not be counted.
      for (const place of this.rooms.possiblySame(key, user, closed)) {
        if (place.watch === watch || place.watch.pings.answered > watch.born) continue;
        if (places.push(place) > mostProbed) break;
      }
      return places;
    };
    const lane = closed && this.rooms.size(key) <= 1 ? key : `${key} ${user}`;
    const before = user === nobody && lane !== key ? undefined : this.lanes.get(lane);
    if (before === undefined && doubtful().length === 0) return next(found());
    const turn = (async () => {
      if (before !== undefined) await Promise.race([before, this.clock.delay(probeRounds * probePatience)]);
      await this.ask(watch, doubtful);
      if (this.watches.has(session)) await next(found());
    })().finally(() => {
      if (this.lanes.get(lane) === turn) this.lanes.delete(lane);
    });
    this.lanes.set(lane, turn);
    return turn;
  }

  /** Asks the older connections, and those that have joined while the first were asked. */
  private async ask(watch: Watch, others: () => readonly Place[]): Promise<void> {
    for (let round = 0; round < probeRounds; round += 1) {
      const doubtful = others();
      // Of more than that nobody could say which was lost.
      if (doubtful.length === 0 || doubtful.length > mostProbed) return;
      const answers = doubtful.map((place) => {
        this.ping(place.watch);
        return this.answerOf(place.watch, watch.born);
      });
      await Promise.race([Promise.all(answers), this.clock.delay(probePatience)]);
      // Who is gone itself makes nobody else go.
      if (!this.watches.has(watch.session)) return;
      for (const { watch: old } of doubtful)
        if (old.pings.answered <= watch.born)
          old.session.close(closure("no-pong", "the client has another connection, and this one is silent"));
    }
  }

  private async answerOf(watch: Watch, born: number): Promise<void> {
    while (this.watches.has(watch.session) && watch.pings.answered <= born)
      await new Promise<void>((done) => {
        (watch.waiting ??= []).push(done);
      });
  }

  /** The client follows the channel; in the turn in which it does. */
  joined(
    session: Recovering,
    subscription: Subscription,
    told: { found: Found; position: StreamPosition | undefined },
  ): void {
    const { channel, info } = subscription;
    const { found, position } = told;
    if (position === undefined || session.closed) return;
    let claim: Claim | undefined;
    if (found.kind === "line") {
      this.lost.give(found.line, session.socketId);
      claim = { line: found.line, generation: found.line.generation };
    }
    this.start();
    const watch = this.watchOf(session);
    const user = channel.traits.presence && info !== undefined ? info.user : session.user;
    const place: Place = { watch, channel, user, claim, proven: position };
    watch.places.set(channel.traits.name, place);
    this.rooms.add(place);
    if (watch.bucket >= 0) return;
    // One after the other: a storm of connects is spread over the interval.
    this.entered = (this.entered + 1) % this.buckets.length;
    watch.bucket = this.entered;
    this.buckets[watch.bucket]?.add(watch);
  }

  /** The connection turns out to be a user's. */
  identified(session: Recovering): void {
    for (const place of this.watches.get(session)?.places.values() ?? [])
      if (!place.channel.traits.presence) this.rooms.identify(place, session.user);
  }

  unsubscribed(session: Recovering, channel: ChannelName): void {
    const watch = this.watches.get(session);
    const place = watch?.places.get(channel);
    if (watch === undefined || place === undefined) return;
    watch.places.delete(channel);
    this.rooms.remove(place);
    if (watch.places.size > 0) return;
    this.buckets[watch.bucket]?.remove(watch);
    watch.bucket = -1;
  }

  /** A pong came, whether one of ours or not. */
  answered(session: Recovering, text: string): void {
    if (!text.startsWith(pingText)) return;
    const watch = this.watches.get(session);
    if (watch?.pings.pong(Number(text.slice(pingText.length))) === true) watch.wake();
  }

  /** The connection has ended. */
  gone(session: Recovering, ending: Ending): void {
    const watch = this.watches.get(session);
    if (watch === undefined) return;
    this.watches.delete(session);
    this.buckets[watch.bucket]?.remove(watch);
    const comesBack = this.comesBack(watch, ending);
    for (const place of watch.places.values()) {
      if (comesBack) this.lose(place);
      this.rooms.remove(place);
    }
    watch.wake();
  }

  private comesBack({ pings }: Watch, { code, closure: ours }: Ending): boolean {
    if (ours !== undefined) return ours.comeBack;
    if (code === cutOff) return true;
    return (
      code !== goingAway && pings.owedSince !== undefined && this.clock.now() - pings.owedSince > owedAtClose
    );
  }

  private lose({ watch, channel, user, claim, proven }: Place): void {
    const { key, traits } = channel;
    const now = this.clock.now();
    const until = now + traits.namespace.pusherRecovery;
    const closed = traits.kind === "closed";
    const alone = closed && this.rooms.size(key) === 1 && !this.lost.hasOthers(key, claim, now);
    // An open channel is anybody's: of somebody unknown nobody could say who comes back.
    if (!closed && user === nobody) return;
    const place = { key, user, alone, handle: watch.session.socketId, position: proven, claim };
    this.expiry.add(this.lost.add(place, until, now), until);
  }

  private ping(watch: Watch): void {
    if (watch.session.closed) return;
    this.lastPing += 1;
    const marks = [];
    for (const place of watch.places.values()) {
      const { position } = place.channel;
      // All up to here has been handed to the runtime, which sends the ping behind it (`Outlet.probe`).
      if (position !== undefined) marks.push({ place, position });
    }
    watch.pings.sent({ number: this.lastPing, sentAt: this.clock.now(), marks });
    watch.session.outlet.probe(pingText + String(this.lastPing));
  }

  private watchOf(session: Recovering): Watch {
    const known = this.watches.get(session);
    if (known !== undefined) return known;
    const watch = new Watch(session, this.lastPing);
    this.watches.set(session, watch);
    return watch;
  }
}
