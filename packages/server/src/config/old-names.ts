import type { OptionPath } from "./faults.ts";
import { pathText } from "./faults.ts";
import { schemaAt, soleLeaves } from "./schema-walk.ts";

/**
 * Centrifugo v3 to v5 had its options side by side under names of one word; v6 sorts them into sections (protocol
 * notes, 5.2). Most old names are the words of the new path, or the end of it behind one of these beginnings.
 */
const beginnings: readonly (readonly [old: string, modern: string])[] = [
  ["token_", "client_token_"],
  ["subscription_token_", "client_subscription_token_"],
  ["redis_", "engine_redis_"],
  ["nats_", "broker_nats_"],
  ["api_", "http_api_"],
  ["tls_", "http_server_tls_"],
  ["proxy_connect_", "client_proxy_connect_"],
  ["proxy_refresh_", "client_proxy_refresh_"],
  ["proxy_subscribe_", "channel_proxy_subscribe_"],
  ["proxy_publish_", "channel_proxy_publish_"],
  ["proxy_sub_refresh_", "channel_proxy_sub_refresh_"],
  ["proxy_rpc_", "rpc_proxy_"],
  ["", "client_"],
  ["", "http_server_"],
  ["", "channel_"],
];

/** Those that are called otherwise now. */
const renamed: Readonly<Record<string, string>> = {
  engine: "engine.type",
  broker: "broker.type",
  name: "node.name",
  tls_cert: "http_server.tls.cert_pem",
  tls_key: "http_server.tls.key_pem",
  disable_origin_check: "",
  global_history_meta_ttl: "channel.history_meta_ttl",
  global_presence_ttl: "engine.redis.presence_ttl",
  global_redis_presence_ttl: "engine.redis.presence_ttl",
  redis_use_lists: "engine.redis.history_use_lists",
  redis_tls_skip_verify: "engine.redis.tls.insecure_skip_verify",
  separate_subscription_token_config: "client.subscription_token.enabled",
  client_anonymous: "client.allow_anonymous_connect_without_token",
  user_subscribe_to_personal: "client.subscribe_to_user_personal_channel.enabled",
  user_personal_channel_namespace: "client.subscribe_to_user_personal_channel.personal_channel_namespace",
  user_personal_single_connection: "client.subscribe_to_user_personal_channel.single_connection",
  usage_stats_disable: "usage_stats.disabled",
  websocket_disable: "websocket.disabled",
  api_disable: "http_api.disabled",
  connect_code_to_unidirectional_disconnect: "",
};

/** Of a namespace, and of the options at the top that are `channel.without_namespace` now. */
const renamedInNamespace: Readonly<Record<string, string>> = {
  position: "force_positioning",
  recover: "force_recovery",
  proxy_subscribe: "subscribe_proxy_enabled",
  proxy_publish: "publish_proxy_enabled",
  proxy_sub_refresh: "sub_refresh_proxy_enabled",
  proxy_subscribe_stream: "subscribe_stream_proxy_enabled",
  publish: "allow_publish_for_client",
  subscribe_to_publish: "allow_publish_for_subscriber",
};

const namespace = ["channel", "without_namespace"];

let joined: ReadonlyMap<string, OptionPath> | undefined;

/** The options by the words of their paths, and sections that can be switched on by their own name. */
function byWords(): ReadonlyMap<string, OptionPath> {
  if (joined !== undefined) return joined;
  const found = new Map<string, OptionPath>();
  for (const { path } of soleLeaves()) {
    found.set(path.join("_"), path);
    if (path.at(-1) === "enabled") found.set(path.slice(0, -1).join("_"), path);
  }
  return (joined = found);
}

/** Where an option stands now that files of Centrifugo v3 to v5 have at the top; undefined where it has no place. */
export function modernPath(old: string): OptionPath | undefined {
  const other = renamed[old];
  if (other !== undefined) return other === "" ? undefined : other.split(".");
  const inNamespace = modernNamespaceName(old);
  if (inNamespace !== undefined) return [...namespace, inNamespace];
  const words = byWords();
  const same = words.get(old);
  if (same !== undefined) return same;
  for (const [begins, instead] of beginnings) {
    if (!old.startsWith(begins)) continue;
    const path = words.get(instead + old.slice(begins.length));
    if (path !== undefined) return path;
  }
  return undefined;
}

/** What an old option of a namespace is called now; undefined where it has no place. */
export function modernNamespaceName(old: string): string | undefined {
  const name = renamedInNamespace[old] ?? old;
  return schemaAt([...namespace, name]) === undefined ? undefined : name;
}

/** Completes "unknown option" where an older Centrifugo knows it. */
export function sinceThen(at: OptionPath): string | undefined {
  const [first, second] = at;
  if (at.length === 1 && typeof first === "string") {
    const path = modernPath(first);
    return path === undefined ? undefined : pathText(path);
  }
  const name = at.at(-1);
  const inNamespace = first === "channel" && (second === "namespaces" || second === "without_namespace");
  if (!inNamespace || typeof name !== "string") return undefined;
  const modern = renamedInNamespace[name];
  return modern === undefined ? undefined : pathText([...at.slice(0, -1), modern]);
}
