import { appContradictions } from "./app-contradictions.ts";
import { contradictions } from "./contradictions.ts";
import { pathText, type Fault, type OptionPath } from "./faults.ts";
import { isRawObject } from "./raw-config.ts";
import type { AppConfig, ClientOptions, Config } from "./schema.ts";

/** What a running server makes of a configuration that was read again. */
export type Reload =
  | {
      readonly ok: true;
      /** What it goes on by. */
      readonly config: Config;
      /** Paths of options that have changed, and need a restart. */
      readonly kept: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Takes over what may change while a server runs: token keys, and channel options. The rest stays as it runs, and the
 * two have to fit together: else nothing is taken over. Both have been checked by themselves.
 */
export function reloadedConfig(running: Config, read: Config): Reload {
  const config = followed(running, read);
  // What the file alone decides was checked when it was read.
  const faults = [...contradictions(config), ...appContradictions(config, {})];
  if (faults.length > 0)
    return {
      ok: false,
      faults: faults.map(({ path, message }) => ({ path, message: `${message}${unlessRestarted}` })),
    };
  return { ok: true, config, kept: [...differences(shownOnce(config), shownOnce(read), [])].map(pathText) };
}

const unlessRestarted = ", as the server runs now; with a restart, what else has changed counts too";

function followed(running: Config, read: Config): Config {
  const again = new Map(read.apps.map((app) => [app.id, app]));
  const apps = running.apps.map((app) => followedApp(app, again.get(app.id)));
  const { without_namespace, namespaces, history_meta_ttl, publication_data_format } = read.channel;
  return {
    ...running,
    apps,
    client: apps[0]?.client ?? withKeys(running.client, read.client),
    channel: { ...running.channel, without_namespace, namespaces, history_meta_ttl, publication_data_format },
  };
}

/** An app that is gone from the file stays as it is. */
function followedApp(app: AppConfig, again: AppConfig | undefined): AppConfig {
  if (again === undefined) return app;
  return { ...app, namespaces: again.namespaces, client: withKeys(app.client, again.client) };
}

function withKeys(client: ClientOptions, { token, subscription_token }: ClientOptions): ClientOptions {
  return { ...client, token, subscription_token };
}

/** The first app has the top level's sections, which are told there. */
function shownOnce(config: Config): unknown {
  const [first, ...others] = config.apps;
  if (first === undefined) return config;
  return { ...config, apps: [{ ...first, client: undefined, http_api: undefined }, ...others] };
}

/** Where two values differ, as deep as their objects and lists go together. Values, which may be secret, are not told. */
function* differences(one: unknown, other: unknown, path: OptionPath): Generator<OptionPath> {
  if (Bun.deepEquals(one, other)) return;
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    for (const index of one.keys()) yield* differences(one[index], other[index], [...path, index]);
  } else if (isRawObject(one) && isRawObject(other)) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
      yield* differences(one[key], other[key], [...path, key]);
  } else yield path;
}
