import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { baseConfig, startTestServer } from "../server.ts";
import { publishByApi } from "./bystanders.ts";
import { hostileConfig } from "./hostile-server.ts";
import { connectCentrifugo, openCentrifugo, subscribeCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, subscribePusher, trigger } from "./raw-pusher.ts";
import { Scrape } from "./scrape.ts";

setDefaultTimeout(10_000);

/** What both wires count, side by side. */
async function gauges(url: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const scrape = await Scrape.of(url);
  const names = ["connections", "subscriptions", "channels"];
  return Object.fromEntries(
    names.map((name) => [
      name,
      ["pusher", "centrifugo"].map((wire) => scrape.value(`twinwire_${name}`, { wire })),
    ]),
  );
}

test("connections, subscriptions and channels are right after every join and leave", async () => {
  await using server = startTestServer(hostileConfig());
  const { url } = server;
  expect(await gauges(url)).toEqual({ connections: [0, 0], subscriptions: [0, 0], channels: [0, 0] });

  const pusher = await connectPusher(url);
  await subscribePusher(pusher, "news");
  await subscribePusher(pusher, "private-a");
  using centrifugo = await connectCentrifugo(url);
  await subscribeCentrifugo(centrifugo, "news");
  using other = await connectCentrifugo(url);
  await subscribeCentrifugo(other, "news");
  expect(await gauges(url)).toEqual({ connections: [1, 2], subscriptions: [2, 2], channels: [2, 1] });

  pusher.socket.send(JSON.stringify({ event: "pusher:unsubscribe", data: { channel: "private-a" } }));
  pusher.socket.send(JSON.stringify({ event: "pusher:ping" }));
  await pusher.socket.having("pusher:pong");
  expect(await gauges(url)).toEqual({ connections: [1, 2], subscriptions: [1, 2], channels: [1, 1] });

  for (const socket of [pusher.socket, centrifugo, other]) {
    socket.close();
    await socket.closed;
  }
  // The client hears the close before the server has seen its answer.
  await until(async () => (await gauges(url))["connections"]?.every((count) => count === 0) === true);
  expect(await gauges(url)).toEqual({ connections: [0, 0], subscriptions: [0, 0], channels: [0, 0] });
});

test("a second subscribe of a Pusher client counts once", async () => {
  await using server = startTestServer(hostileConfig());
  const pusher = await connectPusher(server.url);
  await subscribePusher(pusher, "news");
  await subscribePusher(pusher, "news");
  pusher.socket.send(JSON.stringify({ event: "pusher:ping" }));
  await pusher.socket.having("pusher:pong");
  expect((await gauges(server.url))["subscriptions"]).toEqual([1, 0]);
  pusher.socket.close();
});

test("publishes, their latency, and messages in and out are counted by where they came from", async () => {
  await using server = startTestServer(hostileConfig());
  const pusher = await connectPusher(server.url);
  await subscribePusher(pusher, "news");
  using centrifugo = await connectCentrifugo(server.url);
  await subscribeCentrifugo(centrifugo, "news");
  await subscribeCentrifugo(centrifugo, "chat:a", 3);
  const before = await Scrape.of(server.url);

  await trigger(server.url, "news", '"one"');
  await publishByApi(server.url, "news", { type: "news", data: "two" });
  centrifugo.send(JSON.stringify({ id: 4, publish: { channel: "chat:a", data: { type: "a", data: 3 } } }));
  await centrifugo.having('"id":4');
  await pusher.socket.having("two");

  const scrape = await Scrape.of(server.url);
  const grown = (name: string, labels: Record<string, string>): number =>
    scrape.value(name, labels) - before.value(name, labels);
  for (const source of ["pusher-api", "centrifugo-api", "centrifugo"]) {
    expect(grown("twinwire_publish_seconds_count", { source })).toBe(1);
  }
  expect(grown("twinwire_messages_received_total", { wire: "centrifugo" })).toBe(1);
  expect(grown("twinwire_messages_sent_total", { wire: "pusher" })).toBe(2);
  expect(grown("twinwire_messages_sent_total", { wire: "centrifugo" })).toBeGreaterThanOrEqual(3);
  pusher.socket.close();
});

test("refusals and closes are counted by their reason", async () => {
  await using server = startTestServer(hostileConfig());
  using refused = await connectCentrifugo(server.url);
  refused.send(JSON.stringify({ id: 2, subscribe: { channel: "shut:a" } }));
  await refused.having('"code":103');
  using closed = await openCentrifugo(server.url);
  closed.send("{");
  await closed.closed;
  const scrape = await Scrape.of(server.url);
  expect(scrape.counted("centrifugo", "permission-denied")).toBe(1);
  expect(scrape.counted("centrifugo", "bad-request")).toBe(1);
  expect(scrape.defects).toBe(0);
});

describe("operations", () => {
  test("/health answers as soon as the server serves, for whoever asks", async () => {
    await using server = startTestServer();
    const response = await fetch(`${server.url}/health`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("json");
    expect((await fetch(`${server.url}/health`, { method: "HEAD" })).status).toBe(200);
  });

  test("/metrics has the content type of Prometheus", async () => {
    await using server = startTestServer();
    const response = await fetch(`${server.url}/metrics`);
    expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  });

  test("/metrics tells of the process, but nothing for which its whole heap is walked", async () => {
    await using server = startTestServer();
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain("process_resident_memory_bytes");
    expect(text).not.toContain("nodejs_heap_space");
  });

  test("/metrics is not there unless prometheus.enabled says so, and both paths are options", async () => {
    await using without = startTestServer({ ...baseConfig(), prometheus: {} });
    expect((await fetch(`${without.url}/metrics`)).status).toBe(404);
    await using moved = startTestServer({
      prometheus: { enabled: true, handler_prefix: "/numbers" },
      health: { handler_prefix: "/alive" },
    });
    expect((await fetch(`${moved.url}/numbers`)).status).toBe(200);
    expect((await fetch(`${moved.url}/alive`)).status).toBe(200);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await Bun.sleep(5);
}
