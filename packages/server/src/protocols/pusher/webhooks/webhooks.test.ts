import { expect, test } from "bun:test";
import { TestWire, type TestOptions } from "../test-wire.test.ts";
import type { WebhookEventName } from "./event.ts";
import type { WebhookSettings } from "./target.ts";
import { Webhooks } from "./webhooks.ts";

const everything: readonly WebhookEventName[] = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "cache_miss",
  "subscription_count",
];

const membersAndChannels = everything.slice(0, 4);

function webhook(events: readonly WebhookEventName[], more: Partial<WebhookSettings> = {}): WebhookSettings {
  return {
    name: "hook",
    shown: "hook",
    url: "http://x",
    events: new Set(events),
    headers: {},
    channelPrefix: "",
    channelSuffix: "",
    ...more,
  };
}

interface Posted {
  readonly webhook: string;
  readonly lane: string;
  readonly text: string;
}

/** A Pusher wire with webhooks, which keep what they would send. */
class World {
  readonly wire: TestWire;
  readonly posted: Posted[] = [];
  readonly webhooks: Webhooks;
  /** Milliseconds by which somebody has set the clock anew. */
  skew = 0;
  private read = 0;

  constructor(hooks: readonly WebhookSettings[], options: TestOptions = {}, hold = 3_000) {
    this.wire = new TestWire(options);
    const { clock } = this.wire;
    this.webhooks = new Webhooks({
      apps: [{ id: this.wire.app.id, webhooks: hooks }],
      clock: {
        now: () => clock.now() + this.skew,
        every: (milliseconds, work) => clock.every(milliseconds, work),
        delay: (milliseconds) => clock.delay(milliseconds),
        nextTurn: () => clock.nextTurn(),
      },
      hold,
      post: (webhook, lane, text) => this.posted.push({ webhook, lane, text }),
    });
    this.wire.hub.activity = this.webhooks;
    this.webhooks.start();
  }

  /** Events since the last look, each in one line. */
  take(): string[] {
    const news = this.posted.slice(this.read);
    this.read = this.posted.length;
    return news.map(({ text }) => {
      const { name, channel, ...rest } = JSON.parse(text) as Record<string, unknown>;
      return [name, channel, ...Object.values(rest)].join(" ");
    });
  }

  async pass(milliseconds: number): Promise<void> {
    this.wire.clock.advance(milliseconds);
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  }
}

test("a channel is occupied with its first subscriber, and vacated 3 s after its last", async () => {
  const world = new World([webhook(membersAndChannels)]);
  const [one, other] = [world.wire.open(), world.wire.open()];
  one.subscribe("news");
  other.subscribe("news");
  expect(world.take()).toEqual(["channel_occupied news"]);
  one.leave();
  other.say("pusher:unsubscribe", { channel: "news" });
  await world.pass(2_999);
  expect(world.take()).toEqual([]);
  await world.pass(1);
  expect(world.take()).toEqual(["channel_vacated news"]);
  other.subscribe("news");
  expect(world.take()).toEqual(["channel_occupied news"]);
});

test("members come and go as users, whatever connections they have", async () => {
  const world = new World([webhook(membersAndChannels)]);
  const [first, second, guest] = [world.wire.open(), world.wire.open(), world.wire.open()];
  first.join("presence-a", { user_id: "ann" });
  second.join("presence-a", { user_id: "ann" });
  guest.join("presence-a", { user_id: 7 });
  expect(world.take()).toEqual([
    "channel_occupied presence-a",
    "member_added presence-a ann",
    "member_added presence-a 7",
  ]);
  first.leave();
  await world.pass(10_000);
  expect(world.take()).toEqual([]);
  second.leave();
  await world.pass(1_000);
  guest.leave();
  await world.pass(2_000);
  expect(world.take()).toEqual(["member_removed presence-a ann"]);
  await world.pass(1_000);
  expect(world.take()).toEqual(["member_removed presence-a 7", "channel_vacated presence-a"]);
});

test("a page reload says nothing, ever again and again", async () => {
  const world = new World([webhook(everything)]);
  let page = world.wire.open();
  page.join("presence-a", { user_id: "ann" });
  page.subscribe("news");
  await world.pass(10_000);
  expect(world.take()).toHaveLength(4);
  for (let i = 0; i < 5; i += 1) {
    page.leave();
    await world.pass(2_500);
    page = world.wire.open();
    page.join("presence-a", { user_id: "ann" });
    page.subscribe("news");
    await world.pass(2_500);
  }
  await world.pass(60_000);
  expect(world.take()).toEqual([]);
});

