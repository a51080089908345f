import { readConfigFile } from "./config-file.ts";
import { pathText, type Fault, type OptionPath } from "./faults.ts";
import { modernNamespaceName, modernPath } from "./old-names.ts";
import { isRawObject, setAt, valueAt, type RawObject } from "./raw-config.ts";
import { configSchema } from "./schema.ts";
import { factsAt } from "./schema-walk.ts";

/** A file of Centrifugo v3 to v5 in the form of v6. */
export interface Migrated {
  readonly raw: RawObject;
  /** What stands elsewhere now. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  /** What has no place any more, and is left out. */
  readonly left: readonly string[];
}

const proxyFields = ["endpoint", "timeout"] as const;
/** They were for all proxies, and are each proxy's own. */
const forAllProxies: Readonly<Record<string, readonly string[]>> = {
  proxy_http_headers: ["http_headers"],
  proxy_static_http_headers: ["http", "static_headers"],
  proxy_binary_encoding: ["binary_encoding"],
  proxy_include_connection_meta: ["include_connection_meta"],
  proxy_grpc_metadata: ["grpc_metadata"],
};
const singleProxies: readonly (readonly string[])[] = [
  ["client", "proxy", "connect"],
  ["client", "proxy", "refresh"],
  ["channel", "proxy", "subscribe"],
  ["channel", "proxy", "publish"],
  ["channel", "proxy", "sub_refresh"],
  ["rpc", "proxy"],
];

export type MigratedText =
  | (Omit<Migrated, "raw"> & { readonly ok: true; readonly content: string })
  | { readonly ok: false; readonly fault: Fault };

/** Reads a file of Centrifugo v3 to v5, and gives the JSON of a file for v6. */
export function migrateConfig(file: string): MigratedText {
  const parsed = readConfigFile(file);
  if (!parsed.ok) return parsed;
  const { raw, ...told } = migrated(parsed.raw);
  return { ok: true, content: `${JSON.stringify(raw, undefined, 2)}\n`, ...told };
}

/** Moves every option to where it stands in v6. What is there already stays as it is. */
export function migrated(old: RawObject): Migrated {
  return new Migration(old).result();
}

class Migration {
  private readonly raw: RawObject = {};
  private readonly moved: { from: string; to: string }[] = [];
  private readonly left: string[] = [];

  constructor(private readonly old: RawObject) {}

  result(): Migrated {
    const { old, raw } = this;
    const known = Object.keys(configSchema.shape);
    const isModern = (key: string, value: unknown): boolean =>
      known.includes(key) && (isRawObject(value) || Array.isArray(value));
    for (const [key, value] of Object.entries(old))
      if (isModern(key, value)) raw[key] = structuredClone(value);
    for (const [key, value] of Object.entries(withPublishers(old))) {
      // An option moved before this one may have made the section of its name.
      if (isModern(key, value)) continue;
      if (key === "namespaces" || key === "rpc_namespaces") this.list(key, value);
      else if (!(key in forAllProxies) && key !== "granular_proxy_mode" && !key.endsWith("_proxy_name"))
        this.move(key, value);
    }
    this.enableProxies();
    this.nameProxies();
    this.nameInNamespaces();
    return { raw, moved: this.moved, left: this.left };
  }

  private list(key: string, value: unknown): void {
    const path = key === "namespaces" ? ["channel", "namespaces"] : ["rpc", "namespaces"];
    setAt(this.raw, path, structuredClone(value));
    this.moved.push({ from: key, to: pathText(path) });
  }

  private move(key: string, value: unknown): void {
    const path = modernPath(key);
    if (path === undefined) {
      this.left.push(key);
      return;
    }
    setAt(this.raw, path.map(String), inKind(path, value));
    this.moved.push({ from: key, to: pathText(path) });
    if (key === "broker") setAt(this.raw, ["broker", "enabled"], true);
  }

  /** A proxy was on where it had an address. */
  private enableProxies(): void {
    const { raw, old } = this;
    for (const name of ["connect", "refresh"]) {
      const path = ["client", "proxy", name];
      if (valueAt(raw, [...path, "endpoint"]) !== undefined) setAt(raw, [...path, "enabled"], true);
    }
    if (valueAt(raw, ["rpc", "proxy", "endpoint"]) !== undefined)
      setAt(raw, ["rpc", "without_namespace", "proxy_enabled"], true);
    for (const [key, field] of Object.entries(forAllProxies)) {
      if (old[key] === undefined) continue;
      const users = singleProxies.filter((path) =>
        proxyFields.some((one) => valueAt(raw, [...path, one]) !== undefined),
      );
      if (users.length === 0) this.left.push(key);
      for (const path of users) {
        setAt(raw, [...path, ...field], structuredClone(old[key]));
        this.moved.push({ from: key, to: pathText([...path, ...field]) });
      }
    }
  }

