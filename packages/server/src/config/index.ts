export { admitsByTransport, assertServable, startNotices } from "./servable.ts";
export { devConfig, devSecrets, loadDevConfig } from "./dev-config.ts";
export { faultText, type Fault } from "./faults.ts";
export { migrateConfig, type MigratedText } from "./migration.ts";
export { externalTls, internalTls, type ListenerTls } from "./listener-tls.ts";
export { goRegex } from "./go-regex.ts";
export { loadConfig, type ConfigSource, type Loaded } from "./load-config.ts";
export { reloadedConfig, type Reload } from "./reload.ts";
export type { ConfigText } from "./config-file.ts";
export type { Environment } from "./environment.ts";
export type {
  AppConfig,
  ClientOptions,
  Config,
  HttpApiOptions,
  NamedNamespace,
  NamespaceOptions,
  ProxyOptions,
} from "./schema.ts";
