import { isObject, type JsonObject } from "../calls/json.ts";
import type { ApiMethod, StreamPosition } from "./commands.ts";

/** Where the history of the channel stands then; empty where it has none. */
export interface PublishResult {
  readonly offset?: number;
  readonly epoch?: string;
}

/** A connection, as presence and publications tell of it. */
export interface ClientInfo {
  readonly user: string;
  readonly client: string;
  /** What the connection's token or proxy said of the user. */
  readonly connInfo?: unknown;
  /** What the subscription's said. */
  readonly chanInfo?: unknown;
}

export interface Publication {
  /** Undefined where it is no JSON. */
  readonly data: unknown;
  /** Base64, where it is no JSON. */
  readonly b64data?: string;
  /** Who published it, where that was a client. */
  readonly info?: ClientInfo;
  readonly offset?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface NodeInfo {
  readonly uid: string;
  readonly name: string;
  readonly version: string;
  readonly numClients: number;
  readonly numUsers: number;
  readonly numChannels: number;
  readonly numSubs: number;
  /** Seconds. */
  readonly uptime: number;
}

/** The results of the server API's methods (protocol notes, 6.2), with their names in our spelling. */
export interface Results {
  readonly publish: PublishResult;
  /** In the order of the channels. */
  readonly broadcast: readonly PublishResult[];
  /** By the ids of the connections. */
  readonly presence: { readonly presence: Readonly<Record<string, ClientInfo>> };
  readonly presenceStats: { readonly numClients: number; readonly numUsers: number };
  readonly history: { readonly publications: readonly Publication[] } & StreamPosition;
  readonly historyRemove: object;
  /** Those with a subscriber, by name. */
  readonly channels: { readonly channels: Readonly<Record<string, { readonly numClients: number }>> };
  readonly info: { readonly nodes: readonly NodeInfo[] };
  readonly subscribe: object;
  readonly unsubscribe: object;
  readonly disconnect: object;
  readonly refresh: object;
}

/** Reads a `result`; undefined where it is none of this method's. `broadcast`: see readResponses. */
export const readers: {
  readonly [M in Exclude<ApiMethod, "broadcast">]: (result: JsonObject) => Results[M] | undefined;
} = {
  publish: publishResult,
  presence: ({ presence }) => {
    if (!isObject(presence)) return undefined;
    const infos = Object.entries(presence).map(([id, info]) => [id, clientInfo(info)] as const);
    return { presence: Object.fromEntries(infos) };
  },
  presenceStats: ({ num_clients: clients, num_users: users }) =>
    typeof clients === "number" && typeof users === "number"
      ? { numClients: clients, numUsers: users }
      : undefined,
  history: ({ publications, offset, epoch }) => {
    if (!Array.isArray(publications)) return undefined;
    return { publications: publications.map(publication), offset: count(offset), epoch: words(epoch) };
  },
  historyRemove: () => ({}),
  channels: ({ channels }) => {
    if (!isObject(channels)) return undefined;
    const found = Object.entries(channels).map(
      ([name, channel]) =>
        [name, { numClients: count(isObject(channel) ? channel["num_clients"] : 0) }] as const,
    );
    return { channels: Object.fromEntries(found) };
  },
  info: ({ nodes }) => (Array.isArray(nodes) ? { nodes: nodes.map(node) } : undefined),
  subscribe: () => ({}),
  unsubscribe: () => ({}),
  disconnect: () => ({}),
  refresh: () => ({}),
};

export function publishResult({ offset, epoch }: JsonObject): PublishResult {
  return {
    ...(typeof offset === "number" ? { offset } : {}),
    ...(typeof epoch === "string" ? { epoch } : {}),
  };
}

function clientInfo(value: unknown): ClientInfo {
  const info = isObject(value) ? value : {};
  const { conn_info: connInfo, chan_info: chanInfo } = info;
  return {
    user: words(info["user"]),
    client: words(info["client"]),
    ...(connInfo === undefined ? {} : { connInfo }),
    ...(chanInfo === undefined ? {} : { chanInfo }),
  };
}

function publication(value: unknown): Publication {
  const found = isObject(value) ? value : {};
  const { data, b64data, info, offset, tags } = found;
  return {
    data,
    ...(typeof b64data === "string" ? { b64data } : {}),
    ...(isObject(info) ? { info: clientInfo(info) } : {}),
    ...(typeof offset === "number" ? { offset } : {}),
    ...(isTags(tags) ? { tags } : {}),
  };
}

function isTags(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((tag) => typeof tag === "string");
}

function node(value: unknown): NodeInfo {
  const found = isObject(value) ? value : {};
  return {
    uid: words(found["uid"]),
    name: words(found["name"]),
    version: words(found["version"]),
    numClients: count(found["num_clients"]),
    numUsers: count(found["num_users"]),
    numChannels: count(found["num_channels"]),
    numSubs: count(found["num_subs"]),
    uptime: count(found["uptime"]),
  };
}

/** Servers leave out what is zero or empty. */
function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function words(value: unknown): string {
  return typeof value === "string" ? value : "";
}
