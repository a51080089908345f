import { expect, test } from "bun:test";
import type { LiveState } from "@twinwire/vk-live";
import { join } from "node:path";
import { Events } from "../../server/test/events.ts";
import { keys } from "../../server/test/server.ts";
import { Heard, message, nightOwl, World, Wiretap } from "./world.ts";

const chat = "api-channel-chat:7";
const hour = 3_600_000;

test("a connection that was cut comes back with what was missed, and nothing twice", async () => {
  await using world = new World();
  const tap = new Wiretap();
  const live = world.live("ann-token", { websocket: tap.websocket });
  const states = new Events<LiveState>();
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  live.on("state", ({ state }) => {
    states.push(state);
    if (state === "connecting") void world.publisher.to(chat).channelChatMessageSend(message(2, "missed"));
  });
  await world.publisher.to(chat).channelChatMessageSend(message(1, "before"));
  await heard.events.next();
  tap.cut();
  await heard.events.next();
  // Sent again by a back end that does not know whether it arrived.
  await world.publisher.to(chat).channelChatMessageSend(message(1, "before"));
  await world.publisher.to(chat).channelChatMessageSend(message(2, "missed"));
  await world.publisher.to(chat).channelChatMessageSend(message(3, "after"));
  await heard.events.next();
  expect(heard.texts).toEqual(["before", "missed", "after"]);
  expect(states.all).toEqual(["connecting", "connected"]);
  expect(tap.sockets).toHaveLength(2);
  // The names are young, and the tokens good: nothing had to be asked again.
  expect([world.times("/v1/channel"), world.times("/v1/websocket/token")]).toEqual([1, 1]);
});

test("a message that was deleted and is sent again is heard again", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  const to = world.publisher.to(chat);
  await to.channelChatMessageSend(message(1, "first"));
  await to.channelChatMessageSend(message(1, "repeat"));
  await to.channelChatMessageDelete({ chat_message: { id: 1 } });
  await to.channelChatMessageSend(message(1, "again"));
  for (let count = 0; count < 3; count += 1) await heard.events.next();
  expect(heard.texts).toEqual(["first", "channel_chat_message_delete", "again"]);
});

test("a message that comes on two channels of a stream is heard once", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  await world.publisher
    .to([chat, "api-channel-limited-chat:7"])
    .channelChatMessageSend(message(1, "everywhere"));
  await world.publisher.to(chat).channelChatMessageSend(message(2, "next"));
  await heard.events.first((event) => event.type !== "unknown" && heard.texts.includes("next"));
  expect(heard.texts.toSorted()).toEqual(["everywhere", "next"]);
});

test("the server's pings are answered by {}, as it wants", async () => {
  await using world = new World({ client: { ping_interval: "1s", pong_timeout: "500ms" } });
  const tap = new Wiretap();
  const live = world.live("ann-token", { websocket: tap.websocket });
  live.connect();
  // A second one comes only where the first was answered in time.
  for (let pings = 0; pings < 2;) if ((await tap.received.next()) === "{}") pings += 1;
  expect(tap.sent.all.filter((frame) => frame === "{}").length).toBeGreaterThan(0);
  expect(tap.sent.all.filter((frame) => frame.includes("pong"))).toEqual([]);
  expect([tap.sockets.length, live.state]).toEqual([1, "connected"]);
});

test("when a slug's channels change, those that were refused lead to the new ones, and old ones are left", async () => {
  await using world = new World();
  world.store.setChannel("night-owl", { ...nightOwl, names: { chat, info: "no-such-namespace:7" } });
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  expect(await heard.faults.next()).toMatchObject({
    kind: "refused",
    code: 102,
    channel: { slug: "night-owl", kind: "info", name: "no-such-namespace:7" },
  });
  world.store.setChannel("night-owl", {
    ...nightOwl,
    names: { chat: "api-channel-chat:8", info: "api-channel-info:8" },
  });
  await heard.subscribed.first((name) => name === "api-channel-info:8");
  await heard.subscribed.first((name) => name === "api-channel-chat:8");
  await world.publisher.to(chat).channelChatMessageSend(message(1, "old"));
  await world.publisher.to("api-channel-chat:8").channelChatMessageSend(message(2, "new"));
  await heard.events.next();
  expect(heard.texts).toEqual(["new"]);
  expect(channel.record?.channel.web_socket_channels).toMatchObject({ chat: "api-channel-chat:8" });
});

