import { Asker } from "./callbacks/asker.ts";
import type { ClientTls } from "./callbacks/endpoint.ts";
import type { ClientOptions, Config, ProxyOptions } from "./config/index.ts";
import type { Clock } from "./core/clock.ts";
import type { Gatekeeper } from "./core/gatekeeper.ts";
import type { Refusal } from "./core/refusal.ts";
import type { Disconnect } from "./protocols/centrifugo/outcome.ts";
import { closing, ownRefusal } from "./protocols/centrifugo/proxies/answer.ts";
import { noProxies, type AppProxies, type Wants } from "./protocols/centrifugo/proxies/app-proxies.ts";
import { Proxy } from "./protocols/centrifugo/proxies/proxy.ts";
import { PublishProxies } from "./protocols/centrifugo/proxies/publish.ts";
import type { Log } from "./telemetry/log.ts";
import { ProxyCounts } from "./telemetry/proxy-counts.ts";

/** Who is asked for what. */
export interface ProxyRoutes {
  /** Of the app at that place of `apps`, or of the only one. */
  readonly ofApp: (index: number) => AppProxies;
  readonly gatekeeper: Gatekeeper;
}

/** The proxies of all apps, and who calls them. */
export interface ComposedProxies {
  /** By what namespaces say, and that may be said anew while the server runs; the proxies themselves stay. */
  readonly routes: (config: Config) => ProxyRoutes;
  readonly counts: ProxyCounts;
  /** Ends the calls that are open. */
  stop(): void;
}

/**
 * Calls that all proxies together have open: the runtime makes 256 at a time, whatever they are for, and a slow proxy is
 * to leave the others and the webhooks their share.
 */
const openCalls = 192;
/** Calls that one proxy has open. */
const openCallsOfOne = 64;
/** Calls of one proxy that wait for their turn. */
const waitingCalls = 10_000;
/** Bytes of an answer. */
const answerBytes = 1024 * 1024;

const defaultProxy = "default";

interface Place {
  /** Its place in the configuration. */
  readonly shown: string;
  readonly options: ProxyOptions;
}

/** Which proxy is asked for what, before anything of it exists. */
interface Plan {
  readonly clients: readonly { readonly connect: Place | undefined; readonly refresh: Place | undefined }[];
  readonly subscribe: ReadonlyMap<string, Place>;
  readonly publish: ReadonlyMap<string, Place>;
  readonly subRefresh: ReadonlyMap<string, Place>;
  readonly rpc: ReadonlyMap<string, Place | undefined>;
}

/** Every proxy that is configured, whether a namespace names it yet or not. */
export function composeProxies(config: Config, clock: Clock, log: Log): ComposedProxies {
  const places = configured(config);
  const counts = new ProxyCounts(log, () => clock.now());
  const askers: Asker[] = [];
  const open = Math.max(1, Math.min(openCallsOfOne, Math.floor(openCalls / Math.max(1, places.length))));
  const proxies = new Map<string, Proxy>();
  for (const { shown, options } of places) {
    const limits = { timeout: options.timeout, open, waiting: waitingCalls, answer: answerBytes };
    const asker = new Asker(limits);
    askers.push(asker);
    counts.add(shown, () => asker);
    proxies.set(shown, proxyOf({ shown, options }, asker, counts));
  }
  const wants = wantsOf(places.map(({ options }) => options));
  return {
    routes: (read) => routesOf(read, proxies, wants),
    counts,
    stop() {
      for (const asker of askers) asker.stop();
    },
  };
}

function routesOf(config: Config, proxies: ReadonlyMap<string, Proxy>, wants: Wants): ProxyRoutes {
  const plan = planOf(config);
  const { rpc } = config;
  const made = (place: Place | undefined): Proxy | undefined =>
    place === undefined ? undefined : proxies.get(place.shown);
  const common = {
    subscribe: mapped(plan.subscribe, made),
    subRefresh: mapped(plan.subRefresh, made),
    rpc: {
      boundary: rpc.namespace_boundary,
      namespaces: new Map([...plan.rpc].map(([name, place]) => [name, made(place)])),
      ping: rpc.ping.enabled ? rpc.ping.method : undefined,
    },
  };
  const apps = plan.clients.map(({ connect, refresh }): AppProxies => ({
    ...common,
    wants,
    connect: made(connect),
    refresh: made(refresh),
  }));
  return {
    ofApp: (index) => apps[index] ?? noProxies,
    gatekeeper: new PublishProxies(mapped(plan.publish, made)),
  };
}

