import { expect, test } from "bun:test";
import { loadConfig } from "./load-config.ts";
import { migrated } from "./migration.ts";
import { modernPath } from "./old-names.ts";

/** What a server of Centrifugo v4 or v5 may have in its file, one option of each kind. */
const old = {
  address: "127.0.0.1",
  port: 9000,
  internal_port: 9001,
  tls: true,
  tls_cert: "cert.pem",
  tls_key: "key.pem",
  log_level: "debug",
  name: "one",
  engine: "redis",
  redis_address: "redis://a:6379,redis://b:6379",
  redis_prefix: "p",
  token_hmac_secret_key: "k",
  token_jwks_public_endpoint: "https://example.org/jwks",
  separate_subscription_token_config: true,
  subscription_token_hmac_secret_key: "s",
  allowed_origins: ["https://example.org"],
  client_channel_limit: 7,
  client_insecure: false,
  ping_interval: "20s",
  pong_timeout: "5s",
  allow_anonymous_connect_without_token: true,
  user_subscribe_to_personal: true,
  user_personal_channel_namespace: "personal",
  api_key: "a",
  api_insecure: false,
  admin: true,
  admin_password: "p",
  prometheus: true,
  health: true,
  sse: true,
  http_stream: true,
  uni_websocket: true,
  grpc_api: true,
  grpc_api_port: 10_001,
  websocket_message_size_limit: 1000,
  global_history_meta_ttl: "100h",
  channel_max_length: 100,
  presence: true,
  force_recovery: true,
  history_size: 10,
  history_ttl: "60s",
  proxy_connect_endpoint: "http://127.0.0.1:3000/connect",
  proxy_connect_timeout: "2s",
  proxy_rpc_endpoint: "http://127.0.0.1:3000/rpc",
  proxy_http_headers: ["Cookie"],
  namespaces: [
    {
      name: "chat",
      position: true,
      proxy_subscribe: true,
      publish_proxy_name: "p1",
      allow_publish_for_client: true,
    },
  ],
  proxies: [{ name: "p1", endpoint: "http://127.0.0.1:3000/publish", static_http_headers: { "X-A": "b" } }],
  shutdown_timeout: "10s",
  usage_stats_disable: true,
  sockjs: true,
};

test("a file of Centrifugo v5 becomes one of v6", () => {
  const { raw, left, moved } = migrated(old);
  expect(raw).toEqual({
    http_server: {
      address: "127.0.0.1",
      port: 9000,
      internal_port: 9001,
      tls: { enabled: true, cert_pem: "cert.pem", key_pem: "key.pem" },
    },
    log: { level: "debug" },
    node: { name: "one" },
    engine: {
      type: "redis",
      redis: { address: ["redis://a:6379", "redis://b:6379"], prefix: "p" },
    },
    client: {
      token: { hmac_secret_key: "k", jwks_public_endpoint: "https://example.org/jwks" },
      subscription_token: { enabled: true, hmac_secret_key: "s" },
      allowed_origins: ["https://example.org"],
      channel_limit: 7,
      insecure: false,
      ping_interval: "20s",
      pong_timeout: "5s",
      allow_anonymous_connect_without_token: true,
      subscribe_to_user_personal_channel: { enabled: true, personal_channel_namespace: "personal" },
      proxy: {
        connect: {
          enabled: true,
          endpoint: "http://127.0.0.1:3000/connect",
          timeout: "2s",
          http_headers: ["Cookie"],
        },
      },
    },
    http_api: { key: "a", insecure: false },
    admin: { enabled: true, password: "p" },
    prometheus: { enabled: true },
    health: { enabled: true },
    sse: { enabled: true },
    http_stream: { enabled: true },
    uni_websocket: { enabled: true },
    grpc_api: { enabled: true, port: 10_001 },
    websocket: { message_size_limit: 1000 },
    channel: {
      history_meta_ttl: "100h",
      max_length: 100,
      without_namespace: { presence: true, force_recovery: true, history_size: 10, history_ttl: "60s" },
      namespaces: [
        {
          name: "chat",
          force_positioning: true,
          subscribe_proxy_enabled: true,
          publish_proxy_enabled: true,
          publish_proxy_name: "p1",
          allow_publish_for_client: true,
        },
      ],
    },
    rpc: {
      proxy: { endpoint: "http://127.0.0.1:3000/rpc", http_headers: ["Cookie"] },
      without_namespace: { proxy_enabled: true },
    },
    proxies: [
      {
        name: "p1",
        endpoint: "http://127.0.0.1:3000/publish",
        http: { static_headers: { "X-A": "b" } },
      },
    ],
    shutdown: { timeout: "10s" },
    usage_stats: { disabled: true },
  });
  expect(left).toEqual(["sockjs"]);
  expect(moved).toContainEqual({ from: "api_key", to: "http_api.key" });
  expect(moved).toContainEqual({
    from: "channel.namespaces[0].position",
    to: "channel.namespaces[0].force_positioning",
  });
});

