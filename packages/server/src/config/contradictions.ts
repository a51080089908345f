import type { Fault } from "./faults.ts";
import { proxyContradictions } from "./proxy-contradictions.ts";
import type { ClientOptions, Config, NamespaceOptions } from "./schema.ts";
import { serverTlsFaults } from "./tls-contradictions.ts";
import { tokenFaults } from "./token-contradictions.ts";
import { deliveryFaults } from "./webhook-contradictions.ts";

function regexFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function historyFaults(path: string, options: NamespaceOptions, commonMetaTtl: number): readonly Fault[] {
  const faults: Fault[] = [];
  const keeps = options.history_size > 0;
  const lasts = options.history_ttl > 0;
  if (keeps && !lasts) {
    faults.push({
      path: `${path}.history_ttl`,
      message: "must be above 0 where history_size is: together they turn history on",
    });
  }
  if (lasts && !keeps) {
    faults.push({
      path: `${path}.history_size`,
      message: "must be above 0 where history_ttl is: together they turn history on",
    });
  }
  const metaTtl = options.history_meta_ttl > 0 ? options.history_meta_ttl : commonMetaTtl;
  if (metaTtl > 0 && options.history_ttl > metaTtl) {
    const meta = options.history_meta_ttl > 0 ? `${path}.history_meta_ttl` : "channel.history_meta_ttl";
    faults.push({
      path: `${path}.history_ttl`,
      message: `must not be longer than ${meta}: positions would be forgotten before the publications they count`,
    });
  }
  if (options.force_recovery && !(keeps && lasts)) {
    faults.push({
      path: `${path}.force_recovery`,
      message: "needs history (history_size and history_ttl): there is nothing to recover from",
    });
  }
  if (
    (options.auto_cache_recover || options.auto_cache_recovery) &&
    !(options.force_recovery && options.force_recovery_mode === "cache")
  ) {
    const name = options.auto_cache_recover ? "auto_cache_recover" : "auto_cache_recovery";
    faults.push({
      path: `${path}.${name}`,
      message: 'needs force_recovery, and force_recovery_mode "cache": it gives the newest publication alone',
    });
  }
  if (options.pusher_recovery > 0) faults.push(...recoveryFaults(path, options));
  return faults;
}

function recoveryFaults(path: string, options: NamespaceOptions): readonly Fault[] {
  if (options.history_size === 0 || options.history_ttl < options.pusher_recovery)
    return [
      {
        path: `${path}.pusher_recovery`,
        message:
          "needs history (history_size, and a history_ttl at least as long): what is missed comes from there",
      },
    ];
  if (options.force_recovery_mode === "cache")
    return [
      {
        path: `${path}.pusher_recovery`,
        message: 'gives back all that was missed: it does not go with force_recovery_mode "cache"',
      },
    ];
  return [];
}

function namespaceFaults(path: string, options: NamespaceOptions, config: Config): readonly Fault[] {
  const faults = [...historyFaults(path, options, config.channel.history_meta_ttl)];
  const wrong = regexFault(options.channel_regex);
  if (wrong !== undefined) {
    faults.push({ path: `${path}.channel_regex`, message: `is not a regular expression: ${wrong}` });
  }
  return faults;
}

export function clientContradictions(
  path: string,
  client: ClientOptions,
  { channel }: Config,
): readonly Fault[] {
  const faults: Fault[] = [...tokenFaults(path, client)];
  if (client.ping_interval > 0 && client.pong_timeout >= client.ping_interval) {
    faults.push({ path: `${path}.pong_timeout`, message: `must be shorter than ${path}.ping_interval` });
  }
  const personal = client.subscribe_to_user_personal_channel;
  const name = personal.personal_channel_namespace;
  const namespace =
    name === "" ? channel.without_namespace : channel.namespaces.find((one) => one.name === name);
  if (personal.enabled && namespace === undefined) {
    faults.push({
      path: `${path}.subscribe_to_user_personal_channel.personal_channel_namespace`,
      message: `no namespace ${JSON.stringify(name)} in channel.namespaces`,
    });
  }
  if (personal.enabled && personal.single_connection && namespace?.presence === false) {
    faults.push({
      path: `${path}.subscribe_to_user_personal_channel.single_connection`,
      message: "needs presence in the namespace of personal channels: it tells who else is there",
    });
  }
  if (
    client.user_id_http_header !== "" &&
    !/^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/.test(client.user_id_http_header)
  ) {
    faults.push({ path: `${path}.user_id_http_header`, message: "is no name of an HTTP header" });
  }
  return faults;
}

function internalFaults({ http_server: server }: Config): readonly Fault[] {
  const apart = server.internal_port !== 0 && server.internal_port !== server.port;
  if (apart) return [];
  const message = "says nothing without an http_server.internal_port of its own";
  return [
    ...(server.internal_address === "" ? [] : [{ path: "http_server.internal_address", message }]),
    ...(server.internal_tls.enabled ? [{ path: "http_server.internal_tls.enabled", message }] : []),
  ];
}

/** All the time would be no interval, and the numbers are read by turns of the loop. */
const shortestGraphite = 1_000;

function graphiteFaults({ graphite }: Config): readonly Fault[] {
  return graphite.enabled && graphite.interval < shortestGraphite
    ? [{ path: "graphite.interval", message: 'must be "1s" or more' }]
    : [];
}

export function namespaceNames(config: Config): ReadonlySet<string> {
  return new Set(config.channel.namespaces.map((namespace) => namespace.name));
}

/** Options that are right one by one, and not together. */
export function contradictions(config: Config): readonly Fault[] {
  const { channel } = config;
  const faults = [
    ...serverTlsFaults("http_server.tls", config.http_server.tls),
    ...serverTlsFaults("http_server.internal_tls", config.http_server.internal_tls),
    ...internalFaults(config),
    ...deliveryFaults(config),
    ...graphiteFaults(config),
    ...proxyContradictions(config),
    ...clientContradictions("client", config.client, config),
    ...namespaceFaults("channel.without_namespace", channel.without_namespace, config),
  ];
  const seen = new Map<string, number>();
  for (const [index, namespace] of channel.namespaces.entries()) {
    const path = `channel.namespaces[${index}]`;
    const first = seen.get(namespace.name);
    if (first === undefined) seen.set(namespace.name, index);
    else
      faults.push({
        path: `${path}.name`,
        message: `${JSON.stringify(namespace.name)} is also the name of channel.namespaces[${first}]`,
      });
    faults.push(...namespaceFaults(path, namespace, config));
  }
  return faults;
}