test("a reload of one page does not put off what another page did", async () => {
  const world = new World([webhook(["channel_vacated"])]);
  const [gone, reloads] = [world.wire.open(), world.wire.open()];
  gone.subscribe("one");
  reloads.subscribe("other");
  gone.leave();
  await world.pass(1_000);
  reloads.leave();
  await world.pass(1_000);
  world.wire.open().subscribe("other");
  await world.pass(1_000);
  expect(world.take()).toEqual(["channel_vacated one"]);
  await world.pass(60_000);
  expect(world.take()).toEqual([]);
});

test("whoever asks for the coming alone is not told again at a reload", async () => {
  const world = new World([webhook(["channel_occupied", "member_added"])]);
  const page = world.wire.open();
  page.join("presence-a", { user_id: "ann" });
  page.leave();
  await world.pass(1_000);
  world.wire.open().join("presence-a", { user_id: "ann" });
  expect(world.take()).toEqual(["channel_occupied presence-a", "member_added presence-a ann"]);
});

test("nothing is held back where that is off", () => {
  const world = new World([webhook(membersAndChannels)], {}, 0);
  const page = world.wire.open();
  page.subscribe("news");
  page.leave();
  expect(world.take()).toEqual(["channel_occupied news", "channel_vacated news"]);
});

test("thousands that leave at once are all told, in turns", async () => {
  const world = new World([webhook(["channel_vacated"])]);
  for (let i = 0; i < 1_700; i += 1) world.wire.open().subscribe(`c${i}`);
  for (const session of [...world.wire.app.sessions()]) world.wire.hub.depart(session, "client");
  world.wire.clock.advance(3_000);
  await Promise.resolve();
  await Promise.resolve();
  expect(world.take().length).toBeLessThanOrEqual(500);
  await world.pass(0);
  await world.pass(0);
  expect(world.posted).toHaveLength(1_700);
});

test("a clock that is set back an hour holds nothing back for an hour", async () => {
  const world = new World([webhook(everything)]);
  const clients = Array.from({ length: 101 }, () => world.wire.open());
  for (const client of clients) client.subscribe("news");
  const page = world.wire.open();
  page.subscribe("cache-a");
  page.subscribe("old");
  await world.pass(5_000);
  page.leave();
  await world.pass(1_000);
  world.take();
  world.skew = -3_600_000;
  clients[0]?.subscribe("cache-a");
  clients[0]?.say("pusher:unsubscribe", { channel: "cache-a" });
  expect(world.take()).toEqual(["cache_miss cache-a"]);
  clients[0]?.subscribe("other");
  world.wire.open().subscribe("news");
  await world.pass(500);
  expect(world.take()).toEqual([
    "channel_occupied other",
    "subscription_count other 1",
    "subscription_count news 102",
  ]);
  clients[0]?.say("pusher:unsubscribe", { channel: "other" });
  await world.pass(2_900);
  expect(world.take()).toEqual([
    "channel_vacated old",
    "subscription_count old 0",
    "channel_vacated cache-a",
    "subscription_count cache-a 0",
  ]);
  await world.pass(100);
  expect(world.take()).toEqual(["channel_vacated other", "subscription_count other 0"]);
});

test("counts of thousands of channels are told in turns", async () => {
  const world = new World([webhook(["subscription_count"])]);
  for (let i = 0; i < 1_700; i += 1) world.wire.open().subscribe(`c${i}`);
  world.wire.clock.advance(500);
  expect(world.take()).toHaveLength(500);
  await world.pass(0);
  expect(world.posted).toHaveLength(1_700);
});

test("stopping tells what was held back, and what happens then at once", async () => {
  const world = new World([webhook(everything)]);
  const [one, other] = [world.wire.open(), world.wire.open()];
  one.join("presence-a", { user_id: "ann" });
  other.subscribe("news");
  world.take();
  one.leave();
  expect(world.take()).toEqual([]);
  world.webhooks.end();
  other.leave();
  expect(world.take()).toEqual([
    "member_removed presence-a ann",
    "channel_vacated presence-a",
    "channel_vacated news",
  ]);
  await world.pass(60_000);
  expect(world.take()).toEqual([]);
});

test("a client event has its text, its sender's socket id, and on presence channels the member", () => {
  const world = new World([webhook(["client_event"])]);
  const [ann, bob] = [world.wire.open(), world.wire.open()];
  ann.join("presence-a", { user_id: "ann" });
  bob.join("private-b");
  ann.say("client-typing", { at: 1.0, text: 'q"' }, "presence-a");
  bob.say("client-typing", "plain", "private-b");
  expect(world.posted.map(({ text }) => JSON.parse(text) as unknown)).toEqual([
    {
      name: "client_event",
      channel: "presence-a",
      event: "client-typing",
      data: '{"at":1,"text":"q\\""}',
      socket_id: ann.socketId,
      user_id: "ann",
    },
    {
      name: "client_event",
      channel: "private-b",
      event: "client-typing",
      data: "plain",
      socket_id: bob.socketId,
    },
  ]);
});

