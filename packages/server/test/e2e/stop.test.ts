import { expect, setDefaultTimeout, test } from "bun:test";
import { baseConfig } from "../server.ts";
import { publishByApi } from "./bystanders.ts";
import { Launched } from "./launched.ts";
import { connectCentrifugo, openCentrifugo, subscribeCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, openPusher, subscribePusher } from "./raw-pusher.ts";
import type { Closed, RawSocket } from "./raw-socket.ts";
import { TcpSocket } from "./tcp-socket.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(60_000);

const perWire = 500;
const atOnce = 50;
const timeout = 2_000;

interface Client {
  readonly wire: "pusher" | "centrifugo";
  readonly socket: RawSocket;
}

async function connectOne(url: string, index: number): Promise<Client> {
  if (index % 2 === 0) {
    const connection = await connectPusher(url);
    await subscribePusher(connection, "news");
    return { wire: "pusher", socket: connection.socket };
  }
  const socket = await connectCentrifugo(url, `user-${index}`);
  await subscribeCentrifugo(socket, "news");
  return { wire: "centrifugo", socket };
}

async function connectAll(url: string): Promise<Client[]> {
  const clients: Client[] = [];
  for (let from = 0; from < 2 * perWire; from += atOnce)
    clients.push(...(await Promise.all(Array.from({ length: atOnce }, (_, i) => connectOne(url, from + i)))));
  return clients;
}

function numbers(texts: readonly string[]): number[] {
  return texts.flatMap((text) => [...text.matchAll(/\\?"n\\?":(\d+)/g)].map(([, n]) => Number(n)));
}

/** Publishes 1, 2, 3 … one after another until the server takes no more, and tells how many it took, and when. */
async function publishUntilRefused(url: string): Promise<{ readonly at: readonly number[] }> {
  const at: number[] = [];
  for (;;) {
    const response = await publishByApi(url, "news", { type: "n", data: { n: at.length + 1 } }).catch(
      () => undefined,
    );
    if (response?.ok !== true) return { at };
    await response.arrayBuffer();
    at.push(performance.now());
  }
}

test("SIGTERM moves 1,000 clients of both wires elsewhere, over the time given, and loses nothing accepted", async () => {
  using folder = new TempFolder();
  const config = {
    ...baseConfig(),
    shutdown: { timeout: `${timeout}ms` },
    channel: { without_namespace: { allow_subscribe_for_client: true } },
  };
  await using server = await Launched.start([
    "serve",
    "--config",
    folder.write("c.json", JSON.stringify(config)),
  ]);
  const clients = await connectAll(server.url);
  const closes = Promise.all(clients.map(({ socket }) => socket.closed));

  const publishing = publishUntilRefused(server.url);
  await clients[0]?.socket.frames.first((text) => numbers([text]).includes(20));
  const stoppedAt = performance.now();
  server.signal("SIGTERM");

  await Promise.race(clients.map(({ socket }) => socket.closed));
  // The first client is gone, most are not: nobody new is let in.
  const late = await Promise.allSettled([
    openPusher(server.url),
    openCentrifugo(server.url),
    TcpSocket.open(server.port, "/health"),
  ]);
  expect(late.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);

  const closed = await closes;
  const published = await publishing;
  expect(await server.exited).toBe(0);

  const codes = (wire: Client["wire"]): unknown[] => [
    ...new Set(
      closed.filter((_, i) => clients[i]?.wire === wire).map(({ code, reason }) => `${code} ${reason}`),
    ),
  ];
  expect(codes("centrifugo")).toEqual(["3001 shutdown"]);
  expect(codes("pusher")).toHaveLength(1);
  expect(codes("pusher")[0]).toStartWith("4200 ");
  expectSpread(closed);

  // Acknowledged before the signal: everybody has it. After it: whoever was still there, without a gap.
  const before = published.at.filter((at) => at < stoppedAt).length;
  expect(before).toBeGreaterThan(10);
  for (const [index, { socket }] of clients.entries()) {
    const got = numbers(socket.frames.all);
    expect(got).toEqual(Array.from(got, (_, i) => i + 1));
    expect(got.length).toBeGreaterThanOrEqual(before);
    // A close frame and an acknowledgement may pass each other on their way here.
    const due = published.at.filter((at) => at < (closed[index]?.at ?? 0) - 500).length;
    expect(got.length).toBeGreaterThanOrEqual(due);
  }
});

/** The closes fill most of the drain's time, and no tenth of them came in one burst with another. */
function expectSpread(closed: readonly Closed[]): void {
  const times = closed.map(({ at }) => at).toSorted((one, other) => one - other);
  const tenths = Array.from({ length: 10 }, (_, i) => times[Math.floor((i * times.length) / 10)] ?? 0);
  const last = times.at(-1) ?? 0;
  const first = times[0] ?? 0;
  expect(last - first).toBeGreaterThan(timeout / 2);
  expect(last - first).toBeLessThan(2 * timeout);
  const busiest = Math.max(
    ...tenths.map((start) => times.filter((at) => at >= start && at < start + timeout / 10).length),
  );
  expect(busiest).toBeLessThan(times.length / 2);
}

test("SIGINT stops it as well, at once where nobody is connected", async () => {
  using folder = new TempFolder();
  const file = folder.write("c.json", JSON.stringify({ ...baseConfig(), shutdown: { timeout: "30s" } }));
  await using server = await Launched.start(["serve", "--config", file]);
  server.signal("SIGINT");
  expect(await server.exited).toBe(0);
});
