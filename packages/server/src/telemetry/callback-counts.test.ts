import { expect, test } from "bun:test";
import { ManualClock } from "../core/testing/manual-clock.ts";
import { CallbackCounts } from "./callback-counts.ts";
import { Counters } from "./counters.ts";
import type { Log } from "./log.ts";
import { metricsRoute } from "./metrics-route.ts";
import { Metrics } from "./metrics.ts";

function counting() {
  const lines: string[] = [];
  const line =
    (level: string) =>
    (...words: unknown[]): void => {
      lines.push(
        `${level} ${words.map((word) => (typeof word === "string" ? word : JSON.stringify(word))).join(" ")}`,
      );
    };
  const log: Log = { info: line("info"), warn: line("warn"), error: line("error") };
  const clock = new ManualClock();
  const counts = new CallbackCounts(log, clock);
  return {
    counts,
    lines,
    log,
    pass: async (milliseconds: number): Promise<void> => {
      clock.advance(milliseconds);
      await Promise.resolve();
    },
  };
}

const endpoint = { shown: "apps[0].webhooks[0] (x)" };

test("an endpoint that fails is told once, and once when it is back", () => {
  const { counts, lines } = counting();
  for (let i = 0; i < 5; i += 1) counts.observer.failed(endpoint, "status-5xx", "status 500");
  counts.observer.delivered(endpoint, 3);
  counts.observer.delivered(endpoint, 3);
  expect(lines).toEqual([
    "warn apps[0].webhooks[0] (x) does not take events (status 500); they wait and are tried again",
    "info apps[0].webhooks[0] (x) takes events again",
  ]);
  expect(counts.failures.counts).toEqual(new Map([["status-5xx", 5]]));
  expect(counts.delivered).toBe(6);
});

test("every loss is counted, and told in few lines that add up, also where no other follows", async () => {
  const { counts, lines, pass } = counting();
  for (let i = 0; i < 1_001; i += 1) counts.observer.lost("x", "queue-full", 1);
  expect(lines).toHaveLength(1);
  await pass(10_000);
  expect(lines).toEqual([
    'warn {"events":1} x: events were lost (queue-full)',
    'warn {"events":1000} x: events were lost (queue-full)',
  ]);
  await pass(10_000);
  counts.observer.lost("x", "queue-full", 2);
  expect(lines.slice(2)).toEqual(['warn {"events":2} x: events were lost (queue-full)']);
  expect(counts.losses.counts).toEqual(new Map([["queue-full", 1_003]]));
});

test("a spool that fails is told once, until it is written again", () => {
  const { counts, lines } = counting();
  counts.observer.spoolWritten();
  counts.observer.spoolFailed(new Error("full"));
  counts.observer.spoolFailed(new Error("full"));
  counts.observer.spoolWritten();
  expect(lines.map((one) => one.split(" ")[0])).toEqual(["error", "info"]);
});

test("a scrape has the numbers where there are webhooks, and says nothing of them where there are none", async () => {
  const { counts, log } = counting();
  counts.observer.delivered(endpoint, 2);
  counts.observer.failed(endpoint, "timeout", "");
  counts.observer.lost("x", "gave-up", 3);
  counts.pending = () => 4;
  const request = new Request("http://localhost/metrics");
  const scrape = async (callbacks?: CallbackCounts): Promise<string> => {
    const route = metricsRoute(new Metrics(new Counters(log), { webhooks: callbacks }), "/metrics");
    return (await route.handle({ request, path: "/metrics", query: "" })).text();
  };
  const lines = (await scrape(counts)).split("\n");
  for (const line of [
    "twinwire_webhook_events_delivered_total 2",
    "twinwire_webhook_events_pending 4",
    'twinwire_webhook_failures_total{reason="timeout"} 1',
    'twinwire_webhook_events_lost_total{reason="gave-up"} 3',
  ])
    expect(lines).toContain(line);
  expect(await scrape()).not.toContain("webhook");
});
