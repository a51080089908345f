import { hostname } from "node:os";
import {
  goRegex,
  type AppConfig,
  type ClientOptions,
  type Config,
  type NamespaceOptions as ConfiguredNamespace,
} from "./config/index.ts";
import type { AppSettings } from "./core/app.ts";
import { App } from "./core/app.ts";
import { ChannelNaming, plainGrammar, type NameGrammar, type NamingSettings } from "./core/channel-name.ts";
import { appId, channelName } from "./core/ids.ts";
import type { NamespaceOptions } from "./core/namespace.ts";
import type {
  CentrifugoApp,
  HttpWay,
  TokenKeys,
  TokenSettings,
  TransportSettings,
  UniHttpWay,
} from "./protocols/centrifugo/settings.ts";
import type { PusherApp } from "./protocols/pusher/settings.ts";

/** One app as each part of the server sees it. */
export interface ComposedApp {
  readonly app: App;
  /** Undefined where no app is configured: a plain Centrifugo. */
  readonly pusher: PusherApp | undefined;
  readonly centrifugo: CentrifugoApp;
  readonly api: { readonly keys: readonly string[]; readonly apiKey: string; readonly insecure: boolean };
}

/** What this process is called. */
export function nodeName({ node, http_server: { port } }: Config): string {
  return node.name === "" ? `${hostname()}_${port}` : node.name;
}

/** How names are resolved: of an app, or undefined for a server without apps. */
export function channelRules(
  config: Config,
  grammar: NameGrammar,
): (app: AppConfig | undefined) => NamingSettings {
  const namespaces = new Map(
    config.channel.namespaces.map(
      (given) => [given.name, namespaceOptions(given.name, given, config)] as const,
    ),
  );
  const withoutNamespace = namespaceOptions("", config.channel.without_namespace, config);
  return (app) => ({
    namespaces,
    withoutNamespace,
    prefixes: new Map(Object.entries(app?.namespaces ?? {})),
    privatePrefix: config.channel.private_prefix,
    boundary: config.channel.namespace_boundary,
    userBoundary: config.channel.user_boundary,
    userSeparator: config.channel.user_separator,
    grammar: app === undefined ? plainGrammar : grammar,
  });
}

/** What an app's tokens are checked by. */
export function tokenKeys({ token, subscription_token: subscription }: ClientOptions): TokenKeys {
  const tokens = tokenSettings(token);
  return { tokens, subscriptionTokens: subscription.enabled ? tokenSettings(subscription) : tokens };
}

/** Splits the configuration into the plain settings that each folder asks for. */
export function composeApps(config: Config, grammar: NameGrammar): readonly ComposedApp[] {
  const rules = channelRules(config, grammar);
  const [first] = config.apps;
  if (first === undefined) {
    const app = new App(plainAppSettings(config, new ChannelNaming(rules(undefined))));
    return [
      {
        app,
        pusher: undefined,
        centrifugo: centrifugoApp(app, [], config),
        api: apiApp([], config),
      },
    ];
  }
  return config.apps.map((given, index) => {
    // The top level belongs to the first app; the others inherit nothing (B13).
    const keys = [given.key, ...given.previous.map(({ key }) => key)];
    const own = index === 0 ? config : { client: given.client, http_api: given.http_api };
    const base = plainAppSettings({ ...config, ...own }, new ChannelNaming(rules(given)));
    const app = new App({
      ...base,
      id: appId(given.id),
      bridged: true,
      publicChannels: given.public_channels,
      clientEvents: given.client_events,
      clientEventsPerSecond: given.limits.client_events_per_second,
      eventBytes: given.limits.event_bytes,
      presenceMembers: given.limits.presence_members,
      tagFilters: given.limits.tag_filters,
    });
    return {
      app,
      pusher: {
        app,
        key: given.key,
        secret: given.secret,
        previous: given.previous,
        enabled: given.enabled,
        tlsOnly: given.tls_only,
        allowedOrigins: given.allowed_origins,
        activityTimeout: given.activity_timeout,
        subscriptionCount: given.subscription_count,
        authorizedWithin: given.authorized_within,
        connectionLimit: given.limits.connections,
        channelsPerConnection: given.limits.channels_per_connection,
        channelsPerEvent: given.limits.channels_per_event,
        eventsPerBatch: given.limits.events_per_batch,
        presenceRejoinsPerSecond: given.limits.presence_rejoins_per_second,
        watchlistLimit: given.limits.watchlist,
      },
      centrifugo: {
        ...centrifugoApp(app, keys, own),
        enabled: given.enabled,
        tlsOnly: given.tls_only,
      },
      // Of an app that is off, nothing opens the API.
      api: given.enabled ? apiApp(keys, own) : { keys, apiKey: "", insecure: false },
    };
  });
}

/** How Centrifugo clients connect; what is off is not there. */
export function centrifugoTransports(config: Config): TransportSettings {
  const { websocket, http_stream: httpStream, sse, emulation, uni_websocket: uniWebsocket } = config;
  return {
    websocket: websocket.disabled
      ? undefined
      : { path: websocket.handler_prefix, frameLimit: websocket.message_size_limit },
    httpStream: httpStream.enabled ? way(httpStream) : undefined,
    sse: sse.enabled ? way(sse) : undefined,
    emulation: way(emulation),
    init: config.init.enabled ? config.init.handler_prefix : undefined,
    uniHttpStream: config.uni_http_stream.enabled ? uniHttpWay(config.uni_http_stream) : undefined,
    uniSse: config.uni_sse.enabled ? uniHttpWay(config.uni_sse) : undefined,
    uniWebsocket: uniWebsocket.enabled
      ? {
          path: uniWebsocket.handler_prefix,
          frameLimit: uniWebsocket.message_size_limit,
          disconnectPush: !uniWebsocket.disable_disconnect_push,
        }
      : undefined,
  };
}

