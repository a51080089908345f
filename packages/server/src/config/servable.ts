import { devSecrets } from "./dev-config.ts";
import type { Fault } from "./faults.ts";
import { hasKeys } from "./token-contradictions.ts";
import type { ClientOptions, Config, HttpApiOptions } from "./schema.ts";

/** In the README's configuration; a test holds the two equal. */
const ofDocuments = ["a-secret-of-yours", "another-secret", "a-third-secret"];

const wellKnown: ReadonlySet<string> = new Set([
  devSecrets.appSecret,
  devSecrets.apiKey,
  devSecrets.hmacSecretKey,
  ...ofDocuments,
]);

function secretFault(path: string, secret: string): readonly Fault[] {
  if (secret.trim() === "")
    return [{ path, message: "is empty: serve needs a secret there; twinwire init makes one" }];
  if (!wellKnown.has(secret)) return [];
  return [
    {
      path,
      message: "is a secret that everybody knows, from dev and the documents; twinwire init makes one",
    },
  ];
}

/** Empty is a way to leave these out; only what is there has to be secret. */
function optionalSecretFault(path: string, secret: string): readonly Fault[] {
  return secret === "" ? [] : secretFault(path, secret);
}

function clientSecretFaults(path: string, client: ClientOptions): readonly Fault[] {
  return (["token", "subscription_token"] as const).flatMap((name) => [
    ...optionalSecretFault(`${path}.${name}.hmac_secret_key`, client[name].hmac_secret_key),
    ...optionalSecretFault(`${path}.${name}.hmac_previous_secret_key`, client[name].hmac_previous_secret_key),
  ]);
}

function apiSecretFaults(path: string, api: HttpApiOptions): readonly Fault[] {
  return optionalSecretFault(`${path}.key`, api.key);
}

/** Whether some client of Centrifugo's wire could get past its connect command. */
function admitsCentrifugoClients(client: ClientOptions): boolean {
  return (
    hasKeys(client.token) ||
    client.user_id_http_header !== "" ||
    client.proxy.connect.enabled ||
    client.allow_anonymous_connect_without_token ||
    client.insecure ||
    client.insecure_skip_token_signature_verify
  );
}

/** Whether there is some way in for clients of Centrifugo's wire. */
export function admitsByTransport(config: Config): boolean {
  const { sse, http_stream: httpStream, uni_sse: uniSse } = config;
  const { uni_http_stream: uniHttpStream, uni_websocket: uniWebsocket } = config;
  const optional = [sse, httpStream, uniSse, uniHttpStream, uniWebsocket];
  return !config.websocket.disabled || optional.some(({ enabled }) => enabled);
}

function nobodyCouldConnect(config: Config): boolean {
  // An app that is off takes nobody, on either wire.
  if (config.apps.length > 0) return !config.apps.some((app) => app.enabled);
  return !admitsByTransport(config) || !admitsCentrifugoClients(config.client);
}

/** What keeps a sound configuration from being served to others. */
export function assertServable(config: Config): readonly Fault[] {
  const faults = [
    ...clientSecretFaults("client", config.client),
    ...apiSecretFaults("http_api", config.http_api),
  ];
  for (const [index, app] of config.apps.entries()) {
    const path = `apps[${index}]`;
    faults.push(...secretFault(`${path}.secret`, app.secret));
    for (const [position, pair] of app.previous.entries()) {
      faults.push(...secretFault(`${path}.previous[${position}].secret`, pair.secret));
    }
    // The first app has the top level's sections, which are told above.
    if (index > 0) {
      faults.push(
        ...clientSecretFaults(`${path}.client`, app.client),
        ...apiSecretFaults(`${path}.http_api`, app.http_api),
      );
    }
  }
  if (nobodyCouldConnect(config)) {
    faults.push({
      path: "apps",
      message:
        "nobody could ever connect: give an app that is enabled (apps), a key of tokens (client.token: hmac_secret_key, rsa_public_key, ecdsa_public_key, jwks_public_endpoint), " +
        "a connect proxy (client.proxy.connect), or an open entry (client.allow_anonymous_connect_without_token, client.insecure)",
    });
  }
  return faults;
}

/** What whoever starts the server should know of it, one line each. */
export function startNotices(config: Config): readonly string[] {
  const others = config.apps
    .slice(1)
    .map(({ client }, index) => [`apps[${index + 1}].client`, client] as const);
  return [
    ...openChannelNotices(config),
    ...[["client", config.client] as const, ...others].flatMap(([path, client]) =>
      tokenNotices(path, client),
    ),
  ];
}

function tokenNotices(path: string, client: ClientOptions): readonly string[] {
  const notices: string[] = [];
  for (const name of ["token", "subscription_token"] as const) {
    const {
      jwks_public_endpoint: endpoint,
      insecure_skip_jwks_endpoint_safety_check: unsafe,
      ...rest
    } = client[name];
    if (endpoint === "") continue;
    if (hasKeys({ ...rest, jwks_public_endpoint: "", insecure_skip_jwks_endpoint_safety_check: false }))
      notices.push(`${path}.${name} has a jwks_public_endpoint: its other keys are not used`);
    if (unsafe && endpoint.includes("{{"))
      notices.push(`${path}.${name}: whoever writes a token has a say in where keys are fetched from`);
  }
  return notices;
}

function openChannelNotices(config: Config): readonly string[] {
  const open = config.apps
    .filter((app) => app.enabled && app.public_channels)
    .map((app) => JSON.stringify(app.id));
  if (open.length === 0) return [];
  const apps = open.length === 1 ? `app ${open.join()}` : `apps ${open.join(", ")}`;
  return [
    `open channels of ${apps} can be read with the app key alone (apps[].public_channels is true); ` +
      "private-, presence- and private-encrypted- channels need a signature",
  ];
}
