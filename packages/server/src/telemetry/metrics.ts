import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Wire } from "../core/encoder.ts";
import type { Source } from "../core/observer.ts";
import type { CallbackCounts } from "./callback-counts.ts";
import { registerCallbacks, registerProxies } from "./callback-metrics.ts";
import type { ProxyCounts } from "./proxy-counts.ts";
import type { Counters, ReasonCounts, WireCounts } from "./counters.ts";
import { histogramText } from "./histogram.ts";
import type { HttpCounts } from "./http-counts.ts";

const wires = ["pusher", "centrifugo"] as const satisfies readonly Wire[];
const sources = ["pusher", "centrifugo", "pusher-api", "centrifugo-api"] as const satisfies readonly Source[];

/**
 * Numbers that cost more the more there is, and nobody is served meanwhile: for the heap spaces the runtime walks its
 * whole heap (25 ms with 400,000 objects), for open files its list of descriptors (10 ms with 10,000 connections, which
 * are counted anyway).
 */
const walkingMetrics = [
  "nodejs_heap_space_size_total_bytes",
  "nodejs_heap_space_size_used_bytes",
  "nodejs_heap_space_size_available_bytes",
  "process_open_fds",
];

/** Calls to the application, where there are any. */
export interface Callbacks {
  readonly webhooks?: CallbackCounts | undefined;
  readonly proxies?: ProxyCounts | undefined;
}

/** What else there is to count. */
export interface Instruments extends Callbacks {
  /** @default requests are not counted */
  readonly http?: HttpCounts | undefined;
  /** How much recoveries brought is told. @default false */
  readonly recoveries?: boolean;
}

/** All numbers of the process, in Prometheus' text format. They are copied when asked for, and cost nothing before. */
export class Metrics {
  private readonly registry = new Registry();

  constructor(
    private readonly counters: Counters,
    private readonly instruments: Instruments = {},
  ) {
    const { registry } = this;
    collectDefaultMetrics({ register: registry });
    for (const name of walkingMetrics) registry.removeSingleMetric(name);
    registerWires(registry, counters);
    registerReasons(registry, counters);
    registerDefects(registry, counters);
    registerReloads(registry, counters);
    const { webhooks, proxies, http } = instruments;
    if (webhooks !== undefined) registerCallbacks(registry, webhooks);
    if (proxies !== undefined && proxies.proxies.size > 0) registerProxies(registry, proxies);
    if (http !== undefined) registerHttp(registry, http);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  async text(): Promise<string> {
    const { publishes, recoveries } = this.counters;
    const text = await this.registry.metrics();
    const latency = histogramText(publishSeconds, Object.entries(publishes));
    return (
      text + latency + (this.instruments.recoveries === true ? histogramText(recovered, recoveries) : "")
    );
  }
}

const publishSeconds = {
  name: "twinwire_publish_seconds",
  help: "Time from a publish's arrival to the end of its fan-out here.",
  label: "source",
};

/** By Centrifugo's name. */
const recovered = {
  name: "centrifugo_client_recovered_publications",
  help: "Publications that one recovery brought.",
  label: "channel_namespace",
};

/** One number per wire. */
interface WireNumber {
  readonly name: string;
  readonly help: string;
  readonly kind: "gauge" | "counter";
  readonly of: (counts: WireCounts) => number;
}

const wireNumbers: readonly WireNumber[] = [
  { name: "connections", help: "Clients connected now.", kind: "gauge", of: (c) => c.connections },
  { name: "subscriptions", help: "Subscriptions now.", kind: "gauge", of: (c) => c.subscriptions },
  {
    name: "channels",
    help: "Channels with a subscriber of the wire now.",
    kind: "gauge",
    of: (c) => c.channels,
  },
  {
    name: "connections_total",
    help: "Clients that have connected.",
    kind: "counter",
    of: (c) => c.connected,
  },
  { name: "messages_received_total", help: "Messages from clients.", kind: "counter", of: (c) => c.received },
  {
    name: "messages_sent_total",
    help: "Messages fanned out to clients.",
    kind: "counter",
    of: (c) => c.sent,
  },
];

function registerWires(registry: Registry, counters: Counters): void {
  for (const { name, help, kind, of } of wireNumbers) {
    const settings = { name: `twinwire_${name}`, help, labelNames: ["wire"] as const, registers: [registry] };
    if (kind === "gauge")
      new Gauge({
        ...settings,
        collect() {
          for (const wire of wires) this.set({ wire }, of(counters.wires[wire]));
        },
      });
    else
      new Counter({
        ...settings,
        collect() {
          this.reset();
          for (const wire of wires) this.inc({ wire }, of(counters.wires[wire]));
        },
      });
  }
}

function registerReasons(registry: Registry, counters: Counters): void {
  const labelled = (
    name: string,
    help: string,
    label: string,
    counts: () => [string, ReasonCounts][],
  ): void => {
    new Counter({
      name: `twinwire_${name}`,
      help,
      labelNames: [label, "reason"],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, reasons] of counts())
          for (const [reason, count] of reasons.counts) this.inc({ [label]: value, reason }, count);
      },
    });
  };
  labelled("closes_total", "Connections ended, by reason.", "wire", () =>
    wires.map((wire) => [wire, counters.wires[wire].closes]),
  );
  labelled("refusals_total", "What was refused, by reason.", "source", () =>
    sources.map((source) => [source, counters.refusals[source]]),
  );
  labelled("auth_faults_total", "Signatures refused, by what was wrong with them.", "source", () =>
    sources.map((source) => [source, counters.authFaults[source]]),
  );
  new Counter({
    name: "twinwire_drops_total",
    help: "What was accepted and did not reach somebody, by reason.",
    labelNames: ["reason"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of counters.drops.counts) this.inc({ reason }, count);
    },
  });
}

function registerDefects(registry: Registry, counters: Counters): void {
  new Counter({
    name: "twinwire_defects_total",
    help: "Exceptions that should not be; each is logged.",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(counters.defects);
    },
  });
}

function registerReloads(registry: Registry, { reloads }: Counters): void {
  new Counter({
    name: "twinwire_reloads_total",
    help: "Configurations read again on SIGHUP, by result.",
    labelNames: ["result"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(reloads)) this.inc({ result }, count);
    },
  });
}

/** By Centrifugo's name. */
function registerHttp(registry: Registry, http: HttpCounts): void {
  new Counter({
    name: "centrifugo_node_incoming_http_requests_total",
    help: "HTTP requests, by the route that answered them.",
    labelNames: ["path", "method", "status"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { count, ...labels } of http.all()) this.inc(labels, count);
    },
  });
}
