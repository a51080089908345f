import { expect, setDefaultTimeout, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { CentrifugeClient, CentrifugoApi, PusherApi, PusherClient } from "../clients.ts";
import type { Client, ClientOptions, SubscribeTerms, Wire } from "../clients.ts";
import { baseConfig, keys, startTestServer, type TestServer } from "../server.ts";
import { Launched } from "./launched.ts";
import { Scrape } from "./scrape.ts";
import { TempFolder } from "./temp-folder.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

setDefaultTimeout(30_000);

const everything = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "cache_miss",
  "subscription_count",
];
const quick = { hold_delay: "20ms", batch_delay: "5ms" };
const openToAll = { without_namespace: { allow_subscribe_for_client: true } };

interface Options {
  readonly hooks: readonly object[];
  readonly delivery?: object;
  readonly app?: object;
}

function start({ hooks, delivery = quick, app = {} }: Options): TestServer {
  return startTestServer({
    apps: [{ ...keys.app, public_channels: true, webhooks: hooks, ...app }],
    webhooks: delivery,
    channel: openToAll,
  });
}

function connect(wire: Wire, port: number, options: ClientOptions): Promise<Client> {
  return wire === "pusher" ? PusherClient.connect(port, options) : CentrifugeClient.connect(port, options);
}

/** A Centrifugo client gets what the cache slot holds where it asks to recover (B11). */
function joinForCache(client: Client, channel: string): Promise<unknown> {
  const terms: SubscribeTerms = { recoverFrom: { offset: 0, epoch: "" } };
  return client.join(channel, terms);
}

/** The answer to a request reaches the server a moment after the receiver has given it. */
async function whenDelivered(server: TestServer): Promise<Scrape> {
  for (;;) {
    const scrape = await Scrape.of(server.url);
    if (scrape.value("twinwire_webhook_events_pending") === 0) return scrape;
  }
}

const wires = ["pusher", "centrifugo"] as const;

for (const wire of wires) {
  test(`what a ${wire} client does in a presence channel is told, in order, and valid to the official package`, async () => {
    await using receiver = new WebhookReceiver();
    await using server = start({ hooks: [{ url: receiver.url, events: everything }] });
    const before = Date.now();
    await using ann = await connect(wire, server.port, { user: "ann" });
    expect(await ann.join("presence-room")).toBe("done");
    expect(await ann.say("presence-room", "typing", { at: 1 })).toBe("done");
    const said = await receiver.event("client_event", "presence-room");
    expect(said).toMatchObject({ event: "client-typing", data: '{"at":1}', user_id: "ann" });
    // A socket id is a Pusher client's; the SDKs would refuse anything else for it.
    expect(said["socket_id"]).toEqual(ann instanceof PusherClient ? ann.socketId : undefined);
    await ann.leave("presence-room");
    await receiver.event("channel_vacated", "presence-room");
    expect(receiver.story).toEqual([
      "channel_occupied presence-room",
      "member_added presence-room",
      "client_event presence-room",
      "member_removed presence-room",
      "channel_vacated presence-room",
    ]);
    for (const name of ["member_added", "member_removed"])
      expect(await receiver.event(name, "presence-room")).toMatchObject({ user_id: "ann" });
    for (const { valid, time } of receiver.requests.all) {
      expect(valid).toBe(true);
      expect(time.getTime()).toBeGreaterThanOrEqual(before);
      expect(time.getTime()).toBeLessThanOrEqual(Date.now());
    }
  });

  test(`counts of ${wire} clients are told, and an empty cache`, async () => {
    await using receiver = new WebhookReceiver();
    await using server = start({ hooks: [{ url: receiver.url, events: everything }] });
    await using one = await connect(wire, server.port, { user: "one" });
    await using other = await connect(wire, server.port, { user: "other" });
    await joinForCache(one, "cache-prices");
    await joinForCache(other, "cache-prices");
    await receiver.events.first(
      ({ name, ...rest }) => name === "subscription_count" && rest["subscription_count"] === 2,
    );
    expect(receiver.story.filter((line) => line === "cache_miss cache-prices")).toHaveLength(1);
    await one.leave("cache-prices");
    await other.leave("cache-prices");
    await receiver.events.first(
      ({ name, ...rest }) => name === "subscription_count" && rest["subscription_count"] === 0,
    );
  });

  test(`a ${wire} client whose page reloads says nothing`, async () => {
    await using receiver = new WebhookReceiver();
    await using server = start({
      hooks: [{ url: receiver.url, events: everything }],
      delivery: { hold_delay: "700ms", batch_delay: "5ms" },
    });
    const page = await connect(wire, server.port, { user: "ann" });
    await page.join("presence-room");
    await receiver.event("member_added", "presence-room");
    await page[Symbol.asyncDispose]();
    await using reloaded = await connect(wire, server.port, { user: "ann" });
    await reloaded.join("presence-room");
    // What is held back for as long, but from later on, is told after it would have been.
    await reloaded.join("presence-marker");
    await reloaded.leave("presence-marker");
    await receiver.event("channel_vacated", "presence-marker");
    expect(receiver.story.filter((line) => line.endsWith("presence-room"))).toEqual([
      "channel_occupied presence-room",
      "member_added presence-room",
    ]);
  });
}

