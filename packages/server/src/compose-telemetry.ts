import type { Config } from "./config/index.ts";
import type { Clock } from "./core/clock.ts";
import type { ListenerSettings } from "./http/listener.ts";
import type { Route } from "./http/route.ts";
import { nodeName } from "./settings.ts";
import type { Counters } from "./telemetry/counters.ts";
import { Graphite, pathPart } from "./telemetry/graphite.ts";
import { healthRoute } from "./telemetry/health-route.ts";
import { HttpCounts } from "./telemetry/http-counts.ts";
import type { Log } from "./telemetry/log.ts";
import { Metrics, type Callbacks } from "./telemetry/metrics.ts";
import { metricsRoute } from "./telemetry/metrics-route.ts";

/** What tells operators how the server is. */
export interface ComposedTelemetry {
  readonly routes: readonly Route[];
  readonly answered: ListenerSettings<unknown>["answered"];
  /** Starts what ticks. */
  start(clock: Clock): void;
  end(): void;
}

/** Where nobody asks for numbers, none are gathered. */
export function composeTelemetry(
  config: Config,
  { counters, log }: { readonly counters: Counters; readonly log: Log },
  callbacks: Callbacks,
): ComposedTelemetry {
  const { health, prometheus, graphite } = config;
  const told = prometheus.enabled || graphite.enabled;
  const http = told && prometheus.instrument_http_handlers ? new HttpCounts() : undefined;
  const recoveries = prometheus.recovered_publications_histogram;
  const metrics = told ? new Metrics(counters, { ...callbacks, http, recoveries }) : undefined;
  const exporter = graphite.enabled && metrics !== undefined ? graphiteOf(config, metrics) : undefined;

  function graphiteOf({ graphite: { host, port, interval, tags, prefix } }: Config, all: Metrics): Graphite {
    const before = `${prefix.replace(/\.+$/, "")}.${pathPart(nodeName(config))}`.replace(/^\./, "");
    return new Graphite(
      { host, port, interval, tags, prefix: before },
      {
        read: () => all.text(),
        failed: () => {
          counters.dropped("graphite", 1);
        },
        notice: (message) => {
          log.warn(message);
        },
      },
    );
  }

  return {
    routes: [
      healthRoute(health.handler_prefix),
      ...(prometheus.enabled && metrics !== undefined
        ? [metricsRoute(metrics, prometheus.handler_prefix)]
        : []),
    ],
    answered:
      http === undefined
        ? undefined
        : (path, method, status) => {
            http.add(path, method, status);
          },
    start: (clock) => exporter?.start(clock),
    end: () => exporter?.end(),
  };
}
