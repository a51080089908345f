import type { Activity } from "./activity.ts";
import type { Answer } from "./answer.ts";
import { after, attempt } from "./answer.ts";
import type { App } from "./app.ts";
import type { Broker, BrokerListener, Control } from "./broker.ts";
import { Capacity } from "./capacity.ts";
import { Channel } from "./channel.ts";
import type { ChannelTraits } from "./channel-name.ts";
import type { Clock } from "./clock.ts";
import { obey } from "./control.ts";
import { fanOut } from "./fan-out.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { AppId, ChannelKey, ChannelName, NodeId } from "./ids.ts";
import { Leaver } from "./mass-closing.ts";
import type { Observer } from "./observer.ts";
import type { Fanout } from "./outlet.ts";
import { lostPositions, notePosition } from "./positions.ts";
import type { MembershipChange, Publication } from "./publication.ts";
import type { Session } from "./session.ts";
import { Turnstile, unbounded, type TurnLimits } from "./turnstile.ts";
import { leave } from "./unsubscribe.ts";

export interface HubPorts {
  readonly node: NodeId;
  readonly broker: Broker;
  readonly fanout: Fanout;
  readonly clock: Clock;
  readonly observer: Observer;
  /** What one turn of the event loop may fan out. @default no bound */
  readonly turn?: TurnLimits;
  /** Connections of this process. @default any */
  readonly capacity?: Capacity;
}

/** Hears when a channel gains or loses a subscriber here: subscription counts. */
export type OccupancyListener = (channel: Channel) => void;

/** One server process: its apps, the channels that have subscribers here, and the fan-out to them. */
export class Hub implements BrokerListener {
  readonly channels = new Map<ChannelKey, Channel>();
  readonly leaver: Leaver;
  readonly turnstile: Turnstile;
  readonly capacity: Capacity;
  /** Who tells the application; undefined = nobody does. */
  activity: Activity | undefined = undefined;
  /** Who asks the application; undefined = no namespace says so. */
  gatekeeper: Gatekeeper | undefined = undefined;
  private readonly apps: ReadonlyMap<AppId, App>;
  private readonly occupancyListeners: OccupancyListener[] = [];

  constructor(
    readonly ports: HubPorts,
    apps: readonly App[],
  ) {
    this.apps = new Map(apps.map((app) => [app.id, app]));
    this.leaver = new Leaver(ports.clock);
    this.turnstile = new Turnstile(ports.clock, ports.turn ?? unbounded);
    this.capacity = ports.capacity ?? new Capacity(0);
  }

  get broker(): Broker {
    return this.ports.broker;
  }

  get observer(): Observer {
    return this.ports.observer;
  }

  app(id: AppId): App | undefined {
    return this.apps.get(id);
  }

  allApps(): Iterable<App> {
    return this.apps.values();
  }

  channel(app: App, name: ChannelName): Channel | undefined {
    return this.channels.get(app.key(name));
  }

  onOccupancy(listener: OccupancyListener): void {
    this.occupancyListeners.push(listener);
  }

  /** A client is let in. */
  admit(session: Session): void {
    session.app.add(session);
    this.observer.connected(session.encoder.wire);
  }

  /** A client is gone, whoever ended it; its place in every channel is given up. */
  depart(session: Session, reason: string): void {
    session.closed = true;
    session.app.remove(session);
    for (const subscription of session.subscriptions.values()) leave(this, session, subscription, "gone");
    this.observer.disconnected(session.encoder.wire, reason);
  }

  /** The channel, made known to the broker when it is new here. `opening` is settled once the broker delivers it. */
  open(app: App, traits: ChannelTraits): Channel {
    const key = app.key(traits.name);
    const known = this.channels.get(key);
    if (known !== undefined) {
      known.traits = traits;
      return known;
    }
    const channel = new Channel(app, traits);
    this.channels.set(key, channel);
    const failed = (cause: unknown): never => {
      // Nobody is here yet but joins that wait for this: the next one asks the broker again.
      if (this.channels.get(key) === channel) this.channels.delete(key);
      throw cause;
    };
    const answer = attempt<void>(() => this.broker.subscribe(key), failed);
    if (answer instanceof Promise)
      channel.opening = answer.then(() => {
        channel.opening = undefined;
      });
    return channel;
  }

  /** Forgets a channel that nobody here subscribes to or is about to. */
  tidy(channel: Channel): void {
    if (!channel.idle || this.channels.get(channel.key) !== channel) return;
    this.channels.delete(channel.key);
    this.inBackground("broker.unsubscribe", () => this.broker.unsubscribe(channel.key));
  }

  occupancyChanged(channel: Channel, change: 1 | -1): void {
    for (const listener of this.occupancyListeners) listener(channel);
    this.activity?.occupancy(channel, change);
  }

  /** Work whose failure no client waits for: it is counted and logged. */
  inBackground(what: string, work: () => Answer<void>): void {
    const answer = attempt(work, (cause) => {
      this.observer.defect(what, cause);
    });
    if (answer instanceof Promise) void answer;
  }

  publication(key: ChannelKey, publication: Publication): void {
    const channel = this.channels.get(key);
    // Before the broker has answered, this may be the last of an earlier subscription, with a hole behind it. Nobody
    // has joined yet, and whoever does reads the stream after the answer.
    if (channel === undefined || channel.opening !== undefined) return;
    if (publication.position !== undefined) {
      const news = notePosition(channel, publication.position, this.ports.clock.now());
      if (news === "duplicate") return;
      if (news === "gap") lostPositions(this, channel);
    }
    channel.remember(publication);
    fanOut(this, channel, publication);
  }

  membership(change: MembershipChange): void {
    const channel = this.channels.get(change.key);
    if (channel === undefined) return;
    for (let audience = channel.firstAudience; audience !== undefined; audience = audience.next) {
      if (audience.membershipFollowers === 0) continue;
      const frame = audience.encoder.membership(channel.traits.name, change);
      if (frame === undefined) continue;
      const own = audience.encoder.echoesMembership ? undefined : channel.app.byHandle(change.handle)?.outlet;
      if (own === undefined) this.ports.fanout.publish(audience.membershipTopic, frame);
      else this.ports.fanout.publish(audience.membershipTopic, frame, own);
      this.observer.sent(audience.encoder.wire, audience.membershipFollowers);
    }
  }

  control(control: Control): void {
    obey(this, control);
  }
}

/** Runs `next` once the broker delivers the channel here. */
export function onceOpen<T>(channel: Channel, next: () => Answer<T>): Answer<T> {
  return channel.opening === undefined ? next() : after(channel.opening, next);
}
