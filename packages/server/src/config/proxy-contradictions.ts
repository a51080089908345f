import type { Fault } from "./faults.ts";
import { defaultProxy, ownDisconnects, ownErrors } from "./proxy-options.ts";
import type { ClientOptions, Config, NamespaceOptions, ProxyOptions } from "./schema.ts";
import { clientTlsFaults } from "./tls-contradictions.ts";

/** Headers that say what the request is, or belong to the connection it goes by. */
const taken: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-twinwire-app",
]);

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\x20-\x7e]*$/;
/** What a WebSocket close frame can carry besides the code. */
const reasonBytes = 123;

function nameFaults(path: string, names: readonly string[]): readonly Fault[] {
  return names.flatMap((name, index) => {
    const at = `${path}[${index}]`;
    if (!headerName.test(name)) return [{ path: at, message: "is no name of a header" }];
    return taken.has(name.toLowerCase())
      ? [{ path: at, message: "is a header that is set by the server" }]
      : [];
  });
}

function staticFaults(path: string, headers: Readonly<Record<string, string>>): readonly Fault[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const at = `${path}.${name}`;
    if (!headerName.test(name)) return [{ path: at, message: "is no name of a header" }];
    if (taken.has(name.toLowerCase())) return [{ path: at, message: "is set by the server" }];
    return headerValue.test(value) ? [] : [{ path: at, message: "must be printable ASCII" }];
  });
}

function endpointFault(endpoint: string): string | undefined {
  const url = URL.parse(endpoint);
  if (url?.protocol === "grpc:" || !endpoint.includes("://"))
    return "gRPC is not supported yet: give an http or https URL";
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return "must be an http or https URL";
  return url.username === "" && url.password === ""
    ? undefined
    : "must have no user and password in it (use http.static_headers)";
}

type Transform = ProxyOptions["http"]["status_to_code_transforms"][number];

function transformFaults(path: string, transforms: readonly Transform[]): readonly Fault[] {
  const seen = new Set<number>();
  return transforms.flatMap(({ status_code: status, to_error: error, to_disconnect: end }, index) => {
    const at = `${path}[${index}]`;
    const again = seen.has(status);
    seen.add(status);
    if (status === 200)
      return [{ path: `${at}.status_code`, message: "200 is an answer of the application" }];
    if (again) return [{ path: `${at}.status_code`, message: `${status} stands here twice` }];
    if ((error.code === 0) === (end.code === 0))
      return [{ path: at, message: "needs one of to_error and to_disconnect, with a code" }];
    if (error.code !== 0 && error.code < ownErrors.least)
      return [{ path: `${at}.to_error.code`, message: `must be ${ownErrors.least} to ${ownErrors.most}` }];
    if (end.code !== 0 && end.code < ownDisconnects.least)
      return [
        {
          path: `${at}.to_disconnect.code`,
          message: `must be ${ownDisconnects.least} to ${ownDisconnects.most}`,
        },
      ];
    return new TextEncoder().encode(end.reason).length > reasonBytes
      ? [{ path: `${at}.to_disconnect.reason`, message: `must be at most ${reasonBytes} bytes long` }]
      : [];
  });
}

function proxyFaults(path: string, proxy: ProxyOptions): readonly Fault[] {
  const wrong = proxy.endpoint === "" ? undefined : endpointFault(proxy.endpoint);
  return [
    ...(wrong === undefined ? [] : [{ path: `${path}.endpoint`, message: wrong }]),
    ...(proxy.timeout > 0 ? [] : [{ path: `${path}.timeout`, message: "must be above 0" }]),
    ...clientTlsFaults(`${path}.http.tls`, proxy.http.tls),
    ...nameFaults(`${path}.http_headers`, proxy.http_headers),
    ...nameFaults(`${path}.emulated_headers`, proxy.emulated_headers),
    ...staticFaults(`${path}.http.static_headers`, proxy.http.static_headers),
    ...transformFaults(`${path}.http.status_to_code_transforms`, proxy.http.status_to_code_transforms),
  ];
}

/** Somebody is to be asked, and nobody knows where. */
function missing(path: string, proxy: ProxyOptions, by: string): readonly Fault[] {
  return proxy.endpoint === "" ? [{ path: `${path}.endpoint`, message: `is required where ${by}` }] : [];
}