test("the order of the options does not matter", () => {
  const { raw } = migrated(old);
  expect(migrated(Object.fromEntries(Object.entries(old).toReversed())).raw).toEqual(raw);
  expect(migrated({ admin_password: "p", admin: true }).raw).toEqual({
    admin: { password: "p", enabled: true },
  });
});

test.each([
  [{ publish: true }, { allow_publish_for_client: true }],
  [
    { publish: true, subscribe_to_publish: false },
    { allow_publish_for_client: true, allow_publish_for_subscriber: false },
  ],
  [{ publish: true, subscribe_to_publish: true }, { allow_publish_for_subscriber: true }],
  [{ publish: false, subscribe_to_publish: true }, {}],
  [{ subscribe_to_publish: true }, {}],
])("v3's %p lets the same clients publish", (said, expected) => {
  const { raw } = migrated({ presence: true, ...said, namespaces: [{ name: "chat", ...said }] });
  expect(raw["channel"]).toEqual({
    without_namespace: { presence: true, ...expected },
    namespaces: [{ name: "chat", ...expected }],
  });
});

test("the proxy of an RPC namespace is on by its name", () => {
  const rpc_namespaces = [{ name: "one", rpc_proxy_name: "p1" }, { name: "two" }];
  expect(migrated({ rpc_namespaces }).raw["rpc"]).toEqual({
    namespaces: [{ name: "one", proxy_enabled: true, proxy_name: "p1" }, { name: "two" }],
  });
});

test("a file of v6 stays as it is", () => {
  const raw = {
    client: { token: { hmac_secret_key: "k" }, allowed_origins: ["*"] },
    channel: { without_namespace: { presence: true }, namespaces: [{ name: "chat", join_leave: true }] },
    apps: [{ id: "1", key: "k", secret: "s" }],
    proxies: [],
  };
  expect(migrated(raw)).toEqual({ raw, moved: [], left: [] });
});

test("proxies with names: connect and refresh have their own now", () => {
  const { raw, left } = migrated({
    granular_proxy_mode: true,
    proxies: [{ name: "a", endpoint: "http://x/a", timeout: "3s" }],
    connect_proxy_name: "a",
    refresh_proxy_name: "nobody",
    rpc_proxy_name: "a",
  });
  expect(raw["client"]).toEqual({
    proxy: { connect: { enabled: true, endpoint: "http://x/a", timeout: "3s" } },
  });
  expect(raw["rpc"]).toEqual({ without_namespace: { proxy_enabled: true, proxy_name: "a" } });
  expect(left).toEqual(["refresh_proxy_name"]);
});

test.each([
  ["client_history_max_publication_limit", "client.history_max_publication_limit"],
  ["client_presence_update_interval", "client.presence_update_interval"],
  ["redis_tls_skip_verify", "engine.redis.tls.insecure_skip_verify"],
  ["redis_sentinel_master_name", "engine.redis.sentinel_master_name"],
  ["nats_url", "broker.nats.url"],
  ["uni_sse_handler_prefix", "uni_sse.handler_prefix"],
  ["tls_autocert_host_whitelist", "http_server.tls_autocert.host_whitelist"],
  ["rpc_namespace_boundary", "rpc.namespace_boundary"],
  ["allow_subscribe_for_client", "channel.without_namespace.allow_subscribe_for_client"],
  ["proxy_sub_refresh_endpoint", "channel.proxy.sub_refresh.endpoint"],
  ["debug", "debug.enabled"],
  ["tarantool_address", undefined],
])("%s is %p in v6", (name, path) => {
  expect(modernPath(name)?.join(".")).toBe(path as string);
});

test("check tells the new place of an old name, at the top and in a namespace", () => {
  const loaded = loadConfig({
    env: {},
    text: {
      name: "c.json",
      content: JSON.stringify({ api_key: "k", channel: { namespaces: [{ name: "chat", recover: true }] } }),
    },
  });
  const faults = loaded.ok ? [] : loaded.faults.map(({ path, message }) => `${path} ${message}`);
  expect(faults).toEqual([
    "channel.namespaces[0].recover is channel.namespaces[0].force_recovery since Centrifugo v6; check-config --migrate moves it",
    "api_key is http_api.key since Centrifugo v6; check-config --migrate moves it",
  ]);
});