  /** With `granular_proxy_mode` the proxies had names; connect and refresh have their own one now. */
  private nameProxies(): void {
    const { raw, old } = this;
    const named: readonly unknown[] = Array.isArray(raw["proxies"]) ? raw["proxies"] : [];
    for (const one of named) if (isRawObject(one)) modernProxy(one);
    for (const kind of ["connect", "refresh"]) {
      const key = `${kind}_proxy_name`;
      if (old[key] === undefined) continue;
      const found = named.find((one) => isRawObject(one) && one["name"] === old[key]);
      if (!isRawObject(found)) {
        this.left.push(key);
        continue;
      }
      const proxy = structuredClone(found);
      Reflect.deleteProperty(proxy, "name");
      setAt(raw, ["client", "proxy", kind], { enabled: true, ...proxy });
      this.moved.push({ from: key, to: `client.proxy.${kind}` });
    }
    if (old["rpc_proxy_name"] === undefined) return;
    setAt(raw, ["rpc", "without_namespace", "proxy_enabled"], true);
    setAt(raw, ["rpc", "without_namespace", "proxy_name"], old["rpc_proxy_name"]);
    this.moved.push({ from: "rpc_proxy_name", to: "rpc.without_namespace.proxy_name" });
  }

  private nameInNamespaces(): void {
    const { raw } = this;
    for (const [i, one] of listAt(raw, ["channel", "namespaces"]).entries())
      if (isRawObject(one)) this.inNamespace(one, `channel.namespaces[${i}]`);
    for (const [i, one] of listAt(raw, ["rpc", "namespaces"]).entries())
      if (isRawObject(one)) this.inRpcNamespace(one, `rpc.namespaces[${i}]`);
    const without: unknown = valueAt(raw, ["channel", "without_namespace"]);
    if (isRawObject(without)) this.inNamespace(without, "channel.without_namespace");
  }

  private inRpcNamespace(options: RawObject, where: string): void {
    const name = options["rpc_proxy_name"];
    if (name === undefined) return;
    Reflect.deleteProperty(options, "rpc_proxy_name");
    if (name !== "") Object.assign(options, { proxy_enabled: true, proxy_name: name });
    this.moved.push({ from: `${where}.rpc_proxy_name`, to: `${where}.proxy_name` });
  }

  private inNamespace(options: RawObject, where: string): void {
    const said = withPublishers(options);
    for (const key of Object.keys(options)) if (!(key in said)) Reflect.deleteProperty(options, key);
    for (const [key, value] of Object.entries(said)) {
      // A name alone said that there is such a proxy.
      const proxy = /^(.*_proxy)_name$/.exec(key)?.[1];
      if (proxy !== undefined && options[`${proxy}_enabled`] === undefined && value !== "")
        options[`${proxy}_enabled`] = true;
      const name = key === "name" ? key : modernNamespaceName(key);
      if (name === key) continue;
      Reflect.deleteProperty(options, key);
      if (name === undefined) this.left.push(`${where}.${key}`);
      else {
        options[name] = value;
        this.moved.push({ from: `${where}.${key}`, to: `${where}.${name}` });
      }
    }
  }
}

function listAt(raw: RawObject, path: OptionPath): readonly unknown[] {
  const list: unknown = valueAt(raw, path);
  return Array.isArray(list) ? (list as unknown[]) : [];
}

/**
 * In v3 nobody published without `publish`, and with `subscribe_to_publish` only who was subscribed; each of the options
 * they became lets somebody publish by itself.
 */
function withPublishers(options: RawObject): RawObject {
  const { publish, subscribe_to_publish: subscribed, ...others } = options;
  if (subscribed !== true) return options;
  return publish === true ? { ...others, subscribe_to_publish: true } : others;
}

function modernProxy(proxy: RawObject): void {
  const headers = proxy["static_http_headers"];
  if (headers === undefined) return;
  Reflect.deleteProperty(proxy, "static_http_headers");
  setAt(proxy, ["http", "static_headers"], headers);
}

/** Lists were one text with commas. */
function inKind(path: OptionPath, value: unknown): unknown {
  if (factsAt(path)?.kind === "list" && typeof value === "string")
    return value.split(/[\s,]+/).filter((one) => one !== "");
  return structuredClone(value);
}
