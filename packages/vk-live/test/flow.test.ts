import { expect, test } from "bun:test";
import type { ChannelFault } from "@twinwire/vk-live";
import { Events } from "../../server/test/events.ts";
import { Heard, message, nightOwl, liveStore, textOf, Wiretap, World } from "./world.ts";

const tokenPath = "/v1/websocket/token";
const tokensPath = "/v1/websocket/subscription_token";

test("a user who may read everything follows all channels of a slug, with one request for the limited ones", async () => {
  await using world = new World();
  const live = world.live(() => "ann-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  const record = await channel.ready;
  expect(record).toMatchObject({
    channel: { nick: "Night Owl" },
    owner: { nick: "Owl" },
    stream: { id: "s1" },
  });
  expect(heard.subscribed.all.toSorted()).toEqual(
    Object.values(nightOwl.names)
      .map((name) => String(name).replace("{user}", "1"))
      .toSorted(),
  );
  expect(world.asked.all.filter(({ path }) => path === tokensPath)).toEqual([
    {
      path: tokensPath,
      channels: ["api-channel-limited-chat:7", "api-channel-limited-chat:7#1"],
      status: 200,
    },
  ]);
  expect([world.times(tokenPath), world.times("/v1/channel")]).toEqual([1, 1]);

  const said = new Events<string>();
  channel.on("channel_chat_message_send", (data, event) => {
    said.push(
      `${event.channel.slug} ${event.channel.kind} ${event.channel.name} ${textOf(data.chat_message)}`,
    );
  });
  await world.publisher.to("api-channel-chat:7").channelChatMessageSend(message(1, "to all"));
  await world.publisher.to("api-channel-chat:7#1").channelChatMessageSend(message(2, "to ann"));
  await world.publisher.to("api-channel-limited-chat:7").channelChatMessageSend(message(3, "to fans"));
  expect([await said.next(), await said.next(), await said.next()]).toEqual([
    "night-owl chat api-channel-chat:7 to all",
    "night-owl private_chat api-channel-chat:7#1 to ann",
    "night-owl limited_chat api-channel-limited-chat:7 to fans",
  ]);
  expect(heard.faults.all).toEqual([]);
});

test("a limited channel that the answer leaves out is no access, which is no error; the open ones go on", async () => {
  await using world = new World();
  const live = world.live("bob-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  expect(heard.noAccess.all.toSorted()).toEqual([
    "api-channel-limited-chat:7",
    "api-channel-limited-chat:7#2",
  ]);
  await world.publisher.to("api-channel-limited-chat:7").channelChatMessageSend(message(1, "to fans"));
  await world.publisher.to("api-channel-chat:7").channelChatMessageSend(message(2, "to all"));
  await heard.events.next();
  expect(heard.texts).toEqual(["to all"]);
  expect(heard.faults.all).toEqual([]);

  world.store.grant("night-owl", "2");
  channel.refresh();
  await heard.subscribed.first((name) => name === "api-channel-limited-chat:7");
  await world.publisher.to("api-channel-limited-chat:7").channelChatMessageSend(message(3, "to fans again"));
  await heard.events.next();
  expect(heard.texts).toEqual(["to all", "to fans again"]);
});

