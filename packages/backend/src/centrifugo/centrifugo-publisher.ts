import { Caller, type ApiAnswer, type Read } from "../calls/caller.ts";
import { realWaiting } from "../calls/pause.ts";
import { callSettings, type PublisherOptions } from "../calls/publisher-options.ts";
import { serverUrl } from "../calls/server-url.ts";
import { readAnswer, readBatch, type BatchReply } from "./answers.ts";
import {
  wireNames,
  wireParams,
  type ApiCommand,
  type ConnectionChoice,
  type DisconnectOptions,
  type HistoryOptions,
  type PublishOptions,
  type RefreshOptions,
  type SubscribeOptions,
} from "./commands.ts";
import type { PublishResult, Results } from "./results.ts";

export interface CentrifugoPublisherOptions extends PublisherOptions {
  /** Where the server is, `https://example.org`, or where its API is: `https://example.org/api`. */
  readonly url: string;
  readonly apiKey: string;
  /**
   * Key of the app whose API it is, on a Twinwire with several (B13).
   * @default the first app
   */
  readonly app?: string;
}

export interface BatchOptions {
  /** Commands need not wait for the one before. */
  readonly parallel?: boolean;
}

/**
 * Publishes over Centrifugo's server API (protocol notes, 6).
 *
 * All methods reject with a PublishError where the server does not do it, and with a TypeError where what they are given
 * cannot be sent. A call is repeated where its answer was lost; with the idempotency key that each publication has, that
 * never doubles it. Orders to connections (`subscribe`, `disconnect`) have none.
 */
export class CentrifugoPublisher {
  private readonly caller: Caller;
  private readonly address: string;
  private readonly query: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly repeats: boolean;

  /** Throws a TypeError where an option makes no sense. */
  constructor(options: CentrifugoPublisherOptions) {
    const { url, apiKey, app } = options;
    const { origin, path } = serverUrl(url);
    // What no header can carry would be refused at each call, with the key in the words of some runtimes.
    if (!/^[\x21-\x7e]+$/.test(apiKey))
      throw new TypeError("apiKey is empty, or has more than printable ASCII");
    const settings = callSettings(options);
    this.address = `${origin}${path === "" ? "/api" : path}`;
    this.query = app === undefined ? "" : `app=${encodeURIComponent(app)}`;
    this.headers = { "content-type": "application/json", "x-api-key": apiKey };
    this.repeats = settings.retries > 0;
    this.caller = new Caller(settings, realWaiting, [apiKey]);
  }

  /** Publishes to one channel. */
  publish(channel: string, data: unknown, options: PublishOptions = {}): Promise<PublishResult> {
    return this.run({ ...options, method: "publish", channel, data });
  }

  /**
   * Publishes to several channels. Rejects where one of them is refused, with its name; the others have got it then.
   * Resolves in the order of the channels.
   */
  broadcast(
    channels: readonly string[],
    data: unknown,
    options: PublishOptions = {},
  ): Promise<readonly PublishResult[]> {
    return this.run({ ...options, method: "broadcast", channels, data });
  }

  /** Several commands in one call. What becomes of each is told in its place; a refused one does not reject. */
  async batch<const C extends readonly ApiCommand[]>(
    commands: C,
    options: BatchOptions = {},
  ): Promise<{ readonly [I in keyof C]: BatchReply<C[I]["method"]> }> {
    const entries = commands.map((command) => ({
      [wireNames[command.method]]: wireParams(command, this.ownKey),
    }));
    const replies = await this.send("batch", { commands: entries, ...options }, (answer) =>
      readBatch(commands, answer),
    );
    // One reply for each command, as `readBatch` has made sure.
    return replies as { readonly [I in keyof C]: BatchReply<C[I]["method"]> };
  }

  /** Who is in a channel whose namespace keeps presence. */
  presence(channel: string): Promise<Results["presence"]> {
    return this.run({ method: "presence", channel });
  }

  presenceStats(channel: string): Promise<Results["presenceStats"]> {
    return this.run({ method: "presenceStats", channel });
  }

  history(channel: string, options: HistoryOptions = {}): Promise<Results["history"]> {
    return this.run({ ...options, method: "history", channel });
  }

  async historyRemove(channel: string): Promise<void> {
    await this.run({ method: "historyRemove", channel });
  }

  /** The channels with a subscriber. `pattern` is a glob; without one, all. */
  channels(pattern?: string): Promise<Results["channels"]> {
    return this.run({ method: "channels", ...(pattern === undefined ? {} : { pattern }) });
  }

  /** The nodes of the server. */
  info(): Promise<Results["info"]> {
    return this.run({ method: "info" });
  }

  /** Subscribes a user's connections. */
  async subscribe(channel: string, user: string, options: SubscribeOptions = {}): Promise<void> {
    await this.run({ ...options, method: "subscribe", channel, user });
  }

  /** Ends subscriptions of a user's connections. */
  async unsubscribe(channel: string, user: string, options: ConnectionChoice = {}): Promise<void> {
    await this.run({ ...options, method: "unsubscribe", channel, user });
  }

  /** Closes a user's connections. */
  async disconnect(user: string, options: DisconnectOptions = {}): Promise<void> {
    await this.run({ ...options, method: "disconnect", user });
  }

  /** Gives a user's connections another end. */
  async refresh(user: string, options: RefreshOptions = {}): Promise<void> {
    await this.run({ ...options, method: "refresh", user });
  }

  /** One for all tries of a call: the server drops what has come with it before. */
  private readonly ownKey = (): string | undefined => (this.repeats ? crypto.randomUUID() : undefined);

  private async run<C extends ApiCommand>(command: C): Promise<Results[C["method"]]> {
    const params = wireParams(command, this.ownKey);
    return this.send(wireNames[command.method], params, (answer) => readAnswer(command, answer));
  }

  private send<T>(method: string, params: object, read: (answer: ApiAnswer) => Read<T>): Promise<T> {
    const body = JSON.stringify(params);
    const { query, headers } = this;
    return this.caller.call({
      request: () => ({ method: "POST", url: `${this.address}/${method}`, query, headers, body }),
      read,
    });
  }
}
