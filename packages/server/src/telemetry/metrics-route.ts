import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Wire } from "../core/encoder.ts";
import type { Source } from "../core/observer.ts";
import type { Route } from "../http/route.ts";
import type { CallbackCounts } from "./callback-counts.ts";
import type { ProxyCount, ProxyCounts } from "./proxy-counts.ts";
import { latencyBounds, type Counters, type ReasonCounts, type WireCounts } from "./counters.ts";

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

/** `GET` of the numbers in Prometheus' text format. They are copied when scraped, and cost nothing before. */
export function metricsRoute(counters: Counters, path: string, callbacks: Callbacks = {}): Route {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of walkingMetrics) registry.removeSingleMetric(name);
  registerWires(registry, counters);
  registerReasons(registry, counters);
  registerDefects(registry, counters);
  registerReloads(registry, counters);
  const { webhooks, proxies } = callbacks;
  if (webhooks !== undefined) registerCallbacks(registry, webhooks);
  if (proxies !== undefined && proxies.proxies.size > 0) registerProxies(registry, proxies);
  return {
    path,
    prefix: false,
    async handle() {
      const text = await registry.metrics();
      return new Response(text + publishLatency(counters), {
        headers: { "content-type": registry.contentType },
      });
    },
  };
}

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

/** Only where there is somebody to be told. */
function registerCallbacks(registry: Registry, callbacks: CallbackCounts): void {
  const registers = [registry];
  new Counter({
    name: "twinwire_webhook_events_delivered_total",
    help: "Webhook events that their endpoint has taken.",
    registers,
    collect() {
      this.reset();
      this.inc(callbacks.delivered);
    },
  });
  new Gauge({
    name: "twinwire_webhook_events_pending",
    help: "Webhook events that are not delivered yet.",
    registers,
    collect() {
      this.set(callbacks.pending());
    },
  });
  const byReason = (name: string, help: string, { counts }: ReasonCounts): void => {
    new Counter({
      name: `twinwire_${name}`,
      help,
      labelNames: ["reason"],
      registers,
      collect() {
        this.reset();
        for (const [reason, count] of counts) this.inc({ reason }, count);
      },
    });
  };
  byReason("webhook_failures_total", "Tries that failed, by reason.", callbacks.failures);
  byReason(
    "webhook_events_lost_total",
    "Webhook events that will never arrive, by reason.",
    callbacks.losses,
  );
}

function registerProxies(registry: Registry, { proxies }: ProxyCounts): void {
  const registers = [registry];
  const numbers: readonly {
    readonly name: string;
    readonly help: string;
    readonly gauge: boolean;
    readonly of: (count: ProxyCount) => number;
  }[] = [
    {
      name: "proxy_answers_total",
      help: "Calls of proxies that the application answered, with a refusal too.",
      gauge: false,
      of: ({ answered }) => answered,
    },
    {
      name: "proxy_late_total",
      help: "Calls of proxies whose client had gone when their answer, or their turn, came.",
      gauge: false,
      of: ({ late }) => late,
    },
    {
      name: "proxy_calls_open",
      help: "Calls of proxies that are open now.",
      gauge: true,
      of: ({ load }) => load().open,
    },
    {
      name: "proxy_calls_waiting",
      help: "Calls of proxies that wait for their turn now.",
      gauge: true,
      of: ({ load }) => load().waiting,
    },
  ];
  for (const { name, help, gauge, of } of numbers) {
    const settings = { name: `twinwire_${name}`, help, labelNames: ["proxy"] as const, registers };
    if (gauge)
      new Gauge({
        ...settings,
        collect() {
          for (const [proxy, count] of proxies) this.set({ proxy }, of(count));
        },
      });
    else
      new Counter({
        ...settings,
        collect() {
          this.reset();
          for (const [proxy, count] of proxies) this.inc({ proxy }, of(count));
        },
      });
  }
  new Counter({
    name: "twinwire_proxy_failures_total",
    help: "Calls of proxies that failed, by reason.",
    labelNames: ["proxy", "reason"],
    registers,
    collect() {
      this.reset();
      for (const [proxy, { failures }] of proxies)
        for (const [reason, count] of failures.counts) this.inc({ proxy, reason }, count);
    },
  });
}

/** A histogram as text: the library would have us pay for each observation, here buckets are plain numbers. */
function publishLatency(counters: Counters): string {
  const name = "twinwire_publish_seconds";
  const lines = [
    `# HELP ${name} Time from a publish's arrival to the end of its fan-out here.`,
    `# TYPE ${name} histogram`,
  ];
  for (const source of sources) {
    const { count, seconds, buckets } = counters.publishes[source];
    let below = 0;
    latencyBounds.forEach((bound, i) => {
      below += buckets[i] ?? 0;
      lines.push(`${name}_bucket{source="${source}",le="${bound}"} ${below}`);
    });
    lines.push(`${name}_bucket{source="${source}",le="+Inf"} ${count}`);
    lines.push(`${name}_sum{source="${source}"} ${seconds}`, `${name}_count{source="${source}"} ${count}`);
  }
  return `${lines.join("\n")}\n`;
}