export function clientProxyFaults(path: string, { proxy }: ClientOptions): readonly Fault[] {
  return (["connect", "refresh"] as const).flatMap((kind) => {
    const at = `${path}.proxy.${kind}`;
    const own = proxy[kind];
    return [...proxyFaults(at, own), ...(own.enabled ? missing(at, own, `${at}.enabled is true`) : [])];
  });
}

interface Reference {
  /** The option that names the proxy. */
  readonly path: string;
  readonly enabled: boolean;
  readonly name: string;
  /** The proxy that `default` is. */
  readonly standard: { readonly path: string; readonly proxy: ProxyOptions };
}

function referenceFaults(config: Config, { path, enabled, name, standard }: Reference): readonly Fault[] {
  if (!enabled) return [];
  if (name === defaultProxy)
    return missing(standard.path, standard.proxy, `${path} is ${JSON.stringify(defaultProxy)}`);
  const index = config.proxies.findIndex((proxy) => proxy.name === name);
  const named = config.proxies[index];
  if (named === undefined) return [{ path, message: `no proxy ${JSON.stringify(name)} in proxies` }];
  return missing(`proxies[${index}]`, named, `${path} is ${JSON.stringify(name)}`);
}

function namespaceReferences(config: Config, at: string, options: NamespaceOptions): readonly Reference[] {
  const { proxy } = config.channel;
  return (["subscribe", "publish", "sub_refresh"] as const).map((kind) => ({
    path: `${at}.${kind}_proxy_name`,
    enabled: options[`${kind}_proxy_enabled`],
    name: options[`${kind}_proxy_name`],
    standard: { path: `channel.proxy.${kind}`, proxy: proxy[kind] },
  }));
}

/** What is wrong with proxies, and with who refers to them. Those of further apps are told with their apps. */
export function proxyContradictions(config: Config): readonly Fault[] {
  const { channel, rpc, proxies } = config;
  const names = new Map<string, number>();
  const faults: Fault[] = [
    ...clientProxyFaults("client", config.client),
    ...(["subscribe", "publish", "sub_refresh"] as const).flatMap((kind) =>
      proxyFaults(`channel.proxy.${kind}`, channel.proxy[kind]),
    ),
    ...proxyFaults("rpc.proxy", rpc.proxy),
  ];
  for (const [index, proxy] of proxies.entries()) {
    const path = `proxies[${index}]`;
    const first = names.get(proxy.name);
    if (proxy.name === defaultProxy)
      faults.push({
        path: `${path}.name`,
        message: `${JSON.stringify(defaultProxy)} is the proxy of each section`,
      });
    if (first === undefined) names.set(proxy.name, index);
    else
      faults.push({
        path: `${path}.name`,
        message: `${JSON.stringify(proxy.name)} is also the name of proxies[${first}]`,
      });
    faults.push(...proxyFaults(path, proxy));
  }
  const rpcNames = new Set<string>();
  const references = [
    ...namespaceReferences(config, "channel.without_namespace", channel.without_namespace),
    ...channel.namespaces.flatMap((one, index) =>
      namespaceReferences(config, `channel.namespaces[${index}]`, one),
    ),
    ...[{ at: "rpc.without_namespace", options: rpc.without_namespace }]
      .concat(rpc.namespaces.map((options, index) => ({ at: `rpc.namespaces[${index}]`, options })))
      .map(({ at, options }) => ({
        path: `${at}.proxy_name`,
        enabled: options.proxy_enabled,
        name: options.proxy_name,
        standard: { path: "rpc.proxy", proxy: rpc.proxy },
      })),
  ];
  for (const [index, { name }] of rpc.namespaces.entries()) {
    if (rpcNames.has(name))
      faults.push({
        path: `rpc.namespaces[${index}].name`,
        message: `${JSON.stringify(name)} stands here twice`,
      });
    rpcNames.add(name);
  }
  const told = new Set<string>();
  for (const fault of references.flatMap((reference) => referenceFaults(config, reference))) {
    // Many namespaces may miss the same endpoint.
    if (told.has(fault.path)) continue;
    told.add(fault.path);
    faults.push(fault);
  }
  return faults;
}
