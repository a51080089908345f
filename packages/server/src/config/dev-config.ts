import { loadFilled, type ConfigSource, type Loaded } from "./load-config.ts";
import { isRawObject, setAt, valueAt, type RawObject } from "./raw-config.ts";

/** Known to everybody: for a machine of one's own, never for a server that others reach. */
export const devSecrets = {
  appId: "1000",
  appKey: "app-key",
  appSecret: "app-secret",
  apiKey: "api-key",
  hmacSecretKey: "secret",
} as const;

function devApp(): RawObject {
  return {
    id: devSecrets.appId,
    key: devSecrets.appKey,
    secret: devSecrets.appSecret,
    public_channels: true,
  };
}

/** The configuration of `twinwire dev`: open enough to try both wires without writing anything first. */
export function devConfig(): RawObject {
  return {
    apps: [devApp()],
    http_server: { address: "127.0.0.1" },
    http_api: { key: devSecrets.apiKey },
    prometheus: { enabled: true },
    client: {
      token: { hmac_secret_key: devSecrets.hmacSecretKey },
      allowed_origins: ["*"],
      allow_anonymous_connect_without_token: true,
    },
    channel: {
      without_namespace: {
        presence: true,
        join_leave: true,
        force_push_join_leave: true,
        history_size: 100,
        history_ttl: "300s",
        force_recovery: true,
        allow_subscribe_for_client: true,
        allow_subscribe_for_anonymous: true,
        allow_publish_for_subscriber: true,
        allow_publish_for_anonymous: true,
        allow_presence_for_subscriber: true,
        allow_presence_for_anonymous: true,
        allow_history_for_subscriber: true,
        allow_history_for_anonymous: true,
      },
    },
  };
}

/** A file's own options, with an app and keys where it has none, on loopback. */
function filledForDev(file: RawObject): RawObject {
  const raw = structuredClone(file);
  if (raw["apps"] === undefined || raw["apps"] === null) raw["apps"] = [devApp()];
  const missing = (path: readonly string[]) => {
    const given = valueAt(raw, path);
    return given === undefined || given === null || given === "";
  };
  if (missing(["http_api", "key"])) setAt(raw, ["http_api", "key"], devSecrets.apiKey);
  // With an address of keys no secret is good.
  if (
    missing(["client", "token", "hmac_secret_key"]) &&
    missing(["client", "token", "jwks_public_endpoint"])
  ) {
    setAt(raw, ["client", "token", "hmac_secret_key"], devSecrets.hmacSecretKey);
  }
  setAt(raw, ["http_server", "address"], "127.0.0.1");
  return raw;
}

/** As loadConfig, for `twinwire dev`: without a file all of devConfig, with one only what it leaves out. */
export function loadDevConfig(source: ConfigSource): Loaded {
  const hasFile = source.file !== undefined || source.text !== undefined;
  return loadFilled(source, (raw) => (hasFile && isRawObject(raw) ? filledForDev(raw) : devConfig()));
}