test("a channel is occupied, and a user a member, across both wires", async () => {
  await using receiver = new WebhookReceiver();
  await using server = start({ hooks: [{ url: receiver.url, events: everything }] });
  await using pusher = await PusherClient.connect(server.port, { user: "ann" });
  await using centrifuge = await CentrifugeClient.connect(server.port, { user: "ann" });
  await pusher.join("presence-room");
  await centrifuge.join("presence-room");
  await pusher.leave("presence-room");
  await pusher.join("presence-marker");
  await pusher.leave("presence-marker");
  await receiver.event("channel_vacated", "presence-marker");
  await centrifuge.leave("presence-room");
  await receiver.event("channel_vacated", "presence-room");
  expect(receiver.story.filter((line) => line.endsWith("presence-room"))).toEqual([
    "channel_occupied presence-room",
    "member_added presence-room",
    "member_removed presence-room",
    "channel_vacated presence-room",
  ]);
});

test("a member who comes back on the other wire was never gone", async () => {
  await using receiver = new WebhookReceiver();
  await using server = start({
    hooks: [{ url: receiver.url, events: everything }],
    delivery: { hold_delay: "700ms", batch_delay: "5ms" },
  });
  for (const [from, to] of [wires, wires.toReversed()] as const) {
    const room = `presence-${from}`;
    const before = await connect(from, server.port, { user: "ann" });
    await before.join(room);
    await before[Symbol.asyncDispose]();
    const after = await connect(to, server.port, { user: "ann" });
    await after.join(room);
    await after.join(`${room}-marker`);
    await after.leave(`${room}-marker`);
    await receiver.event("channel_vacated", `${room}-marker`);
    expect(receiver.story.filter((line) => line.endsWith(room))).toEqual([
      `channel_occupied ${room}`,
      `member_added ${room}`,
    ]);
    await after[Symbol.asyncDispose]();
  }
});

test("names that Pusher clients cannot use cause nothing", async () => {
  await using receiver = new WebhookReceiver();
  await using server = start({ hooks: [{ url: receiver.url, events: everything }] });
  await using client = await CentrifugeClient.connect(server.port, { user: "ann" });
  for (const channel of ["a/b", "with space", "über"]) {
    await client.join(channel);
    await client.leave(channel);
  }
  await client.join("marker");
  await client.leave("marker");
  await receiver.event("channel_vacated", "marker");
  expect(receiver.story.filter((line) => !line.endsWith(" marker"))).toEqual([]);
});

test("what the application itself publishes is no event of a client's", async () => {
  await using receiver = new WebhookReceiver();
  await using server = start({ hooks: [{ url: receiver.url, events: everything }] });
  await using client = await PusherClient.connect(server.port, { user: "ann" });
  await client.join("private-a");
  await new PusherApi(server.port).publish("private-a", "client-x", {});
  await new CentrifugoApi(server.port).call("publish", {
    channel: "private-a",
    data: { type: "client-x", data: 1 },
  });
  await client.leave("private-a");
  await receiver.event("channel_vacated", "private-a");
  expect(receiver.story.filter((line) => line.startsWith("client_event"))).toEqual([]);
});

test("several webhooks of an app are told of what each wants, with headers of one's own", async () => {
  await using rooms = new WebhookReceiver();
  await using live = new WebhookReceiver();
  await using server = start({
    hooks: [
      {
        url: rooms.url,
        events: ["channel_occupied"],
        headers: { Authorization: "Bearer mine" },
        filter: { channel_prefix: "private-room." },
      },
      { url: live.url, events: ["channel_vacated"], filter: { channel_suffix: ".live" } },
    ],
  });
  await using client = await PusherClient.connect(server.port, { user: "ann" });
  for (const channel of ["private-room.1", "other.live", "private-room.2.live", "other"]) {
    await client.join(channel);
    await client.leave(channel);
  }
  await live.event("channel_vacated", "private-room.2.live");
  await rooms.event("channel_occupied", "private-room.2.live");
  expect(rooms.story).toEqual(["channel_occupied private-room.1", "channel_occupied private-room.2.live"]);
  expect(live.story).toEqual(["channel_vacated other.live", "channel_vacated private-room.2.live"]);
  expect(rooms.requests.all[0]?.headers.get("authorization")).toBe("Bearer mine");
  expect(live.requests.all[0]?.headers.get("authorization")).toBeNull();
});

