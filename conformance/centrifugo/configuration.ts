import { namespaces } from "./namespaces.ts";

/** What `--short-delays` says of a server: options of its `client`. */
export const shortDelays = {
  ping_interval: "2s",
  pong_timeout: "1s",
  stale_close_delay: "2s",
  expired_close_delay: "1s",
  expired_sub_close_delay: "1s",
  presence_update_interval: "2s",
} as const;

/** What the server of `configuration` asks of tokens. */
export const tokenRules = { issuer: "conformance-issuer", audience: "conformance-audience" } as const;

/** The only origin of browsers that it takes. */
export const origin = "https://allowed.example";

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
      allowed_origins: [origin],
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

/** The key of subscription tokens of the second server, where they have one of their own. */
export function subscriptionSecret(secret: string): string {
  return `${secret}-of-subscriptions`;
}

/** The key of tokens that the second server had before. */
export function previousSecret(secret: string): string {
  return `${secret}-before`;
}

/** What the second server allows of each. */
export const tightLimits = { channels: 2, nameLength: 64, history: 5, recovery: 3 } as const;

/** The configuration of a second server, with options that the first one cannot have beside its own. */
export function secondConfiguration(apiKey: string, secret: string): Readonly<Record<string, unknown>> {
  return {
    http_api: { key: apiKey, error_mode: "transport" },
    client: {
      token: {
        hmac_secret_key: secret,
        hmac_previous_secret_key: previousSecret(secret),
        hmac_previous_secret_key_valid_until: 4_000_000_000,
      },
      subscription_token: { enabled: true, hmac_secret_key: subscriptionSecret(secret) },
      allow_anonymous_connect_without_token: true,
      disallow_anonymous_connection_tokens: true,
      subscribe_to_user_personal_channel: { enabled: true, single_connection: true },
      channel_limit: tightLimits.channels,
      history_max_publication_limit: tightLimits.history,
      recovery_max_publication_limit: tightLimits.recovery,
    },
    channel: {
      max_length: tightLimits.nameLength,
      publication_data_format: "json_object",
      without_namespace: {
        ...namespaces.stream,
        allow_subscribe_for_anonymous: true,
        allow_history_for_anonymous: true,
        presence: true,
      },
    },
  };
}