test("a client event that was refused is none", () => {
  const world = new World([webhook(["client_event"])], { app: { clientEvents: false } });
  const ann = world.wire.open();
  ann.join("private-b");
  ann.say("client-typing", {}, "private-b");
  ann.say("client-typing", {}, "private-other");
  expect(world.take()).toEqual([]);
});

test("a cache miss is told once a period, not once a subscriber", async () => {
  const world = new World([webhook(["cache_miss"])]);
  const [one, other] = [world.wire.open(), world.wire.open()];
  one.subscribe("cache-a");
  other.subscribe("cache-a");
  other.subscribe("cache-b");
  expect(world.take()).toEqual(["cache_miss cache-a", "cache_miss cache-b"]);
  await world.pass(30 * 60_000 - 1);
  world.wire.open().subscribe("cache-a");
  expect(world.take()).toEqual([]);
  await world.pass(1);
  world.wire.open().subscribe("cache-a");
  world.wire.open().subscribe("cache-a");
  expect(world.take()).toEqual(["cache_miss cache-a"]);
});

test("counts are told once for many changes, every 5 s above 100, and 0 with the vacated channel", async () => {
  const world = new World([webhook(["subscription_count", "channel_vacated"])]);
  const clients = Array.from({ length: 101 }, () => world.wire.open());
  for (const client of clients.slice(0, 50)) client.subscribe("news");
  await world.pass(500);
  expect(world.take()).toEqual(["subscription_count news 50"]);
  for (const client of clients.slice(50)) client.subscribe("news");
  await world.pass(5_000);
  expect(world.take()).toEqual(["subscription_count news 101"]);
  const late = world.wire.open();
  late.subscribe("news");
  await world.pass(4_500);
  expect(world.take()).toEqual([]);
  await world.pass(500);
  expect(world.take()).toEqual(["subscription_count news 102"]);
  for (const client of [...clients, late]) client.leave();
  await world.pass(3_000);
  expect(world.take()).toEqual(["channel_vacated news", "subscription_count news 0"]);
  await world.pass(60_000);
  expect(world.take()).toEqual([]);
});

test("presence channels and users' own have no counts", async () => {
  const world = new World([webhook(["subscription_count"])]);
  const ann = world.wire.open();
  ann.signIn('{"id":"ann"}');
  ann.subscribe("#server-to-user-ann");
  ann.join("presence-a", { user_id: "ann" });
  await world.pass(10_000);
  ann.leave();
  await world.pass(10_000);
  expect(world.take()).toEqual([]);
});

test("users' own channels are no channels to tell of", async () => {
  const world = new World([webhook(everything)]);
  const ann = world.wire.open();
  ann.signIn('{"id":"ann"}');
  expect(ann.subscribe("#server-to-user-ann").map(({ event }) => event)).toContain(
    "pusher_internal:subscription_succeeded",
  );
  ann.leave();
  await world.pass(10_000);
  expect(world.take()).toEqual([]);
});

test("each webhook is told of its own events and channels alone, in one text", () => {
  const world = new World([
    webhook(["channel_occupied"], { name: "rooms", channelPrefix: "presence-room." }),
    webhook(["channel_occupied", "member_added"], { name: "live", channelSuffix: ".live" }),
    webhook(["member_added"], { name: "both", channelPrefix: "presence-", channelSuffix: ".live" }),
  ]);
  const client = world.wire.open();
  client.join("presence-room.1", { user_id: "ann" });
  client.join("presence-room.2.live", { user_id: "ann" });
  client.subscribe("a.live");
  client.subscribe("other");
  const receivers = world.posted.map(({ webhook: to }) => to);
  expect(world.take().map((event, i) => `${receivers[i]} ${event.replace(/ ann$/, "")}`)).toEqual([
    "rooms channel_occupied presence-room.1",
    "rooms channel_occupied presence-room.2.live",
    "live channel_occupied presence-room.2.live",
    "live member_added presence-room.2.live",
    "both member_added presence-room.2.live",
    "live channel_occupied a.live",
  ]);
  expect(new Set(world.posted.map(({ lane }) => lane)).size).toBe(3);
});

test("an app without webhooks tells nothing", () => {
  const world = new World([]);
  const client = world.wire.open();
  client.join("presence-a", { user_id: "ann" });
  client.say("client-x", {}, "presence-a");
  client.subscribe("cache-x");
  expect(world.take()).toEqual([]);
});
