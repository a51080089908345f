import { hostname } from "node:os";
import { admitsByTransport, type Config } from "./config/index.ts";
import { openListeners } from "./compose-listeners.ts";
import { composeProxies, type ComposedProxies } from "./compose-proxies.ts";
import { composeWebhooks } from "./compose-webhooks.ts";
import { MemoryBroker } from "./brokers/memory/memory-broker.ts";
import type { Broker } from "./core/broker.ts";
import { Arrivals, Capacity } from "./core/capacity.ts";
import { Hub } from "./core/hub.ts";
import { nodeId } from "./core/ids.ts";
import { checkPositions } from "./core/positions.ts";
import { devPage, type DevPageSettings } from "./dev-page/index.ts";
import type { Site } from "./dev-page/site.ts";
import type { Route } from "./http/route.ts";
import { centrifugoApi } from "./protocols/centrifugo/api/index.ts";
import { createCentrifugoProtocol } from "./protocols/centrifugo/index.ts";
import { pusherGrammar } from "./protocols/pusher/channel-name.ts";
import { createPusherProtocol } from "./protocols/pusher/index.ts";
import { frameLimitOf } from "./protocols/pusher/settings.ts";
import type { Protocol } from "./protocols/protocol.ts";
import { centrifugoTransports, composeApps, type ComposedApp } from "./settings.ts";
import { Counters } from "./telemetry/counters.ts";
import { healthRoute } from "./telemetry/health-route.ts";
import { createLog } from "./telemetry/log.ts";
import { metricsRoute, type Callbacks } from "./telemetry/metrics-route.ts";
import { Delivery } from "./transport/delivery.ts";
import { StreamTransport } from "./transport/http-stream.ts";
import { SlowReaders } from "./transport/slow-readers.ts";
import { systemClock } from "./transport/system-clock.ts";
import { WebSocketTransport } from "./transport/websocket.ts";
import manifest from "../package.json" with { type: "json" };

export type Mode = "serve" | "dev";

/** A server that listens. */
export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** Takes note of an exception that nobody caught. */
  defect(where: string, cause: unknown): void;
  /** Drains: nobody new, every client told to come back, nothing accepted lost. Resolves when all is closed. */
  stop(): Promise<void>;
}

/** Bytes of one request of the Centrifugo API; a broadcast to many channels fits. */
const bodyLimit = 10 * 1024 * 1024;
/** Commands of one client that may wait while one of them waits for the broker. */
const commandLimit = 1_024;
/** Characters of these: a client that comes back and joins a thousand channels, each with a member's data, is let in. */
const waitingLimit = 4 * 1024 * 1024;
/** Deliveries of one turn of the event loop: some 20 to 50 ms, after which others have their turn. */
const turnDeliveries = 20_000;

/**
 * Puts the parts together and listens. Throws where the port or the certificate cannot be used. Mode `dev` shows a page,
 * and those of `site` beside it.
 */
export function startServer(config: Config, mode: Mode, site?: Site): RunningServer {
  const clock = systemClock;
  const log = createLog({ level: config.log.level, node: config.node.name });
  const counters = new Counters(log);
  const apps = composeApps(config, pusherGrammar);
  const frameLimit = largestFrame(config, apps);
  const queues = {
    queueLimit: config.client.queue_max_size,
    commandLimit,
    waitingLimit: Math.max(waitingLimit, frameLimit),
  };
  const slow = new SlowReaders({ ...queues, sharedLimit: config.queues.max_size }, counters);
  const sockets = new WebSocketTransport({ ...queues, frameLimit }, slow, counters);
  const streams = new StreamTransport(queues, slow, counters);
  const node = nodeId(crypto.randomUUID());
  const broker: Broker = new MemoryBroker({
    clock,
    // This process is the only node, and lives for as long as it can ask: a suspended machine loses nobody.
    presenceTtl: Number.POSITIVE_INFINITY,
    onEvict: (count) => {
      counters.dropped("stream-metadata", count);
    },
  });
  const hub = new Hub(
    {
      node,
      broker,
      fanout: new Delivery(sockets, streams),
      clock,
      observer: counters,
      turn: { deliveries: turnDeliveries, bytes: config.client.queue_max_size / 4 },
      capacity: capacityOf(config),
    },
    apps.map(({ app }) => app),
  );
  void broker.open(hub);
  const webhooks = composeWebhooks(config, clock, log);
  hub.activity = webhooks?.activity;
  const proxies = composeProxies(config, clock, log);
  hub.gatekeeper = proxies?.gatekeeper;

  const protocols = composeProtocols({ config, mode, hub, apps, proxies });
  for (const protocol of protocols) protocol.start();
  const stopTicks = [
    clock.every(Math.max(1_000, config.client.presence_update_interval), () => {
      hub.inBackground("presence beat", () => broker.beat(node));
    }),
    clock.every(positionTick, () => {
      checkPositions(hub, config.client.channel_position_check_delay);
    }),
  ];

  const origin = (): string => originOf(server.url);
  const page = mode === "dev" ? devPage({ ...devSettings(config), origin }, site) : undefined;
  const surfaces = {
    outside: [
      ...protocols.flatMap((protocol) => protocol.routes),
      ...streams.routes(protocols),
      ...(page?.routes ?? []),
    ],
    api: apiRoutes({ config, mode, hub, apps, proxies }),
    operations: operationRoutes(config, counters, { webhooks: webhooks?.counts, proxies: proxies?.counts }),
  };
  const listeners = openListeners(config, surfaces, {
    pages: page?.pages ?? {},
    websocket: sockets.handlers(),
    upgrade: (call, listening) => sockets.upgrade(call, listening, protocols),
    defect: (where, cause) => {
      counters.defect(where, cause);
    },
  });
  const { server } = listeners;
  sockets.start(server);
  streams.start(server);
  slow.start(clock);
  try {
    webhooks?.start();
  } catch (cause) {
    void listeners.stop(true);
    throw cause;
  }

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const until = clock.now() + config.shutdown.timeout;
    // New connections are refused from here on; what is being answered still is.
    const closed = listeners.stop();
    const drainTime = config.shutdown.timeout * drainShare;
    await Promise.all([sockets.drain(clock, drainTime), streams.drain(clock, drainTime)]);
    await Promise.race([closed, clock.delay(requestPatience)]);
    for (const stopTick of stopTicks) stopTick();
    for (const protocol of protocols) protocol.end();
    proxies?.stop();
    slow.end();
    await webhooks?.stop(until - clock.now());
    await broker.close();
    await listeners.stop(true);
  };
  return {
    host: server.hostname ?? config.http_server.address,
    port: server.port ?? config.http_server.port,
    defect: (where, cause) => {
      counters.defect(where, cause);
    },
    stop: () => (stopping ??= stop()),
  };
}

