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
