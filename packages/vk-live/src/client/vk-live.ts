import { Centrifuge, UnauthorizedError } from "centrifuge";

import { defaultBackoff, type Backoff } from "./backoff.ts";
import { DevApi, type AccessToken } from "./devapi.ts";
import type { LiveFault } from "./fault.ts";
import { Listeners } from "./listeners.ts";
import { LiveChannel } from "./live-channel.ts";
import type { ChannelFault } from "./live-event.ts";
import { SharedSubscriptions } from "./shared-subscriptions.ts";
import { socketUrl } from "./socket-url.ts";
import { SubscriptionTokens } from "./subscription-tokens.ts";

export interface VkLiveOptions {
  /**
   * Access token of a user, or of an application, which is let in to open channels only. A function is asked before
   * every request to the DevAPI, so it can renew.
   */
  readonly token: AccessToken;
  /** The DevAPI, as `https://apidev.live.vkvideo.ru`. */
  readonly api: string;
  /** The socket, as `wss://pubsub-dev.live.vkvideo.ru`; the usual path is added where it has none. */
  readonly socket: string;
  /** @default the runtime's own */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * The WebSocket class; Node 20 has none, `ws` on npm brings one.
   * @default the runtime's own
   */
  readonly websocket?: unknown;
  /**
   * Milliseconds that one request to the DevAPI may take, with the `token` function before it; over it, it counts as
   * failed.
   * @default 10_000
   */
  readonly timeout?: number;
  /**
   * Milliseconds between two tries to connect, to subscribe, and to look names up (up to three times the longest):
   * random, between the shortest time and one that doubles up to the longest.
   * @default { min: 500, max: 20_000 }
   */
  readonly backoff?: Backoff;
  /**
   * Milliseconds in which wishes for subscription tokens are gathered into one request.
   * @default 10
   */
  readonly tokenWindow?: number;
  /**
   * Ids of messages that one channel remembers against repeats; the oldest are forgotten over it.
   * @default 1_000
   */
  readonly remembered?: number;
  /**
   * Milliseconds after which a channel's names are looked up again when the connection comes back.
   * @default 300_000
   */
  readonly namesFor?: number;
}

export type LiveState = "disconnected" | "connecting" | "connected";

export interface LiveStateChange {
  readonly state: LiveState;
  readonly previous: LiveState;
}

export interface VkLiveEvents {
  readonly state: readonly [change: LiveStateChange];
  /** Faults of the connection, and those of channels that have no `error` handler of their own. */
  readonly error: readonly [fault: ChannelFault];
}

/** centrifuge's own codes of `disconnected`. */
const disconnectCalled = 0;
const unauthorized = 1;
/** The server's error that is answered by renewing a token. */
const tokenExpired = 109;

/** A connection to VK Video Live's events, or to a server that speaks as it does. */
export class VkLive {
  readonly #options: Required<Pick<VkLiveOptions, "backoff" | "remembered" | "namesFor">>;
  readonly #client: Centrifuge;
  readonly #devApi: DevApi;
  readonly #tokens: SubscriptionTokens;
  readonly #subscriptions: SharedSubscriptions;
  readonly #channels = new Set<LiveChannel>();
  readonly #listeners: Listeners<VkLiveEvents>;
  #isClosed = false;

  /** Connects to nothing yet. Throws a TypeError where `socket` is no URL of a WebSocket. */
  constructor(options: VkLiveOptions) {
    const { token, api, socket, fetch, websocket, timeout = 10_000, tokenWindow = 10 } = options;
    const { backoff = defaultBackoff, remembered = 1000, namesFor = 300_000 } = options;
    this.#options = { backoff, remembered, namesFor };
    this.#devApi = new DevApi({ token, api, fetch, timeout });
    this.#listeners = new Listeners((event, cause) => {
      if (event !== "error") this.#fault({ kind: "handler", event, cause });
    });
    this.#client = new Centrifuge(socketUrl(socket), {
      getToken: () => this.#connectionToken(),
      minReconnectDelay: backoff.min,
      maxReconnectDelay: backoff.max,
      ...(websocket === undefined ? {} : { websocket }),
    });
    this.#tokens = new SubscriptionTokens((names) => this.#devApi.subscriptionTokens(names), tokenWindow);
    this.#subscriptions = new SharedSubscriptions(this.#client, this.#tokens, backoff);
    this.#listen();
  }

  get state(): LiveState {
    return this.#client.state;
  }

  /**
   * Calling what is returned takes the handler away again. A handler may be asynchronous: nobody waits for it, but a
   * rejection is an `error`, as if it had thrown.
   */
  on<Name extends keyof VkLiveEvents>(
    name: Name,
    handler: (...args: VkLiveEvents[Name]) => unknown,
  ): () => void {
    return this.#listeners.on(name, handler);
  }

  /**
   * Connects, and stays connected until `close()`, or until the server or the DevAPI says no for good: an `error` of
   * kind `closed`, `unauthorized` or `forbidden` while the state becomes `disconnected`. After that it may be called
   * again. Throws where the runtime has no WebSocket and none was given, and after `close()`.
   */
  connect(): void {
    this.#ensureOpen();
    this.#client.connect();
  }

  /** Follows a slug. Two of one slug share what they subscribe to, and each has its own handlers. */
  channel(slug: string): LiveChannel {
    this.#ensureOpen();
    const channel = new LiveChannel(slug, {
      ...this.#options,
      devApi: this.#devApi,
      subscriptions: this.#subscriptions,
      fault: (fault) => {
        this.#fault(fault);
      },
      closed: (closed) => {
        this.#channels.delete(closed);
      },
    });
    this.#channels.add(channel);
    return channel;
  }

  /** Closes every channel and the connection, for good. Nothing is left running. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const channel of [...this.#channels]) channel.close();
    this.#client.disconnect();
    this.#tokens.close();
    this.#devApi.close();
    this.#listeners.clear();
  }

  #ensureOpen(): void {
    if (this.#isClosed) throw new Error("This VkLive was closed; make another.");
  }

  async #connectionToken(): Promise<string> {
    const answer = await this.#devApi.connectionToken();
    if (answer.ok) return answer.value;
    const { fault } = answer;
    this.#fault(fault);
    // centrifuge stops on this one, and comes back by itself on any other.
    if (fault.kind === "unauthorized" || fault.kind === "forbidden") throw new UnauthorizedError(fault.kind);
    throw new Error(fault.kind);
  }

  #listen(): void {
    let wasConnected = false;
    let expired = 0;
    this.#client.on("state", ({ newState, oldState }) => {
      this.#listeners.emit("state", { state: newState, previous: oldState });
    });
    this.#client.on("connected", () => {
      if (wasConnected) for (const channel of this.#channels) channel.reconnected();
      wasConnected = true;
      expired = 0;
    });
    this.#client.on("disconnected", ({ code, reason }) => {
      // Of the others, one was wished for, and one was told where the token was asked for.
      if (code !== disconnectCalled && code !== unauthorized) this.#fault({ kind: "closed", code, reason });
    });
    this.#client.on("error", ({ type, error }) => {
      if (type === "connectToken" || type === "refreshToken") return;
      // Once, a token may have expired on the way. A new one that has, too, is told: clocks may differ.
      if (error.code === tokenExpired && (expired += 1) === 1) return;
      this.#fault({ kind: "connection", code: error.code, message: error.message });
    });
  }

  #fault(fault: LiveFault | ChannelFault): void {
    if (!this.#isClosed) this.#listeners.emit("error", fault);
  }
}
