type Options = Readonly<Record<string, unknown>>;

const kept = { history_size: 400, history_ttl: "300s" } as const;
const open = { allow_subscribe_for_client: true } as const;
const readable = { allow_history_for_client: true, ...open } as const;

/** Namespaces with options switched on, so that they can be seen from outside: the options of each. */
export const namespaces = {
  open: { ...open, allow_publish_for_client: true },
  anonymous: {
    ...open,
    ...kept,
    presence: true,
    allow_subscribe_for_anonymous: true,
    allow_publish_for_client: true,
    allow_publish_for_anonymous: true,
    allow_presence_for_client: true,
    allow_presence_for_anonymous: true,
    allow_history_for_client: true,
    allow_history_for_anonymous: true,
  },
  subscriber: {
    ...open,
    ...kept,
    presence: true,
    allow_publish_for_subscriber: true,
    allow_presence_for_subscriber: true,
    allow_history_for_subscriber: true,
  },
  history: { ...readable, ...kept, allow_publish_for_client: true },
  unread: { ...open, ...kept, presence: true },
  positioned: { ...readable, ...kept, force_positioning: true },
  positioning: { ...open, ...kept, allow_positioning: true },
  recovering: { ...open, ...kept, allow_recovery: true },
  stream: { ...readable, ...kept, force_recovery: true, allow_publish_for_client: true },
  small: { ...readable, history_size: 2, history_ttl: "300s", force_recovery: true },
  brief: { ...readable, history_size: 10, history_ttl: "1s", force_recovery: true },
  cache: { ...readable, ...kept, force_recovery: true, force_recovery_mode: "cache" },
  autocache: {
    ...readable,
    ...kept,
    force_recovery: true,
    force_recovery_mode: "cache",
    auto_cache_recover: true,
  },
  delta: { ...readable, ...kept, force_recovery: true, allowed_delta_types: ["fossil"] },
  deltas: {
    ...readable,
    ...kept,
    force_recovery: true,
    allowed_delta_types: ["fossil"],
    delta_publish: true,
  },
  tagged: { ...readable, ...kept, force_recovery: true, allow_tags_filter: true },
  presence: { ...open, presence: true, join_leave: true, allow_presence_for_client: true },
  joins: { ...open, presence: true, join_leave: true, force_push_join_leave: true },
  limited: { ...open, allow_user_limited_channels: true },
  letters: { ...open, channel_regex: "^[a-z]+$" },
  json: { ...open, allow_publish_for_client: true, publication_data_format: "json" },
  object: { ...open, allow_publish_for_client: true, publication_data_format: "json_object" },
  binary: { ...open, allow_publish_for_client: true, publication_data_format: "binary" },
} as const satisfies Readonly<Record<string, Options>>;

export type NamespaceKind = keyof typeof namespaces;

export const kinds = Object.keys(namespaces) as NamespaceKind[];

/** What `--short-delays` says of a server: options of its `client`. */
export const shortDelays = {
  ping_interval: "2s",
  pong_timeout: "1s",
  stale_close_delay: "2s",
  expired_close_delay: "1s",
  expired_sub_close_delay: "1s",
  presence_update_interval: "2s",
} as const;

/** What the servers of `configuration` ask of tokens. */
export const tokenRules = { issuer: "conformance-issuer", audience: "conformance-audience" } as const;

/** Connections of one user that the server of `configuration` allows. */
export const userConnections = 3;

/** The namespace of personal channels of `configuration`. */
export const personal = "personal";

/** The namespace of RPC methods of `configuration`. */
export const rpc = "dances";

/** Transports beside the WebSocket. */
const transports = ["http_stream", "sse", "uni_websocket", "uni_sse", "uni_http_stream"] as const;

/** The configuration of a Centrifugo v6 on which every line is tried. */
export function configuration(apiKey: string, secret: string): Readonly<Record<string, unknown>> {
  return {
    http_api: { key: apiKey },
    client: {
      ...shortDelays,
      token: { hmac_secret_key: secret, ...tokenRules },
      user_connection_limit: userConnections,
      connect_include_server_time: true,
      subscribe_to_user_personal_channel: { enabled: true, personal_channel_namespace: personal },
    },
    ...Object.fromEntries(transports.map((name) => [name, { enabled: true }])),
    rpc: {
      // Nobody listens at port 9.
      proxy: { endpoint: "http://127.0.0.1:9" },
      without_namespace: { proxy_enabled: true },
      namespaces: [{ name: rpc }],
    },
    channel: {
      namespaces: [
        ...Object.entries(namespaces).map(([name, options]) => ({ name, ...options })),
        { name: personal },
      ],
    },
  };
}