test("a channel that becomes limited is asked a token for, where two follow it as well", async () => {
  await using world = new World();
  const name = "api-channel-limited-chat:7";
  world.store.setChannel("night-owl", { ...nightOwl, names: { chat: name } });
  const live = world.live("ann-token");
  const both = [live.channel("night-owl"), live.channel("night-owl")];
  const heard = both.map((channel) => new Heard(channel));
  live.connect();
  // Refused without a token: looked up again, as limited.
  for (const { faults } of heard)
    expect(await faults.next()).toMatchObject({
      kind: "refused",
      code: 103,
      channel: { kind: "chat", name },
    });
  world.store.setChannel("night-owl", { ...nightOwl, names: { limited_chat: name } });
  for (const { subscribed } of heard) expect(await subscribed.next()).toBe(name);
});

test("a client that the back end takes out of a channel looks the names up again", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  const names = { ...nightOwl.names, chat: "api-channel-chat:8" };
  world.store.setChannel("night-owl", { ...nightOwl, names });
  await fetch(`${world.server.url}/api/unsubscribe`, {
    method: "POST",
    headers: { "X-API-Key": keys.apiKey },
    body: JSON.stringify({ user: "1", channel: chat }),
  });
  await heard.subscribed.first((name) => name === "api-channel-chat:8");
  expect(heard.faults.all).toMatchObject([{ kind: "refused", code: 2000, channel: { name: chat } }]);
});

test("names that are old are looked up again when the connection comes back", async () => {
  await using world = new World();
  const tap = new Wiretap();
  const live = world.live("ann-token", { websocket: tap.websocket, namesFor: -1 });
  const lasting = world.live("ann-token", { namesFor: hour }).channel("night-owl");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  world.store.setChannel("night-owl", { ...nightOwl, names: { chat: "api-channel-chat:8" } });
  tap.cut();
  await heard.subscribed.first((name) => name === "api-channel-chat:8");
  lasting.close();
});

test("a slug that does not exist is an error, and found once it does", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("day-owl");
  const heard = new Heard(channel);
  live.connect();
  expect(await heard.faults.next()).toMatchObject({ kind: "not-found", request: "channel" });
  expect(await channel.ready.catch(String)).toContain("day-owl");
  world.store.setChannel("day-owl", { ...nightOwl, names: { chat: "api-channel-chat:9" } });
  channel.refresh();
  expect(await heard.subscribed.next()).toBe("api-channel-chat:9");
});

test("close() leaves nothing running, and can be called at any time", async () => {
  await using world = new World();
  const tap = new Wiretap();
  const live = world.live("ann-token", { websocket: tap.websocket });
  const channel = live.channel("night-owl");
  live.connect();
  await channel.ready;
  const [socket] = tap.sockets;
  const closed = new Promise((resolve) => socket?.addEventListener("close", resolve));
  live.close();
  live.close();
  await closed;
  const early = world.live("ann-token", { websocket: tap.websocket });
  const waiting = early.channel("night-owl");
  early.connect();
  early.close();
  expect(await waiting.ready.catch(String)).toContain("closed");
  expect([live.state, early.state, tap.sockets.length]).toEqual(["disconnected", "disconnected", 1]);
  expect(() => {
    live.connect();
  }).toThrow("closed");
});

test("a program ends by itself once it has closed", async () => {
  await using world = new World();
  const program = join(import.meta.dir, "closing.client.ts");
  const child = Bun.spawn([process.execPath, program, world.url, world.socket], { stderr: "inherit" });
  expect(await child.exited).toBe(0);
});