test("an application reads what is open, and has no access to what is limited", async () => {
  await using world = new World();
  const live = world.live("bot-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  const reasons = new Events<string>();
  channel.on("no-access", ({ kind, reason }) => {
    reasons.push(`${kind} ${reason}`);
  });
  live.connect();
  await channel.ready;
  expect(reasons.all).toEqual(["limited_chat forbidden"]);
  expect(heard.subscribed.all.toSorted()).toEqual([
    "api-channel-chat:7",
    "api-channel-info:7",
    "api-channel-points:7",
  ]);
  expect(heard.faults.all).toEqual([]);
});

test("the wishes of several slugs go into one request for tokens", async () => {
  const dayOwl = { ...nightOwl, names: { limited_chat: "api-channel-limited-chat:8" } };
  await using world = new World({ store: liveStore({ "night-owl": nightOwl, "day-owl": dayOwl }) });
  const live = world.live("ann-token");
  const channels = [live.channel("night-owl"), live.channel("day-owl")];
  // Both names are known before the connection is up.
  await Promise.all(channels.map((channel) => new Promise((resolve) => channel.on("info", resolve))));
  live.connect();
  await Promise.all(channels.map(({ ready }) => ready));
  expect(
    world.asked.all.filter(({ path }) => path === tokensPath).map(({ channels }) => channels.toSorted()),
  ).toEqual([["api-channel-limited-chat:7", "api-channel-limited-chat:7#1", "api-channel-limited-chat:8"]]);
});

test("two of one slug share their subscriptions, and closing one leaves the other", async () => {
  await using world = new World();
  const tap = new Wiretap();
  const live = world.live("ann-token", { websocket: tap.websocket });
  const [first, second] = [live.channel("night-owl"), live.channel("night-owl")];
  const [early, late] = [new Heard(first), new Heard(second)];
  live.connect();
  await Promise.all([first.ready, second.ready]);
  const third = live.channel("night-owl");
  await third.ready;
  first.close();
  third.close();
  await world.publisher.to("api-channel-chat:7").channelChatMessageSend(message(1, "still here"));
  await late.events.next();
  expect([early.texts, late.texts]).toEqual([[], ["still here"]]);
  const about = (command: string): readonly string[] =>
    tap.sent.all.filter((frame) => frame.includes(`"${command}"`) && frame.includes('"api-channel-chat:7"'));
  expect([about("subscribe").length, about("unsubscribe").length]).toEqual([1, 0]);
  second.close();
  expect(about("unsubscribe")).toHaveLength(1);
});

test("unknown types and what is no event are handed over as they came", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  const unknown = new Events<unknown>();
  channel.on("unknown", ({ name, data, raw }) => {
    unknown.push({ name, data, raw });
  });
  live.connect();
  await channel.ready;
  const poll = { type: "channel_poll_create", data: { poll: { id: 1 } } };
  await world.api.publish("api-channel-chat:7", poll);
  await world.api.publish("api-channel-chat:7", ["no", "event"]);
  await world.api.publish("api-channel-chat:7", { type: "error", data: {} });
  expect([await unknown.next(), await unknown.next(), await unknown.next()]).toEqual([
    { name: poll.type, data: poll.data, raw: poll },
    { name: undefined, data: ["no", "event"], raw: ["no", "event"] },
    { name: "error", data: {}, raw: { type: "error", data: {} } },
  ]);
});

test("fields that are not known stay, and a wrong payload is an error that says where", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  const { chat_message } = message(1, "hello");
  const parts = [{ text: { content: "hello" } }, { text: { content: 5 } }];
  const send = (data: unknown) =>
    world.api.publish("api-channel-chat:7", { type: "channel_chat_message_send", data });
  await send({ chat_message: { ...chat_message, parts } });
  await send({ chat_message: { ...chat_message, mood: "good" }, later: true });
  expect(await heard.faults.next()).toMatchObject({
    kind: "invalid",
    type: "channel_chat_message_send",
    issues: [{ path: "chat_message.parts[1].text.content" }],
    channel: { kind: "chat" },
  });
  expect((await heard.events.next()).data).toMatchObject({
    chat_message: { mood: "good", author: { nick: "Eve", badges: [], is_owner: false } },
    later: true,
  });
});

test("a handler that throws is an error, and stops neither the others nor the connection", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  channel.on("channel_chat_message_send", () => {
    throw new Error("mine");
  });
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  await world.publisher.to("api-channel-chat:7").channelChatMessageSend(message(1, "one"));
  await world.publisher.to("api-channel-chat:7").channelChatMessageSend(message(2, "two"));
  await heard.events.next();
  await heard.events.next();
  expect(heard.texts).toEqual(["one", "two"]);
  expect(heard.faults.all).toMatchObject([
    { kind: "handler", event: "channel_chat_message_send", cause: { message: "mine" } },
    { kind: "handler" },
  ]);
  expect(live.state).toBe("connected");
});

test("what no channel listens for is told to the connection's error handler, and an error handler that throws to it, too", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const faults = new Events<ChannelFault>();
  live.on("error", (fault) => {
    faults.push(fault);
  });
  live.channel("day-owl");
  expect(await faults.next()).toMatchObject({ kind: "not-found", request: "channel" });
  live.channel("day-owl").on("error", () => {
    throw new Error("mine");
  });
  expect(await faults.next()).toMatchObject({ kind: "handler", event: "error" });
});

test("a channel that is closed by its own handler follows nothing", async () => {
  await using world = new World();
  const tap = new Wiretap();
  const live = world.live("ann-token", { websocket: tap.websocket });
  const closed = live.channel("night-owl");
  closed.on("info", () => {
    closed.close();
  });
  expect(await closed.ready.catch(String)).toContain("closed");
  const open = live.channel("night-owl");
  const heard = new Heard(open);
  live.connect();
  await open.ready;
  open.on("channel_follow_create", () => {
    open.close();
  });
  const follow = { follow: { follower: { id: 1, nick: "Ann" } } };
  await world.publisher.to("api-channel-chat:7").channelFollowCreate(follow);
  await tap.sent.first(
    (frame) => frame.includes('"unsubscribe"') && frame.includes('"api-channel-points:7"'),
  );
  expect(heard.events.all).toEqual([]);
});