function capacityOf({ client }: Config): Capacity {
  const { connection_limit: limit, connection_rate_limit: rate } = client;
  return new Capacity(limit, rate === 0 ? undefined : new Arrivals(rate, systemClock));
}

/** Bytes of the largest message of either wire: the runtime has one limit for all. */
function largestFrame(
  { websocket, uni_websocket: uniWebsocket }: Config,
  apps: readonly ComposedApp[],
): number {
  const ofPusher = apps.flatMap(({ app, pusher }) =>
    pusher === undefined ? [] : [frameLimitOf(app.settings)],
  );
  return Math.max(websocket.message_size_limit, uniWebsocket.message_size_limit, ...ofPusher);
}

const positionTick = 5_000;
/** Of `shutdown.timeout`: the rest is for last frames and requests that are being answered. */
const drainShare = 0.8;
const requestPatience = 2_000;

interface Parts {
  readonly config: Config;
  readonly mode: Mode;
  readonly hub: Hub;
  readonly apps: readonly ComposedApp[];
  readonly proxies: ComposedProxies | undefined;
}

function composeProtocols({ config, mode, hub, apps, proxies }: Parts): Protocol[] {
  const clock = systemClock;
  const { channel, client } = config;
  const protocols: Protocol[] = [];
  const pusherApps = apps.flatMap(({ pusher }) => (pusher === undefined ? [] : [pusher]));
  if (pusherApps.length > 0)
    protocols.push(
      createPusherProtocol({
        hub,
        clock,
        apps: pusherApps,
        verbose: mode === "dev",
        recovers: [channel.without_namespace, ...channel.namespaces].some((one) => one.pusher_recovery > 0),
      }),
    );
  const transports = centrifugoTransports(config);
  if (admitsByTransport(config))
    protocols.push(
      createCentrifugoProtocol({
        hub,
        clock,
        apps: apps.map(({ centrifugo }, index) => ({ ...centrifugo, proxies: proxies?.ofApp(index) })),
        client: {
          pingInterval: client.ping_interval,
          pongTimeout: client.pong_timeout,
          channelLimit: client.channel_limit,
          staleCloseDelay: client.stale_close_delay,
          expiredCloseDelay: client.expired_close_delay,
          expiredSubCloseDelay: client.expired_sub_close_delay,
          maxChannelLength: config.channel.max_length,
          includeServerTime: client.connect_include_server_time,
        },
        transports,
        versionText: versionText(),
      }),
    );
  return protocols;
}

function versionText(): string {
  return `${manifest.version} Twinwire`;
}

function operationRoutes(config: Config, counters: Counters, calls: Callbacks): readonly Route[] {
  const { health, prometheus } = config;
  const metrics = prometheus.enabled ? [metricsRoute(counters, prometheus.handler_prefix, calls)] : [];
  return [healthRoute(health.handler_prefix), ...metrics];
}

function apiRoutes({ config, hub, apps }: Parts): readonly Route[] {
  if (config.http_api.disabled) return [];
  return centrifugoApi({
    hub,
    clock: systemClock,
    apps: apps.map(({ app, api }) => ({ app, ...api })),
    prefix: config.http_api.handler_prefix,
    maxChannelLength: config.channel.max_length,
    nodeName: config.node.name === "" ? `${hostname()}_${config.http_server.port}` : config.node.name,
    version: versionText(),
    bodyLimit,
    errorMode: config.http_api.error_mode,
  });
}

/** As this process reaches it: a server on all addresses answers on loopback too. */
function originOf(url: URL): string {
  const everywhere = url.hostname === "0.0.0.0" || url.hostname === "[::]";
  return everywhere ? `${url.protocol}//127.0.0.1:${url.port}` : url.origin;
}

function devSettings(config: Config): Omit<DevPageSettings, "origin"> {
  const [app] = config.apps;
  return {
    app: { id: app?.id ?? "", key: app?.key ?? "", secret: app?.secret ?? "" },
    apiKey: config.http_api.key,
    // With an address of keys no secret is good.
    hmacSecret: config.client.token.jwks_public_endpoint === "" ? config.client.token.hmac_secret_key : "",
    now: () => systemClock.now(),
    websocketPath: config.websocket.handler_prefix,
    apiPath: config.http_api.handler_prefix,
  };
}
