import {
  channelNames,
  isLimited,
  type ChannelKind,
  type ChannelRecord,
} from "../catalogue/channel-record.ts";
import type { LiveEventData, LiveEventType } from "../catalogue/live-events.ts";
import type { Backoff } from "./backoff.ts";
import { decode } from "./decode.ts";
import type { DevApi } from "./devapi.ts";
import { Listeners } from "./listeners.ts";
import type {
  AnyLiveEvent,
  ChannelFault,
  KnownLiveEvent,
  LiveEvent,
  LiveSource,
  UnknownLiveEvent,
} from "./live-event.ts";
import { Lookups } from "./lookups.ts";
import { Repeats } from "./repeats.ts";
import type { Follower, Following, SharedSubscriptions, SubscribedHow } from "./shared-subscriptions.ts";
import type { NoAccessReason } from "./subscription-tokens.ts";

/** What `on` takes: each event of the catalogue by its type, and what concerns the channel itself. */
export type LiveChannelEvents = {
  readonly [T in LiveEventType]: readonly [data: LiveEventData<T>, event: LiveEvent<T>];
} & {
  /** A type that the catalogue does not have, as it came. */
  readonly unknown: readonly [event: UnknownLiveEvent];
  /** Every event, known or not. */
  readonly any: readonly [event: AnyLiveEvent];
  /** As the promise `ready`. */
  readonly ready: readonly [record: ChannelRecord];
  /** The names were looked up, the first time or again. */
  readonly info: readonly [record: ChannelRecord];
  /** A channel of the socket is followed, from now on or again. */
  readonly subscribed: readonly [source: LiveSource & SubscribedHow];
  /** This user has no access to a limited channel. */
  readonly "no-access": readonly [source: LiveSource & { readonly reason: NoAccessReason }];
  readonly error: readonly [fault: ChannelFault];
};

/** What a channel needs of its connection. */
export interface ChannelContext {
  readonly devApi: DevApi;
  readonly subscriptions: SharedSubscriptions;
  readonly backoff: Backoff;
  /** Ids that are remembered against repeats. */
  readonly remembered: number;
  /** Milliseconds after which names are looked up again at a reconnect. */
  readonly namesFor: number;
  /** Takes faults that nobody listens for here. */
  readonly fault: (fault: ChannelFault) => void;
  readonly closed: (channel: LiveChannel) => void;
}

type Standing = "joining" | "subscribed" | "refused" | "no-access";

interface Joined {
  readonly kind: ChannelKind;
  readonly following: Following;
  standing: Standing;
}

/** The events of one slug, on however many channels of the socket they come. Made by `VkLive.channel`. */
export class LiveChannel {
  readonly slug: string;
  /**
   * Resolves once every channel of the slug is subscribed, refused or without access, which takes a connection;
   * rejects where there is no such slug, or the channel is closed before.
   */
  readonly ready: Promise<ChannelRecord>;

  readonly #context: ChannelContext;
  readonly #listeners: Listeners<LiveChannelEvents>;
  readonly #lookups: Lookups<ChannelRecord>;
  readonly #repeats: Repeats;
  readonly #joined = new Map<string, Joined>();
  #record: ChannelRecord | undefined;
  #isReady = false;
  #isClosed = false;
  readonly #settle: { readonly ready: (record: ChannelRecord) => void; readonly not: (cause: Error) => void };

