import { baseConfig, keys } from "../server.ts";

/**
 * One namespace for every kind of option, and prefixes of Pusher names that lead to some of them. Channels without a
 * namespace are open to everybody who may read, and to nobody who would write.
 */
export function bridgeConfig(): Record<string, unknown> {
  return {
    ...baseConfig(),
    ...unmetered,
    apps: [bridgeApp()],
    channel: bridgeChannels(openToAll),
  };
}

/** Metrics make up half of what a start takes; cases that read one turn them on. */
const unmetered = { prometheus: { enabled: false } };
export const metered = { prometheus: { enabled: true } };

/** The `channel` section with the namespaces of the cases, and these options for channels without one. */
export function bridgeChannels(withoutNamespace: Readonly<Record<string, boolean>>): Record<string, unknown> {
  return { without_namespace: withoutNamespace, namespaces };
}

/** The app of the cases, with options of its own on top. */
export function bridgeApp(options: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    ...keys.app,
    public_channels: true,
    namespaces: { "private-kept.": "kept", "private-kept.not.": "plain", "kept.": "kept" },
    ...options,
  };
}

/** The `client` section that lets Centrifugo clients do everything on open channels. */
export function insecureClient(): Record<string, unknown> {
  return { token: { hmac_secret_key: keys.hmac }, allowed_origins: ["*"], insecure: true };
}

const openToAll = { allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true };
const history = { history_size: 100, history_ttl: "60s" };

const namespaces = [
  /** Nothing is on. */
  { name: "plain" },
  /** Users read. */
  { name: "users", allow_subscribe_for_client: true },
  /** Everybody reads. */
  { name: "all", ...openToAll },
  /** Everybody reads, and subscribers with a user write. */
  { name: "talk", ...openToAll, allow_publish_for_subscriber: true },
  /** Everybody reads and writes. */
  {
    name: "wall",
    ...openToAll,
    allow_publish_for_client: true,
    allow_publish_for_subscriber: true,
    allow_publish_for_anonymous: true,
  },
  /** Whatever an option can open is open, and everything is kept. */
  {
    name: "kept",
    ...openToAll,
    ...history,
    presence: true,
    join_leave: true,
    allow_recovery: true,
    allow_positioning: true,
    allow_publish_for_client: true,
    allow_publish_for_subscriber: true,
    allow_publish_for_anonymous: true,
    allow_presence_for_client: true,
    allow_presence_for_subscriber: true,
    allow_presence_for_anonymous: true,
    allow_history_for_client: true,
    allow_history_for_subscriber: true,
    allow_history_for_anonymous: true,
  },
  /** Recovers its newest publication alone. */
  {
    name: "latest",
    ...openToAll,
    ...history,
    allow_recovery: true,
    force_recovery: true,
    force_recovery_mode: "cache",
  },
  /** Lets in the users that a channel's name has. */
  { name: "limited", allow_user_limited_channels: true },
  /** Bears the name of a prefix. */
  { name: "private-own", ...openToAll, ...history },
  /** Carries bytes. */
  { name: "bytes", ...openToAll, publication_data_format: "binary", allow_publish_for_subscriber: true },
];