function planOf(config: Config): Plan {
  const { channel, rpc } = config;
  const namespaces = [{ ...channel.without_namespace, name: "" }, ...channel.namespaces];
  const byKind = (kind: "subscribe" | "publish" | "sub_refresh"): ReadonlyMap<string, Place> => {
    const standard = { shown: `channel.proxy.${kind}`, options: channel.proxy[kind] };
    return new Map(
      namespaces
        .filter((one) => one[`${kind}_proxy_enabled`])
        .map((one) => [one.name, named(config, one[`${kind}_proxy_name`], standard)]),
    );
  };
  const methods = { shown: "rpc.proxy", options: rpc.proxy };
  const rpcNamespaces = [{ ...rpc.without_namespace, name: "" }, ...rpc.namespaces].map(
    ({ name, proxy_enabled: enabled, proxy_name: proxy }) =>
      [name, enabled ? named(config, proxy, methods) : undefined] as const,
  );
  return {
    clients:
      config.apps.length === 0
        ? [clientPlaces("client", config.client)]
        : config.apps.map(({ client }, index) =>
            clientPlaces(index === 0 ? "client" : `apps[${index}].client`, client),
          ),
    subscribe: byKind("subscribe"),
    publish: byKind("publish"),
    subRefresh: byKind("sub_refresh"),
    rpc: new Map(rpcNamespaces),
  };
}

function clientPlaces(path: string, { proxy: { connect, refresh } }: ClientOptions): Plan["clients"][number] {
  return {
    connect: connect.enabled ? { shown: `${path}.proxy.connect`, options: connect } : undefined,
    refresh: refresh.enabled ? { shown: `${path}.proxy.refresh`, options: refresh } : undefined,
  };
}

function named({ proxies }: Config, name: string, standard: Place): Place {
  const options = name === defaultProxy ? undefined : proxies.find((proxy) => proxy.name === name);
  return options === undefined ? standard : { shown: `proxies.${name}`, options };
}

/** Every place of a proxy with an endpoint; those of clients only where they are asked. */
function configured(config: Config): readonly Place[] {
  const { channel, rpc, proxies } = config;
  const common: readonly Place[] = [
    ...(["subscribe", "publish", "sub_refresh"] as const).map((kind) => ({
      shown: `channel.proxy.${kind}`,
      options: channel.proxy[kind],
    })),
    { shown: "rpc.proxy", options: rpc.proxy },
    ...proxies.map((options) => ({ shown: `proxies.${options.name}`, options })),
  ];
  return [
    ...planOf(config)
      .clients.flatMap(({ connect, refresh }) => [connect, refresh])
      .filter((place) => place !== undefined),
    ...common.filter(({ options }) => options.endpoint !== ""),
  ];
}

function proxyOf({ shown, options }: Place, asker: Asker, { observer }: ProxyCounts): Proxy {
  const url = options.endpoint;
  const tls = tlsOf(options.http.tls);
  return new Proxy(
    {
      shown,
      httpHeaders: lowerCase(options.http_headers),
      emulatedHeaders: lowerCase(options.emulated_headers),
      staticHeaders: Object.fromEntries(
        Object.entries(options.http.static_headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      binary: options.binary_encoding,
      includeMeta: options.include_connection_meta,
      transforms: new Map(options.http.status_to_code_transforms.map(transformOf)),
    },
    {
      ask: ({ headers, body, wanted }) => asker.ask({ request: { url, tls, headers, body }, wanted }),
      observer,
    },
  );
}

function tlsOf(options: ProxyOptions["http"]["tls"]): ClientTls | undefined {
  if (!options.enabled) return undefined;
  const { cert_pem: cert, key_pem: key, server_ca_pem: ca } = options;
  return {
    ...(cert === "" ? {} : { cert, key }),
    ...(ca === "" ? {} : { ca }),
    ...(options.server_name === "" ? {} : { serverName: options.server_name }),
    rejectUnauthorized: !options.insecure_skip_verify,
  };
}

type Transform = ProxyOptions["http"]["status_to_code_transforms"][number];

function transformOf(given: Transform): readonly [number, Refusal | Disconnect] {
  const { status_code: status, to_error: error, to_disconnect: end } = given;
  return [status, error.code === 0 ? closing(end) : ownRefusal(error)];
}

function wantsOf(proxies: readonly ProxyOptions[]): Wants {
  const names = (of: (options: ProxyOptions) => readonly string[]): readonly string[] => [
    ...new Set(proxies.flatMap((options) => lowerCase(of(options)))),
  ];
  return {
    http: names((options) => options.http_headers),
    emulated: names((options) => options.emulated_headers),
    meta: proxies.some((options) => options.include_connection_meta),
  };
}

function lowerCase(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase());
}

function mapped(
  places: ReadonlyMap<string, Place>,
  made: (place: Place) => Proxy | undefined,
): ReadonlyMap<string, Proxy> {
  const proxies = new Map<string, Proxy>();
  for (const [name, place] of places) {
    const proxy = made(place);
    if (proxy !== undefined) proxies.set(name, proxy);
  }
  return proxies;
}