test("while keys are rotated, the oldest pair that is accepted signs", async () => {
  const old = { id: keys.app.id, key: "old-key", secret: "old-secret" };
  await using receiver = new WebhookReceiver(undefined, old);
  await using server = start({
    hooks: [{ url: receiver.url, events: everything }],
    app: {
      previous: [
        { key: "newer-key", secret: "newer" },
        { key: old.key, secret: old.secret },
      ],
    },
  });
  await using client = await PusherClient.connect(server.port, { user: "ann" });
  await client.join("news");
  const { valid, headers } = await receiver.requests.next();
  expect([valid, headers.get("x-pusher-key")]).toEqual([true, "old-key"]);
});

test("events of a moment come in one request", async () => {
  await using receiver = new WebhookReceiver();
  await using server = start({
    hooks: [{ url: receiver.url, events: ["client_event"] }],
    delivery: { batch_delay: "500ms", batch_events: 4 },
    app: { limits: { client_events_per_second: 0 } },
  });
  await using client = await PusherClient.connect(server.port, { user: "ann" });
  await client.join("private-a");
  for (let n = 0; n < 10; n += 1) await client.say("private-a", "n", n);
  await receiver.events.first(({ data }) => data === "9");
  expect(receiver.requests.all.length).toBeLessThan(6);
  expect(Math.max(...receiver.requests.all.map(({ events }) => events.length))).toBe(4);
  expect(receiver.events.all.map(({ data }) => data)).toEqual(Array.from({ length: 10 }, (_, n) => `${n}`));
});

test("what was answered with 500 comes again, the same and in order, and nothing of the channel before it", async () => {
  await using receiver = new WebhookReceiver(
    (_, index) => new Response("", { status: index < 2 ? 500 : 200 }),
  );
  await using server = start({ hooks: [{ url: receiver.url, events: ["client_event"] }] });
  await using client = await PusherClient.connect(server.port, { user: "ann" });
  await client.join("private-a");
  await client.say("private-a", "n", 0);
  const first = await receiver.requests.next();
  for (let n = 1; n < 5; n += 1) await client.say("private-a", "n", n);
  await receiver.events.first(({ data }) => data === "4");
  expect(receiver.events.all.map(({ data }) => data)).toEqual(["0", "1", "2", "3", "4"]);
  const again = receiver.requests.all.slice(0, 3).map(({ ids }) => ids);
  expect(again).toEqual([first.ids, first.ids, first.ids]);
  const scrape = await whenDelivered(server);
  expect(scrape.value("twinwire_webhook_failures_total", { reason: "status-5xx" })).toBe(2);
  expect(scrape.value("twinwire_webhook_events_delivered_total")).toBe(5);
});

test("an endpoint that never answers holds up neither another one nor a publish", async () => {
  const never = new Promise<Response>(() => undefined);
  await using slow = new WebhookReceiver(() => never);
  await using good = new WebhookReceiver();
  await using server = start({
    hooks: [
      { url: slow.url, events: ["client_event"] },
      { url: good.url, events: ["client_event"] },
    ],
    delivery: { ...quick, timeout: "300ms" },
    app: { limits: { client_events_per_second: 0 } },
  });
  await using ear = await PusherClient.connect(server.port, { user: "bob" });
  await using client = await PusherClient.connect(server.port, { user: "ann" });
  await ear.join("private-a");
  await client.join("private-a");
  for (let n = 0; n < 50; n += 1) {
    const said = client.say("private-a", "n", n);
    await ear.heard.first(({ data }) => data === n);
    await said;
    await good.events.first(({ data }) => data === `${n}`);
  }
  // It is left after its time, and asked again.
  await slow.requests.first(({ ids }) => slow.requests.all.filter((one) => one.ids[0] === ids[0]).length > 1);
  expect(
    (await Scrape.of(server.url)).value("twinwire_webhook_failures_total", { reason: "timeout" }),
  ).toBeGreaterThan(0);
});

