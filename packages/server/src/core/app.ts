import type { ChannelNaming } from "./channel-name.ts";
import type { AppId, ChannelKey, ChannelName, UserId } from "./ids.ts";
import { channelKey, keyPrefix, nobody } from "./ids.ts";
import type { Session } from "./session.ts";

/** What holds for the clients of one app, whichever wire they come on. */
export interface AppSettings {
  readonly id: AppId;
  readonly naming: ChannelNaming;
  /** Whether there is a Pusher wire at all: without one, names and publications are Centrifugo's alone. */
  readonly bridged: boolean;
  /** Open channels without a namespace may be read by Pusher clients (B2). */
  readonly publicChannels: boolean;
  /** Clients may publish to closed channels that they subscribe to (B5). */
  readonly clientEvents: boolean;
  /** `client.insecure`: everybody may do everything on open channels. */
  readonly insecure: boolean;
  /** Publications a second that one client may make on bridged channels; 0 = any. */
  readonly clientEventsPerSecond: number;
  /** Bytes of one client publication on bridged channels; 0 = any. */
  readonly eventBytes: number;
  /** Distinct users in one presence channel; 0 = any. */
  readonly presenceMembers: number;
  /** Distinct tag filters in one channel, on this node; 0 = any. */
  readonly tagFilters: number;
  /** Connections of one user, on this node; 0 = any. Somebody without a user is not limited. */
  readonly userConnections: number;
  /** The channel that a user's every Centrifugo connection is subscribed to; undefined where that is off. */
  readonly personalChannel: ((user: UserId) => ChannelName) | undefined;
  /** A user's new connection ends those that stand in the presence of the personal channel. @default false */
  readonly singleConnection?: boolean;
  /** Publications that one history answer may hold. */
  readonly historyLimit: number;
  /** Missed publications up to which a client recovers. */
  readonly recoveryLimit: number;
}

/** Hears when a user has a first connection here, of either wire, or has lost the last. */
export type UserListener = (user: UserId) => void;

/** A tenant: its clients, by handle and by user. */
export class App {
  private readonly prefix: string;
  private readonly handles = new Map<string, Session>();
  private readonly users = new Map<UserId, Set<Session>>();
  private readonly userListeners: UserListener[] = [];

  constructor(readonly settings: AppSettings) {
    this.prefix = keyPrefix(settings.id);
  }

  get id(): AppId {
    return this.settings.id;
  }

  key(channel: ChannelName): ChannelKey {
    return channelKey(this.prefix, channel);
  }

  get size(): number {
    return this.handles.size;
  }

  sessions(): Iterable<Session> {
    return this.handles.values();
  }

  byHandle(handle: string): Session | undefined {
    return this.handles.get(handle);
  }

  /** The connections of a user. `nobody` stands for Centrifugo clients without one; it never means a Pusher client (B9). */
  ofUser(user: UserId): readonly Session[] {
    if (user !== nobody) return [...(this.users.get(user) ?? [])];
    return [...this.handles.values()].filter(
      (one) => one.user === nobody && one.encoder.wire === "centrifugo",
    );
  }

  /** How many connections a user has. */
  connectionsOf(user: UserId): number {
    return this.users.get(user)?.size ?? 0;
  }

  get userCount(): number {
    return this.users.size;
  }

  onUser(listener: UserListener): void {
    this.userListeners.push(listener);
  }

  add(session: Session): void {
    this.handles.set(session.handle, session);
    this.file(session);
  }

  remove(session: Session): void {
    this.handles.delete(session.handle);
    this.unfile(session);
  }

  /** The connection turns out to be this user's (sign-in). */
  identify(session: Session, user: UserId): void {
    this.unfile(session);
    session.user = user;
    this.file(session);
  }

  private file(session: Session): void {
    const { user } = session;
    if (user === nobody) return; // they may be all there are, and are asked for once in a while
    const known = this.users.get(user);
    if (known !== undefined) known.add(session);
    else {
      this.users.set(user, new Set([session]));
      for (const listener of this.userListeners) listener(user);
    }
  }

  private unfile(session: Session): void {
    const { user } = session;
    const known = this.users.get(user);
    if (known?.delete(session) !== true || known.size > 0) return;
    this.users.delete(user);
    for (const listener of this.userListeners) listener(user);
  }
}
