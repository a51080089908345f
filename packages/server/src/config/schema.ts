import { z } from "zod";
import { appsList } from "./app-options.ts";
import { channelSection } from "./channel-options.ts";
import { clientSection, httpApiSection } from "./client-options.ts";
import { flag, later, text } from "./option-kinds.ts";
import { consumers, namedProxies, rpcSection, sharedPollSection } from "./proxy-options.ts";
import {
  adminSection,
  debugSection,
  devSection,
  graphiteSection,
  grpcApiSection,
  healthSection,
  httpServerSection,
  logSection,
  nodeSection,
  openTelemetrySection,
  prometheusSection,
  shutdownSection,
  swaggerSection,
  usageStatsSection,
} from "./server-options.ts";
import {
  brokerSection,
  controllerSection,
  engineSection,
  mapBrokerSection,
  presenceManagerSection,
} from "./storage-options.ts";
import {
  connInitSection,
  emulationSection,
  httpStreamSection,
  queuesSection,
  sseSection,
  uniGrpcSection,
  uniHttpStreamSection,
  uniSseSection,
  uniWebsocketSection,
  websocketSection,
  webtransportSection,
} from "./transport-options.ts";
import { webhooksSection } from "./webhook-options.ts";

/**
 * Every option there is: its type, default, whether it is built, and what it says. Sections and names are those
 * of Centrifugo v6.9; `apps`, `webhooks`, `queues` and `pusher_recovery` are this server's own.
 */
export const configSchema = z.strictObject({
  apps: appsList(),
  webhooks: webhooksSection(),
  queues: queuesSection(),
  http_server: httpServerSection(),
  log: logSection(),
  engine: engineSection(),
  broker: brokerSection(),
  presence_manager: presenceManagerSection(),
  map_broker: mapBrokerSection(),
  controller: controllerSection(),
  shared_poll: sharedPollSection(),
  client: clientSection(),
  channel: channelSection(),
  rpc: rpcSection(),
  proxies: namedProxies(),
  http_api: httpApiSection(),
  grpc_api: grpcApiSection(),
  consumers: consumers(),
  websocket: websocketSection(),
  sse: sseSection(),
  http_stream: httpStreamSection(),
  webtransport: webtransportSection(),
  uni_sse: uniSseSection(),
  uni_http_stream: uniHttpStreamSection(),
  uni_websocket: uniWebsocketSection(),
  uni_grpc: uniGrpcSection(),
  emulation: emulationSection(),
  admin: adminSection(),
  prometheus: prometheusSection(),
  health: healthSection(),
  swagger: swaggerSection(),
  debug: debugSection(),
  dev: devSection(),
  init: connInitSection(),
  opentelemetry: openTelemetrySection(),
  graphite: graphiteSection(),
  usage_stats: usageStatsSection(),
  node: nodeSection(),
  shutdown: shutdownSection(),
  pid_file: later(text()),
  enable_unreleased_features: later(flag()),
});

type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The configuration of a process: complete, in milliseconds and bytes, and never written to. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;
export type ClientOptions = Config["client"];
export type HttpApiOptions = Config["http_api"];
export type AppConfig = Config["apps"][number];
/** Options of a namespace; without_namespace has the same, and no name. */
export type NamespaceOptions = Config["channel"]["without_namespace"];
export type NamedNamespace = Config["channel"]["namespaces"][number];
/** Options of a proxy; a named one has a name besides. */
export type ProxyOptions = Config["rpc"]["proxy"];