test("seventy endpoints that never answer hold up no other one", async () => {
  let hung = 0;
  let enough: () => void = () => undefined;
  const allHang = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const sockets = new Set<Socket>();
  const never = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    hung += 1;
    if (hung === 70 * 4) enough();
  });
  await new Promise<void>((resolve) => never.listen(0, "127.0.0.1", resolve));
  const address = never.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`;
  await using good = new WebhookReceiver();
  using folder = new TempFolder();
  const hooks = Array.from({ length: 70 }, () => ({ url, events: ["channel_occupied"] }));
  const config = {
    ...baseConfig(),
    apps: [
      {
        ...keys.app,
        public_channels: true,
        webhooks: [...hooks, { url: good.url, events: ["channel_vacated"] }],
      },
    ],
    webhooks: { hold_delay: "0s", batch_events: 1, timeout: "1m" },
  };
  try {
    await using server = await Launched.start([
      "serve",
      "--config",
      folder.write("c.json", JSON.stringify(config)),
    ]);
    await using client = await PusherClient.connect(server.port, { user: "ann" });
    for (const channel of ["a", "b", "c", "d"]) await client.join(channel);
    await allHang;
    await client.leave("a");
    await good.event("channel_vacated", "a");
  } finally {
    for (const socket of sockets) socket.destroy();
    never.close();
  }
});

test("a redirect is refused, and the place it names hears nothing", async () => {
  await using elsewhere = new WebhookReceiver();
  await using receiver = new WebhookReceiver((_, index) =>
    index === 0 ? Response.redirect(elsewhere.url, 307) : new Response("ok"),
  );
  await using server = start({ hooks: [{ url: receiver.url, events: ["channel_occupied"] }] });
  await using client = await PusherClient.connect(server.port, { user: "ann" });
  await client.join("news");
  await receiver.event("channel_occupied", "news");
  expect(elsewhere.requests.all).toEqual([]);
  const scrape = await Scrape.of(server.url);
  expect(scrape.value("twinwire_webhook_failures_total", { reason: "redirect" })).toBe(1);
});

test("an endpoint that answers garbage is one that does not answer", async () => {
  let asked = 0;
  const garbage = createServer((socket) => {
    asked += 1;
    socket.on("error", () => undefined);
    socket.once("data", () =>
      socket.end(asked === 1 ? "\u0000\u0001 lorem ipsum\r\n\r\n" : "HTTP/1.1 200 OK\r\nX-:\r\n\r\n"),
    );
  });
  await new Promise<void>((resolve) => garbage.listen(0, "127.0.0.1", resolve));
  const address = garbage.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    await using server = start({
      hooks: [{ url: `http://127.0.0.1:${port}/`, events: ["channel_occupied"] }],
    });
    await using client = await PusherClient.connect(server.port, { user: "ann" });
    await client.join("news");
    while (
      (await Scrape.of(server.url)).value("twinwire_webhook_failures_total", { reason: "no-answer" }) === 0
    )
      await new Promise((resolve) => setImmediate(resolve));
    expect((await Scrape.of(server.url)).defects).toBe(0);
  } finally {
    garbage.close();
  }
});

test("stopping tells what was held back and what was gathered", async () => {
  await using receiver = new WebhookReceiver();
  const server = start({
    hooks: [{ url: receiver.url, events: everything }],
    delivery: { hold_delay: "1h", batch_delay: "1h" },
  });
  const client = await PusherClient.connect(server.port, { user: "ann" });
  await client.join("presence-room");
  await client.say("presence-room", "typing", {});
  expect(receiver.requests.all).toEqual([]);
  await server.running.stop();
  expect(receiver.story).toEqual([
    "channel_occupied presence-room",
    "member_added presence-room",
    "client_event presence-room",
    "member_removed presence-room",
    "channel_vacated presence-room",
  ]);
  await client[Symbol.asyncDispose]();
});

test("stopping waits for an endpoint that does not answer no longer than shutdown.timeout", async () => {
  const never = new Promise<Response>(() => undefined);
  await using receiver = new WebhookReceiver(() => never);
  const server = start({ hooks: [{ url: receiver.url, events: everything }] });
  const client = await PusherClient.connect(server.port, { user: "ann" });
  await client.join("presence-room");
  await receiver.requests.next();
  const started = performance.now();
  await server.running.stop();
  // The test server's shutdown.timeout is 1 s.
  expect(performance.now() - started).toBeLessThan(3_000);
  await client[Symbol.asyncDispose]();
});

test("where no app has a webhook, there is nothing of them in the metrics", async () => {
  await using server = startTestServer();
  expect(await (await fetch(`${server.url}/metrics`)).text()).not.toContain("webhook");
});
