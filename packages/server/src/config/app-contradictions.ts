import { clientContradictions, namespaceNames } from "./contradictions.ts";
import type { Fault } from "./faults.ts";
import { clientProxyFaults } from "./proxy-contradictions.ts";
import { isRawObject, valueAt } from "./raw-config.ts";
import type { AppConfig, Config } from "./schema.ts";
import { webhookFaults } from "./webhook-contradictions.ts";

/** Tells a value that stands at two places, by the first of them. */
class FirstPlaces {
  readonly #places = new Map<string, string>();

  fault(value: string, path: string): readonly Fault[] {
    const first = this.#places.get(value);
    if (first !== undefined) return [{ path, message: `is also ${first}` }];
    this.#places.set(value, path);
    return [];
  }
}

function admitsAnybody(config: Config, index: number): boolean {
  const options = config.channel.without_namespace;
  const client = index === 0 ? config.client : config.apps[index]?.client;
  return (
    client?.insecure === true || (options.allow_subscribe_for_client && options.allow_subscribe_for_anonymous)
  );
}

/**
 * B2: a `channel` section that keeps anonymous subscribers out of channels without a namespace was written by
 * somebody who wants them closed. On the Pusher wire the app key, which is public, would open them.
 */
function openChannelFaults(config: Config, raw: unknown, index: number): readonly Fault[] {
  if (valueAt(raw, ["channel"]) === undefined || admitsAnybody(config, index)) return [];
  if (valueAt(raw, ["apps", index, "public_channels"]) !== undefined) return [];
  return [
    {
      path: `apps[${index}].public_channels`,
      message:
        "must be written out: channel.without_namespace admits no anonymous subscriber, and with true anybody " +
        "who has the app key can read the same channels on the Pusher wire; with false nobody can",
    },
  ];
}

/** The first app has the top level's sections; its own would be a second truth. */
function doubledSectionFaults(raw: unknown): readonly Fault[] {
  const faults: Fault[] = [];
  for (const name of ["client", "http_api"] as const) {
    const given = valueAt(raw, ["apps", 0, name]);
    if (isRawObject(given) && Object.keys(given).length > 0) {
      faults.push({
        path: `apps[0].${name}`,
        message: `the first app has the top level's: write it under ${name}`,
      });
    }
  }
  return faults;
}

/** What is one for all connections or for the port. Of another app it would be read, and then ignored. */
const common = {
  client: [
    "ping_interval",
    "pong_timeout",
    "expired_close_delay",
    "expired_sub_close_delay",
    "stale_close_delay",
    "channel_limit",
    "queue_max_size",
    "presence_update_interval",
    "channel_position_check_delay",
    "connection_limit",
    "connection_rate_limit",
    "connect_include_server_time",
  ],
  http_api: ["disabled", "handler_prefix", "error_mode"],
} as const;

/** Options of a further app that only the top level decides; there, the same value is no fault. */
function commonOptionFaults(config: Config, raw: unknown, index: number): readonly Fault[] {
  const app = config.apps[index];
  if (app === undefined) return [];
  const fault = (section: string, name: string): Fault => ({
    path: `apps[${index}].${section}.${name}`,
    message: `is common to all apps: write it under ${section}`,
  });
  const given = (section: string, name: string): boolean =>
    valueAt(raw, ["apps", index, section, name]) !== undefined;
  return [
    ...common.client
      .filter((name) => given("client", name) && app.client[name] !== config.client[name])
      .map((name) => fault("client", name)),
    ...common.http_api
      .filter((name) => given("http_api", name) && app.http_api[name] !== config.http_api[name])
      .map((name) => fault("http_api", name)),
  ];
}

/** Where a secret alone is exchanged, its key stands several times in its own app; in another app it is another's. */
function previousFaults(app: AppConfig, path: string, keys: FirstPlaces): readonly Fault[] {
  const secrets = new Map([[app.key, new Set([app.secret])]]);
  return app.previous.flatMap(({ key, secret }, position) => {
    const place = `${path}.previous[${position}]`;
    const known = secrets.get(key);
    if (known === undefined) {
      secrets.set(key, new Set([secret]));
      return keys.fault(key, `${place}.key`);
    }
    if (!known.has(secret)) {
      known.add(secret);
      return [];
    }
    return [{ path: place, message: "is a pair that is there already: another key, or another secret" }];
  });
}

/** Milliseconds. */
const shortestActivityTimeout = 1_000;

export function appContradictions(config: Config, raw: unknown): readonly Fault[] {
  const faults: Fault[] = [...doubledSectionFaults(raw)];
  const namespaces = namespaceNames(config);
  const ids = new FirstPlaces();
  const keys = new FirstPlaces();
  for (const [index, app] of config.apps.entries()) {
    const path = `apps[${index}]`;
    faults.push(...ids.fault(app.id, `${path}.id`), ...keys.fault(app.key, `${path}.key`));
    faults.push(...previousFaults(app, path, keys));
    if (app.activity_timeout < shortestActivityTimeout)
      faults.push({
        path: `${path}.activity_timeout`,
        message: 'must be "1s" or more: clients count in seconds',
      });
    for (const [prefix, name] of Object.entries(app.namespaces)) {
      if (prefix === "")
        faults.push({ path: `${path}.namespaces`, message: "an empty prefix would take every channel" });
      if (!namespaces.has(name)) {
        faults.push({
          path: `${path}.namespaces.${prefix}`,
          message: `no namespace ${JSON.stringify(name)} in channel.namespaces`,
        });
      }
    }
    if (index > 0) {
      faults.push(...clientContradictions(`${path}.client`, app.client, config));
      faults.push(
        ...commonOptionFaults(config, raw, index),
        ...clientProxyFaults(`${path}.client`, app.client),
      );
    }
    faults.push(...openChannelFaults(config, raw, index), ...webhookFaults(path, app));
  }
  return faults;
}