  constructor(slug: string, context: ChannelContext) {
    this.slug = slug;
    this.#context = context;
    this.#repeats = new Repeats(context.remembered);
    this.#listeners = new Listeners((event, cause) => {
      // A fault of the error handler itself has nowhere to go but up.
      const fault: ChannelFault = { kind: "handler", event, cause };
      if (event === "error") context.fault(fault);
      else this.#fault(fault);
    });
    const { promise, resolve, reject } = withResolvers<ChannelRecord>();
    this.ready = promise;
    // Whoever does not wait for it need not catch it either: the fault is an event, too.
    promise.catch(() => undefined);
    this.#settle = { ready: resolve, not: reject };
    this.#lookups = new Lookups({
      look: () => context.devApi.channel(slug),
      found: (record) => {
        this.#found(record);
      },
      failed: (fault) => {
        if (fault.kind === "not-found") this.#gone();
        this.#fault(fault);
      },
      // Slower than the socket in the long run: this is a request to somebody else's API.
      backoff: { min: context.backoff.min, max: 3 * context.backoff.max },
    });
    this.#lookups.now();
  }

  /** What was looked up last. */
  get record(): ChannelRecord | undefined {
    return this.#record;
  }

  /**
   * Calling what is returned takes the handler away again. A handler may be asynchronous: nobody waits for it, but a
   * rejection is an `error`, as if it had thrown.
   */
  on<Name extends keyof LiveChannelEvents>(
    name: Name,
    handler: (...args: LiveChannelEvents[Name]) => unknown,
  ): () => void {
    return this.#listeners.on(name, handler);
  }

  /** Looks the names up again, and asks again for what was refused or without access. */
  refresh(): void {
    this.#lookups.now();
  }

  /** Leaves everything, for good. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lookups.stop();
    for (const { following } of this.#joined.values()) following.leave();
    this.#joined.clear();
    this.#listeners.clear();
    this.#settle.not(new Error("The channel was closed."));
    this.#context.closed(this);
  }

  /** The connection came back: names that are old may have changed. */
  reconnected(): void {
    if (this.#lookups.age > this.#context.namesFor) this.#lookups.later();
  }

  #found(record: ChannelRecord): void {
    this.#record = record;
    const names = channelNames(record);
    for (const [name, { kind, following }] of this.#joined)
      if (names.get(name) !== kind) {
        this.#joined.delete(name);
        following.leave();
      }
    this.#listeners.emit("info", record);
    if (this.#isClosed) return;
    for (const [name, kind] of names) {
      const joined = this.#joined.get(name);
      if (joined === undefined) this.#join(name, kind);
      else joined.following.retry();
    }
    this.#settleIfDone();
  }

  #gone(): void {
    for (const { following } of this.#joined.values()) following.leave();
    this.#joined.clear();
    this.#settle.not(new Error(`There is no channel ${this.slug}.`));
  }

  #join(name: string, kind: ChannelKind): void {
    const source: LiveSource = { slug: this.slug, kind, name };
    const follower: Follower = {
      publication: (data) => {
        this.#received(data, source);
      },
      subscribed: (how) => {
        this.#stand(name, "subscribed");
        this.#listeners.emit("subscribed", { ...source, ...how });
      },
      noAccess: (reason) => {
        const isNews = this.#stand(name, "no-access");
        if (isNews) this.#listeners.emit("no-access", { ...source, reason });
      },
      refused: (refusal) => {
        this.#stand(name, "refused");
        this.#fault({ kind: "refused", channel: source, ...refusal });
        this.#lookups.later();
      },
      failed: (fault) => {
        this.#fault(fault.kind === "subscribe" ? { ...fault, channel: source } : fault);
      },
    };
    const following = this.#context.subscriptions.follow(name, isLimited(kind), follower);
    this.#joined.set(name, { kind, following, standing: "joining" });
  }

  /** Whether that is new. */
  #stand(name: string, standing: Standing): boolean {
    const joined = this.#joined.get(name);
    if (joined === undefined) return false;
    const isNews = joined.standing !== standing;
    joined.standing = standing;
    this.#settleIfDone();
    return isNews;
  }

  #settleIfDone(): void {
    if (this.#record === undefined) return;
    for (const { standing } of this.#joined.values()) if (standing === "joining") return;
    const record = this.#record;
    this.#settle.ready(record);
    if (this.#isReady) return;
    this.#isReady = true;
    this.#listeners.emit("ready", record);
  }

  #received(data: unknown, source: LiveSource): void {
    const decoded = decode(data, source);
    if (decoded.kind === "fault") {
      this.#fault(decoded.fault);
      return;
    }
    const { event } = decoded;
    if (event.type === "unknown") this.#listeners.emit("unknown", event);
    else if (this.#repeats.isRepeat(event)) return;
    else this.#emitKnown(event);
    this.#listeners.emit("any", event);
  }

  /** Type, data and event belong together, which the compiler does not follow through a union. */
  #emitKnown<T extends LiveEventType>(event: LiveEvent<T> | KnownLiveEvent): void {
    const { type, data } = event as LiveEvent<T>;
    this.#listeners.emit(type, ...([data, event] as unknown as LiveChannelEvents[T]));
  }

  #fault(fault: ChannelFault): void {
    if (this.#isClosed) return;
    if (this.#listeners.has("error")) this.#listeners.emit("error", fault);
    else this.#context.fault(fault);
  }
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (cause: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
