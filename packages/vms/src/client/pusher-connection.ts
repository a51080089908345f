import { isRecord } from "../models/field.ts";
import type { BackoffOptions } from "./backoff.ts";
import { ChannelSubscription, type Authorize, type SubscriptionOwner } from "./channel-subscription.ts";
import { PusherError } from "./pusher-error.ts";
import { connectPusher, type PusherInstance } from "./pusher-instance.ts";
import type { PusherOptions } from "./pusher-options.ts";
import type { SocketAddress } from "./socket-address.ts";

export interface ConnectionTarget {
  readonly address: SocketAddress;
  readonly appKey: string;
  readonly channels: readonly string[];
  readonly authorize: Authorize;
  readonly backoff: BackoffOptions;
  readonly pusherOptions?: PusherOptions | undefined;
}

/** How a connection, or an attempt at one, came to its end. */
export interface ConnectionEnd {
  readonly wasOpen: boolean;
  /** Close code of the WebSocket; absent when the attempt took too long. */
  readonly code?: number;
  readonly reason?: string;
}

/** Nothing comes after `ended`, and nothing at all after `close()`. */
export interface ConnectionListener {
  opened(): void;
  ended(end: ConnectionEnd): void;
  failed(error: PusherError): void;
  subscribed(): void;
  event(channel: string, event: string, data: unknown): void;
}

/** A channel without, or with a wrong, signature. */
const notAuthorised = 4009;

interface Close {
  readonly code?: number;
  readonly reason?: string;
}

function closeIn(data: unknown, reasonKey: "reason" | "message"): Close {
  if (!isRecord(data)) return {};
  const { code } = data;
  const reason = data[reasonKey];
  return {
    ...(typeof code === "number" ? { code } : {}),
    ...(typeof reason === "string" && reason !== "" ? { reason } : {}),
  };
}

/**
 * One attempt to connect by pusher-js, and the connection that comes of it. It is not repeated here: when it ends,
 * whoever made it makes another.
 */
export class PusherConnection {
  private readonly target: ConnectionTarget;
  private readonly listener: ConnectionListener;
  private readonly instance: PusherInstance;
  private readonly subscriptions = new Map<string, ChannelSubscription>();
  private wasOpen = false;
  private over = false;
  private lastClose: Close | undefined;
  private readonly owner: SubscriptionOwner;

  constructor(target: ConnectionTarget, listener: ConnectionListener) {
    this.target = target;
    this.listener = listener;
    this.owner = {
      authorize: target.authorize,
      backoff: target.backoff,
      changed: () => {
        listener.subscribed();
      },
      failed: (error) => {
        listener.failed(error);
      },
      event: (channel, event, data) => {
        listener.event(channel, event, data);
      },
    };
    this.instance = connectPusher({
      address: target.address,
      appKey: target.appKey,
      options: target.pusherOptions,
      authorize: ({ socketId, channelName }, answer) => {
        const subscription = this.subscriptions.get(channelName);
        if (subscription === undefined) answer(new Error("The channel was left"), null);
        else subscription.authorize(socketId, answer);
      },
    });
    this.listen();
    this.follow(target.channels);
  }

  /** The id of the connection, once it is open. */
  get socketId(): string | undefined {
    return this.wasOpen && !this.over ? this.instance.pusher.connection.socket_id : undefined;
  }

  get subscribedChannels(): readonly string[] {
    return [...this.subscriptions.values()]
      .filter(({ isSubscribed }) => isSubscribed)
      .map(({ name }) => name);
  }

  /** Listens to these channels, and to no others. */
  follow(channels: readonly string[]): void {
    for (const [name, subscription] of this.subscriptions) {
      if (channels.includes(name)) continue;
      this.subscriptions.delete(name);
      subscription.leave();
    }
    for (const name of channels) {
      if (this.subscriptions.has(name)) continue;
      const subscription = new ChannelSubscription(this.instance.pusher, name, this.owner);
      this.subscriptions.set(name, subscription);
      subscription.join();
    }
  }

  /** Asks at once for the channels that were refused. */
  retryChannels(): void {
    for (const subscription of this.subscriptions.values()) subscription.retry();
  }

  /** Leaves the channels and disconnects. Nothing is heard of this connection any more. */
  close(): void {
    if (this.over) return;
    this.over = true;
    this.follow([]);
    this.instance.dispose();
  }

  private listen(): void {
    const { connection, timeline } = this.instance.pusher;
    connection.bind("connected", () => {
      if (this.over) return;
      this.wasOpen = true;
      this.listener.opened();
    });
    connection.bind("message", (message: unknown) => {
      if (!this.over && isRecord(message) && message["event"] === "pusher:error") this.complained(message);
    });
    connection.bind("error", (error: unknown) => {
      const inner = isRecord(error) && isRecord(error["error"]) ? error["error"]["data"] : undefined;
      this.lastClose ??= isRecord(inner) ? closeIn(inner, "message") : undefined;
    });
    connection.bind("state_change", ({ current }: { readonly current: string }) => {
      const isGone = current === "connecting" ? this.wasOpen : current !== "connected";
      if (isGone) this.end();
    });
    // It would wait now, and still call itself connected.
    connection.bind("connecting_in", () => {
      this.end();
    });
    // Of an attempt that has failed pusher-js says nothing for 15 seconds and more, except in its log for the
    // statistics. Were that to change, the attempt would end when it takes too long.
    const log = timeline.log.bind(timeline);
    timeline.log = (level: unknown, entry: unknown) => {
      log(level, entry);
      if (isRecord(entry) && entry["state"] === "closed")
        this.socketClosed(closeIn(entry["params"], "reason"));
    };
    if (connection.state === "failed") this.endSoon();
  }

  private socketClosed(close: Close): void {
    // pusher-js switches to TLS by itself.
    if (close.code === 4000 && !this.instance.pusher.connection.isUsingTLS()) return;
    const transports = this.target.pusherOptions?.enabledTransports?.length ?? 1;
    if (!this.wasOpen && transports > 1) return;
    this.lastClose = { code: 1006, ...close };
    this.endSoon();
  }

  private complained({ channel, data }: Readonly<Record<string, unknown>>): void {
    const { code, reason = "no reason given" } = closeIn(data, "message");
    const subscriptions = [...this.subscriptions.values()];
    const about = subscriptions.filter(({ name }) => name === channel);
    // Some servers do not say which channel they have refused.
    const refused =
      about.length === 0 && code === notAuthorised ? subscriptions.filter(({ isAsked }) => isAsked) : about;
    for (const subscription of refused) subscription.refused(reason, code);
    if (refused.length > 0) return;
    const fault = { kind: "server", ...(code === undefined ? {} : { code }) } as const;
    this.listener.failed(new PusherError(`The socket's server complains: ${reason}`, fault));
  }

  /** After the call of pusher-js that is going on. */
  private endSoon(): void {
    queueMicrotask(() => {
      this.end();
    });
  }

  private end(): void {
    if (this.over) return;
    const { wasOpen, lastClose } = this;
    this.close();
    this.listener.ended({ wasOpen, ...lastClose });
  }
}
