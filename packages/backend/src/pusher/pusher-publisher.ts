import { Caller, type ApiAnswer, type Read } from "../calls/caller.ts";
import { jsonText, type JsonObject } from "../calls/json.ts";
import { realWaiting } from "../calls/pause.ts";
import { callSettings, type PublisherOptions } from "../calls/publisher-options.ts";
import { serverUrl } from "../calls/server-url.ts";
import {
  channelState,
  counts,
  countsByName,
  occupied,
  readAnswer,
  userIds,
  type ChannelCounts,
  type ChannelState,
  type TriggerResult,
} from "./answers.ts";
import { checkKeys, type PusherKeys } from "./keys.ts";
import { escaped, signedQuery } from "./signed-query.ts";

export interface PusherPublisherOptions extends PublisherOptions, PusherKeys {
  /**
   * Where the server is: `https://example.org`. With a path, as `https://example.org/pusher`, a proxy is expected there
   * that takes it off again: what is signed begins with `/apps/`, as the server sees it.
   */
  readonly url: string;
  readonly appId: string;
}

/** A count that the answer is to have. `user_count` is for presence channels. */
export type CountName = "user_count" | "subscription_count";

export interface TriggerOptions {
  /** A connection that does not get the event, as it caused it. */
  readonly socketId?: string;
  readonly info?: readonly CountName[];
}

export interface BatchEvent extends TriggerOptions {
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
}

/**
 * Publishes over the HTTP API of a Pusher server (protocol notes, 3).
 *
 * All methods reject with a PublishError where the server does not do it, and with a TypeError where what they are given
 * cannot be sent. A call is repeated where its answer was lost: an event may then reach its subscribers twice. Set
 * `retries` to 0 where once or never is better.
 */
export class PusherPublisher {
  private readonly caller: Caller;
  private readonly keys: PusherKeys;
  private readonly address: string;
  private readonly root: string;

  /** Throws a TypeError where an option makes no sense. */
  constructor(options: PusherPublisherOptions) {
    const { url, appId, key, secret } = options;
    const { origin, path } = serverUrl(url);
    if (appId === "") throw new TypeError("appId is empty: it is that of the app");
    this.keys = { key, secret };
    checkKeys(this.keys);
    this.address = `${origin}${path}`;
    this.root = `/apps/${segment(appId)}`;
    this.caller = new Caller(callSettings(options), realWaiting, [secret]);
  }

  /**
   * Publishes an event to one channel or to several, which are at most 100 on most servers.
   *
   * @param data a text is sent as it is; anything else as JSON
   */
  async trigger(
    channels: string | readonly string[],
    event: string,
    data: unknown,
    options: TriggerOptions = {},
  ): Promise<TriggerResult> {
    const names = typeof channels === "string" ? [channels] : channels;
    if (names.length === 0) throw new TypeError("the event is for no channel");
    for (const name of names) checkChannel(name);
    const body = { name: event, channels: names, data: dataText(data), ...wireOptions(options) };
    return this.post("events", body, (answer) => ({ channels: countsByName(answer) }));
  }

  /**
   * Publishes several events in one call, at most 10 on most servers: all of them, or none where one is refused.
   * Resolves with what each asked for with `info`, in the same order.
   */
  async triggerBatch(events: readonly BatchEvent[]): Promise<readonly ChannelCounts[]> {
    const batch = events.map(({ channel, event, data, ...options }) => {
      checkChannel(channel);
      return { channel, name: event, data: dataText(data), ...wireOptions(options) };
    });
    return this.post("batch_events", { batch }, ({ batch: found }) => {
      const list: readonly unknown[] = Array.isArray(found) ? found : [];
      return batch.map((_, i) => counts(list[i]));
    });
  }

  /** Publishes an event to all connections that are signed in as the user. */
  async sendToUser(userId: string, event: string, data: unknown): Promise<void> {
    if (userId === "") throw new TypeError("userId is empty");
    await this.trigger(`#server-to-user-${userId}`, event, data);
  }

  /** The channels that somebody is subscribed to. `user_count` needs a prefix that begins with `presence-`. */
  async channels(
    query: { readonly prefix?: string; readonly info?: readonly CountName[] } = {},
  ): Promise<Readonly<Record<string, ChannelCounts>>> {
    const { prefix, info } = query;
    const asked = { ...(prefix === undefined ? {} : { filter_by_prefix: prefix }), ...infoQuery(info) };
    return this.get("channels", asked, occupied);
  }

  async channel(name: string, info: readonly (CountName | "cache")[] = []): Promise<ChannelState> {
    return this.get(`channels/${segment(name)}`, infoQuery(info), channelState);
  }

  /** The ids of the members of a presence channel. */
  async users(channel: string): Promise<readonly string[]> {
    return this.get(`channels/${segment(channel)}/users`, {}, userIds);
  }

  /** Closes all connections that are signed in as the user. */
  async terminateConnections(userId: string): Promise<void> {
    await this.post(`users/${segment(userId)}/terminate_connections`, {}, () => true);
  }

  private get<T>(
    rest: string,
    query: Readonly<Record<string, string>>,
    shape: (body: JsonObject) => T | undefined,
  ): Promise<T> {
    return this.call({ method: "GET", rest, query, body: "" }, shape);
  }

  private post<T>(rest: string, value: object, shape: (body: JsonObject) => T | undefined): Promise<T> {
    return this.call({ method: "POST", rest, query: {}, body: JSON.stringify(value) }, shape);
  }

  private call<T>(
    asked: {
      readonly method: "GET" | "POST";
      /** Behind `/apps/{id}/`. */
      readonly rest: string;
      readonly query: Readonly<Record<string, string>>;
      readonly body: string;
    },
    shape: (body: JsonObject) => T | undefined,
  ): Promise<T> {
    const { method, query, body } = asked;
    const path = `${this.root}/${asked.rest}`;
    return this.caller.call({
      request: () => ({
        method,
        url: `${this.address}${path}`,
        query: signedQuery(this.keys, { method, path, query, body }),
        headers: body === "" ? {} : { "content-type": "application/json" },
        body: body === "" ? undefined : body,
      }),
      read: (answer: ApiAnswer): Read<T> => readAnswer(answer, shape),
    });
  }
}

/** What may stand in a path as it is stays so: some servers compare the escaped text, others the plain one. */
function segment(text: string): string {
  if (text === "") throw new TypeError("the name of a channel, the id of a user or of an app is empty");
  // A URL takes them for steps, escaped ones too, and the call would go somewhere else.
  if (text === "." || text === "..") throw new TypeError(`"${text}" cannot stand in the path of a call`);
  return escaped(text).replace(/%(3A|3B|3D|40|2C)/g, decodeURIComponent);
}

/** Clients of an encrypted channel cannot read what is sent in the clear, and whoever made it so does not want that. */
function checkChannel(name: string): void {
  if (name.startsWith("private-encrypted-"))
    throw new TypeError(
      "events of encrypted channels have to be encrypted, which this publisher does not do",
    );
}

function dataText(data: unknown): string {
  return typeof data === "string" ? data : jsonText(data);
}

function wireOptions({ socketId, info }: TriggerOptions): Readonly<Record<string, string>> {
  return { ...(socketId === undefined ? {} : { socket_id: socketId }), ...infoQuery(info) };
}

function infoQuery(info: readonly string[] = []): Readonly<Record<string, string>> {
  return info.length === 0 ? {} : { info: info.join(",") };
}
