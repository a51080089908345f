import { expect, setDefaultTimeout, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { Events } from "../events.ts";
import { baseConfig, startTestServer } from "../server.ts";
import { publishByApi } from "./bystanders.ts";
import { centrifugoPath, connectCentrifugo, subscribeCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, pusherPath, subscribeEvent, subscribePusher } from "./raw-pusher.ts";
import type { RawSocket } from "./raw-socket.ts";
import { Scrape } from "./scrape.ts";
import { TcpSocket } from "./tcp-socket.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(30_000);

const size = 9_000;
/** The kernel alone takes 4 MB of them before the server sees that somebody does not read. */
const count = 1_400;
const atOnce = 50;

async function publishAll(url: string): Promise<void> {
  const filler = "x".repeat(size);
  for (let from = 1; from <= count; from += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, (_, i) =>
        publishByApi(url, "news", { type: "n", data: { n: from + i, filler } }),
      ),
    );
}

/** The numbers of the publications in frames, in order. */
function numbers(texts: readonly string[]): number[] {
  return texts.flatMap((text) => [...text.matchAll(/\\?"n\\?":(\d+),/g)].map(([, n]) => Number(n)));
}

/** Resolves once as many have come as were published: of those that are under way together, the last need not come last. */
async function heardAll({ frames }: RawSocket): Promise<void> {
  for (let heard = 0; heard < count;) heard += numbers([await frames.next()]).length;
}

/** The sweep comes ten times a second; it has to find both. */
async function cutAsSlow(url: string): Promise<void> {
  for (;;) {
    const scrape = await Scrape.of(url);
    if (scrape.counted("pusher", "slow") === 1 && scrape.counted("centrifugo", "slow") === 1) return;
    await Bun.sleep(20);
  }
}

test("clients that stop reading are told so and cut; the others get everything", async () => {
  const base = baseConfig();
  await using server = startTestServer({
    client: { ...(base["client"] as object), queue_max_size: 262_144 },
    channel: { without_namespace: { allow_subscribe_for_client: true } },
  });
  const good = await connectPusher(server.url);
  await subscribePusher(good, "news");
  using goodCentrifugo = await connectCentrifugo(server.url);
  await subscribeCentrifugo(goodCentrifugo, "news");

  using pusher = await TcpSocket.open(server.port, pusherPath());
  pusher.send(subscribeEvent("news"));
  await pusher.messages.first(({ text }) => text.includes("subscription_succeeded"));
  using centrifugo = await TcpSocket.open(server.port, centrifugoPath);
  centrifugo.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "slow" }) } }));
  centrifugo.send(JSON.stringify({ id: 2, subscribe: { channel: "news" } }));
  await centrifugo.messages.first(({ text }) => text.includes('"id":2'));
  pusher.pause();
  centrifugo.pause();

  await publishAll(server.url);
  const all = Array.from({ length: count }, (_, i) => i + 1);
  await heardAll(good.socket);
  await heardAll(goodCentrifugo);
  expect(numbers(good.socket.frames.all).toSorted((a, b) => a - b)).toEqual(all);
  expect(numbers(goodCentrifugo.frames.all).toSorted((a, b) => a - b)).toEqual(all);

  await cutAsSlow(server.url);

  // Who reads on in time gets what was queued, without a gap, and then the code.
  pusher.resume();
  centrifugo.resume();
  expect(await pusher.closeCode()).toBe(4100);
  expect(await centrifugo.closeCode()).toBe(3008);
  const order = numbers(good.socket.frames.all);
  for (const slow of [pusher, centrifugo]) {
    const got = numbers(slow.messages.all.map(({ text }) => text));
    expect(got.length).toBeGreaterThan(10);
    expect(got).toEqual(order.slice(0, got.length));
  }
  good.socket.close();
});

/** A stream of a client that only listens, and reads nothing once it is in. */
async function stuckStream(port: number, heard?: (bytes: Buffer) => void): Promise<Socket> {
  const request = JSON.stringify({ token: token({ sub: "stuck", channels: ["news"] }) });
  const socket = connect(port, "127.0.0.1");
  if (heard !== undefined) socket.on("data", heard);
  const joined = new Promise((resolve) => {
    socket.once("data", resolve);
  });
  socket.write(
    `POST /connection/uni_http_stream HTTP/1.1\r\nhost: a\r\ncontent-length: ${request.length}\r\n\r\n${request}`,
  );
  await joined;
  socket.pause();
  return socket;
}

test("where all together leave more unread than may be, those who leave the most are cut", async () => {
  const base = baseConfig();
  // Alone, each of them could leave everything unread.
  await using server = startTestServer({
    client: { ...(base["client"] as object), queue_max_size: 64 << 20 },
    queues: { max_size: 8 << 20 },
    uni_http_stream: { enabled: true },
    channel: { without_namespace: { allow_subscribe_for_client: true } },
  });
  const good = await connectPusher(server.url);
  await subscribePusher(good, "news");
  using pusher = await TcpSocket.open(server.port, pusherPath());
  pusher.send(subscribeEvent("news"));
  await pusher.messages.first(({ text }) => text.includes("subscription_succeeded"));
  pusher.pause();
  const stream = await stuckStream(server.port);

  await publishAll(server.url);
  await heardAll(good.socket);
  expect(numbers(good.socket.frames.all).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: count }, (_, i) => i + 1),
  );
  for (;;) {
    const scrape = await Scrape.of(server.url);
    // Whichever was behind by more; that is enough for the other to stay.
    if (scrape.counted("pusher", "slow") + scrape.counted("centrifugo", "slow") >= 1) break;
    await Bun.sleep(20);
  }
  stream.destroy();
  good.socket.close();
});

test("of many streams that are cut at once, each is told so after a prefix without a gap", async () => {
  const base = baseConfig();
  await using server = startTestServer({
    client: { ...(base["client"] as object), queue_max_size: 262_144 },
    uni_http_stream: { enabled: true },
    channel: { without_namespace: { history_size: 10, history_ttl: "60s" } },
  });
  // More than are found full before the sweep comes between.
  const texts = Array.from({ length: 16 }, () => new Events<string>());
  const streams = await Promise.all(
    texts.map((text) =>
      stuckStream(server.port, (bytes) => {
        text.push(bytes.toString());
      }),
    ),
  );
  await publishAll(server.url);
  while ((await Scrape.of(server.url)).counted("centrifugo", "slow") < streams.length) await Bun.sleep(20);
  for (const stream of streams) stream.resume();
  for (const text of texts) {
    await text.first((part) => part.includes('{"disconnect":{"code":3008,"reason":"slow"}}'));
    const offsets = [...text.all.join("").matchAll(/"offset":(\d+)/g)].map(([, offset]) => Number(offset));
    expect(offsets).toEqual(Array.from({ length: offsets.length }, (_, i) => i + 1));
  }
  for (const stream of streams) stream.destroy();
});
