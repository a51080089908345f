import { expect, test } from "bun:test";
import { Counters } from "./counters.ts";
import { healthRoute } from "./health-route.ts";
import type { Log } from "./log.ts";
import { metricsRoute } from "./metrics-route.ts";
import { Metrics } from "./metrics.ts";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function scrape(counters: Counters): Promise<string[]> {
  const route = metricsRoute(new Metrics(counters), "/metrics");
  expect(route).toMatchObject({ path: "/metrics", prefix: false });
  const request = new Request("http://localhost/metrics");
  const response = await route.handle({ request, path: "/metrics", query: "" });
  return (await response.text()).split("\n");
}

test("a scrape has every number that was counted", async () => {
  const counters = new Counters(silent);
  counters.connected("pusher");
  counters.connected("pusher");
  counters.disconnected("pusher", "slow");
  counters.subscriptions("centrifugo", 1);
  counters.channels("centrifugo", 1);
  counters.received("centrifugo", 3);
  counters.sent("centrifugo", 40);
  counters.refused("pusher-api", "bad-request");
  counters.dropped("bytes-on-text-wire", 7);
  counters.defect("here", new Error("cause"));
  counters.published("centrifugo-api", 0.0002);
  counters.published("centrifugo-api", 0.002);
  counters.published("centrifugo-api", 30);
  const lines = new Set(await scrape(counters));
  for (const line of [
    'twinwire_connections{wire="pusher"} 1',
    'twinwire_connections{wire="centrifugo"} 0',
    'twinwire_connections_total{wire="pusher"} 2',
    'twinwire_closes_total{wire="pusher",reason="slow"} 1',
    'twinwire_subscriptions{wire="centrifugo"} 1',
    'twinwire_channels{wire="centrifugo"} 1',
    'twinwire_messages_received_total{wire="centrifugo"} 3',
    'twinwire_messages_sent_total{wire="centrifugo"} 40',
    'twinwire_refusals_total{source="pusher-api",reason="bad-request"} 1',
    'twinwire_drops_total{reason="bytes-on-text-wire"} 7',
    "twinwire_defects_total 1",
    'twinwire_publish_seconds_bucket{source="centrifugo-api",le="0.0001"} 0',
    'twinwire_publish_seconds_bucket{source="centrifugo-api",le="0.0005"} 1',
    'twinwire_publish_seconds_bucket{source="centrifugo-api",le="0.005"} 2',
    'twinwire_publish_seconds_bucket{source="centrifugo-api",le="5"} 2',
    'twinwire_publish_seconds_bucket{source="centrifugo-api",le="+Inf"} 3',
    'twinwire_publish_seconds_sum{source="centrifugo-api"} 30.0022',
    'twinwire_publish_seconds_count{source="centrifugo-api"} 3',
  ])
    expect(lines).toContain(line);
});

test("a second scrape does not count twice", async () => {
  const counters = new Counters(silent);
  counters.sent("pusher", 2);
  const route = metricsRoute(new Metrics(counters), "/metrics");
  const request = new Request("http://localhost/metrics");
  const call = { request, path: "/metrics", query: "" };
  await route.handle(call);
  const text = await (await route.handle(call)).text();
  expect(text).toContain('twinwire_messages_sent_total{wire="pusher"} 2');
  expect(text).toContain("process_cpu_seconds_total");
});

test("nothing is told that costs more the more clients and objects there are", async () => {
  const names = (await scrape(new Counters(silent))).join("\n");
  expect(names).toContain("process_resident_memory_bytes");
  // The first lists every open connection, the second walks the heap.
  expect(names).not.toContain("process_open_fds");
  expect(names).not.toContain("nodejs_heap_space");
});

test("every line is one of the format's", async () => {
  const lines = await scrape(new Counters(silent));
  const sample = /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? (nan|[-+0-9.e]+)$/i;
  expect(lines.filter((line) => line !== "" && !line.startsWith("# ") && !sample.test(line))).toEqual([]);
});

test("health is an empty object", async () => {
  const route = healthRoute("/health");
  const request = new Request("http://localhost/health");
  const response = await route.handle({ request, path: "/health", query: "" });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({});
});
