import { Counter, Gauge, type Registry } from "prom-client";
import type { CallbackCounts } from "./callback-counts.ts";
import type { ReasonCounts } from "./counters.ts";
import type { ProxyCount, ProxyCounts } from "./proxy-counts.ts";

/** Only where there is somebody to be told. */
export function registerCallbacks(registry: Registry, callbacks: CallbackCounts): void {
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

/** By proxy. */
export function registerProxies(registry: Registry, { proxies }: ProxyCounts): void {
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