function way(given: Config["emulation"]): HttpWay {
  return { path: given.handler_prefix, bodyLimit: given.max_request_body_size };
}

function uniHttpWay(given: Config["uni_sse"]): UniHttpWay {
  const { enabled, transforms } = given.connect_code_to_http_response;
  const responses = transforms.map(
    ({ code, to }) => [code, { status: to.status_code, body: to.body }] as const,
  );
  return { ...way(given), responses: new Map(enabled ? responses : []) };
}

type ClientSide = Pick<Config, "client" | "http_api">;
type ChannelSide = Pick<Config, "channel">;

/** "No limit" where the option says 0, and a number has to be compared with. */
const boundless = 1_000_000_000;

/** Without apps there is no option for it. Distinct filters in a channel (B14). */
const standardTagFilters = 64;

function plainAppSettings(config: ClientSide & ChannelSide, naming: ChannelNaming): AppSettings {
  const personal = config.client.subscribe_to_user_personal_channel;
  const namespace = personal.personal_channel_namespace;
  const { namespace_boundary: boundary, user_boundary: userBoundary } = config.channel;
  const before = namespace === "" ? userBoundary : namespace + boundary + userBoundary;
  return {
    id: appId(""),
    naming,
    bridged: false,
    publicChannels: false,
    clientEvents: false,
    insecure: config.client.insecure,
    clientEventsPerSecond: 0,
    eventBytes: 0,
    presenceMembers: 0,
    tagFilters: standardTagFilters,
    userConnections: config.client.user_connection_limit,
    personalChannel: personal.enabled ? (user) => channelName(before + user) : undefined,
    singleConnection: personal.enabled && personal.single_connection,
    historyLimit: config.client.history_max_publication_limit,
    recoveryLimit: config.client.recovery_max_publication_limit || boundless,
  };
}

function apiApp(keys: readonly string[], config: ClientSide): ComposedApp["api"] {
  return { keys, apiKey: config.http_api.key, insecure: config.http_api.insecure };
}

function centrifugoApp(app: App, keys: readonly string[], { client }: ClientSide): CentrifugoApp {
  const { enabled, transforms } = client.connect_code_to_unidirectional_disconnect;
  return {
    app,
    keys,
    ...tokenKeys(client),
    anonymousWithoutToken: client.allow_anonymous_connect_without_token,
    disallowAnonymousTokens: client.disallow_anonymous_connection_tokens,
    insecure: client.insecure,
    skipSignature: client.insecure_skip_token_signature_verify,
    userHeader: client.user_id_http_header,
    allowedOrigins: client.allowed_origins,
    unidirectionalDisconnects: new Map(enabled ? transforms.map(({ code, to }) => [code, to] as const) : []),
  };
}

function tokenSettings(token: Config["client"]["token"]): TokenSettings {
  return {
    hmacSecret: token.hmac_secret_key,
    previousHmacSecret: token.hmac_previous_secret_key,
    previousValidUntil: token.hmac_previous_secret_key_valid_until,
    rsaPublicKey: token.rsa_public_key,
    ecdsaPublicKey: token.ecdsa_public_key,
    jwksEndpoint: token.jwks_public_endpoint,
    audience: token.audience,
    audiencePattern: token.audience_regex === "" ? undefined : goRegex(token.audience_regex),
    issuer: token.issuer,
    issuerPattern: token.issuer_regex === "" ? undefined : goRegex(token.issuer_regex),
    userIdClaim: token.user_id_claim,
  };
}

function namespaceOptions(name: string, given: ConfiguredNamespace, config: Config): NamespaceOptions {
  return {
    name,
    presence: given.presence,
    joinLeave: given.join_leave,
    forcePushJoinLeave: given.force_push_join_leave,
    history: {
      size: given.history_size,
      ttl: given.history_ttl,
      metaTtl: given.history_meta_ttl || config.channel.history_meta_ttl,
    },
    forcePositioning: given.force_positioning,
    allowPositioning: given.allow_positioning,
    forceRecovery: given.force_recovery,
    allowRecovery: given.allow_recovery,
    recoveryMode: given.force_recovery_mode === "cache" ? "cache" : "stream",
    autoRecover: given.auto_cache_recover || given.auto_cache_recovery,
    deltas: given.allowed_delta_types.includes("fossil"),
    deltaPublish: given.delta_publish,
    tagFilters: given.allow_tags_filter,
    pusherRecovery: given.pusher_recovery,
    subscribe: {
      client: given.allow_subscribe_for_client,
      subscriber: false,
      anonymous: given.allow_subscribe_for_anonymous,
    },
    publish: {
      client: given.allow_publish_for_client,
      subscriber: given.allow_publish_for_subscriber,
      anonymous: given.allow_publish_for_anonymous,
    },
    presenceAccess: {
      client: given.allow_presence_for_client,
      subscriber: given.allow_presence_for_subscriber,
      anonymous: given.allow_presence_for_anonymous,
    },
    historyAccess: {
      client: given.allow_history_for_client,
      subscriber: given.allow_history_for_subscriber,
      anonymous: given.allow_history_for_anonymous,
    },
    publishAsked: given.publish_proxy_enabled,
    userLimited: given.allow_user_limited_channels,
    pattern: given.channel_regex === "" ? undefined : new RegExp(given.channel_regex),
    dataFormat: given.publication_data_format || config.channel.publication_data_format,
  };
}
