import { foreignAnswer, statusFault } from "../calls/answer-fault.ts";
import type { ApiAnswer, Read } from "../calls/caller.ts";
import { isObject, objectOf, type JsonObject } from "../calls/json.ts";

/** Counts that were asked for with `info`, as far as the channel has them. */
export interface ChannelCounts {
  /** Distinct users of a presence channel. */
  readonly userCount?: number;
  /** Connections. */
  readonly subscriptionCount?: number;
}

export interface ChannelState extends ChannelCounts {
  /** Somebody is subscribed. */
  readonly occupied: boolean;
  /** Of a cache channel, where it was asked for: the last event's data, and for how many seconds more it is kept. */
  readonly cache?: { readonly data: string; readonly ttl: number } | null;
}

export interface TriggerResult {
  /** By name; empty where `info` asked for nothing. */
  readonly channels: Readonly<Record<string, ChannelCounts>>;
}

/** Reads a JSON object, or tells why there is none (protocol notes, 3.1 and 3.3). */
export function readAnswer<T>(answer: ApiAnswer, shape: (body: JsonObject) => T | undefined): Read<T> {
  const body = objectOf(answer.text);
  if (answer.status < 200 || answer.status > 299) {
    const reason = body?.["error"] ?? body?.["message"];
    return {
      ok: false,
      fault: statusFault(answer, { reason: typeof reason === "string" ? reason : undefined }),
    };
  }
  // Every server of this protocol has a status of its own for errors.
  const value = body === undefined || "error" in body ? undefined : shape(body);
  return value === undefined ? { ok: false, fault: foreignAnswer(answer) } : { ok: true, value };
}

export function counts(value: unknown): ChannelCounts {
  if (!isObject(value)) return {};
  const { user_count: users, subscription_count: subscriptions } = value;
  return {
    ...(typeof users === "number" ? { userCount: users } : {}),
    ...(typeof subscriptions === "number" ? { subscriptionCount: subscriptions } : {}),
  };
}

/** `{"channels": {name: counts}}`; servers leave it out where nothing was asked for. */
export function countsByName({ channels }: JsonObject): Readonly<Record<string, ChannelCounts>> {
  if (!isObject(channels)) return {};
  return Object.fromEntries(Object.entries(channels).map(([name, value]) => [name, counts(value)]));
}

/** The occupied channels, which have to be there; a server in PHP may write none as a list. */
export function occupied(body: JsonObject): Readonly<Record<string, ChannelCounts>> | undefined {
  const { channels } = body;
  const none = Array.isArray(channels) && channels.length === 0;
  return none || isObject(channels) ? countsByName(body) : undefined;
}

export function channelState(body: JsonObject): ChannelState | undefined {
  const { occupied, cache } = body;
  if (typeof occupied !== "boolean") return undefined;
  return { occupied, ...counts(body), ...cacheOf(cache) };
}

function cacheOf(cache: unknown): Pick<ChannelState, "cache"> {
  if (cache === null) return { cache: null };
  if (!isObject(cache) || typeof cache["data"] !== "string" || typeof cache["ttl"] !== "number") return {};
  return { cache: { data: cache["data"], ttl: cache["ttl"] } };
}

export function userIds({ users }: JsonObject): readonly string[] | undefined {
  if (!Array.isArray(users)) return undefined;
  const ids = users.map((user: unknown) => (isObject(user) ? user["id"] : undefined));
  if (!ids.every((id) => typeof id === "string" || typeof id === "number")) return undefined;
  return ids.map(String);
}
