import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import Pusher from "pusher-js";

import { fromCentrifuge, fromPusher } from "./source.ts";
import type { Incoming } from "./source.ts";

/** A channel of pusher-js that no server knows of. */
function pusherChannel() {
  const pusher = new Pusher("key", { cluster: "", enabledTransports: [] });
  pusher.disconnect();
  return pusher.subscribe("lobby");
}

class Publications extends EventEmitter {
  readonly channel = "lobby";

  publish(data: unknown): void {
    this.emit("publication", { channel: "lobby", data });
  }
}

test("pusher-js: events come with their name and data, a client's with its prefix; the protocol's own do not", () => {
  const channel = pusherChannel();
  const heard: Incoming[] = [];
  const source = fromPusher(channel);
  source.listen((incoming) => heard.push(incoming));
  channel.emit("pusher:subscription_succeeded", {});
  channel.emit("pusher_internal:member_added", {});
  channel.emit("title", "news");
  channel.emit("client-typing", { who: "ann" });
  expect(source.channel).toBe("lobby");
  expect(heard.map(({ wire }) => wire)).toEqual([
    { event: "title", data: "news" },
    { event: "client-typing", data: { who: "ann" } },
  ]);
  expect(heard.map(({ raw }) => raw)).toEqual(heard.map(({ wire }) => wire));
});

test("pusher-js: one who stops while an event is handed out costs the next listener nothing", async () => {
  const channel = pusherChannel();
  const heard: string[] = [];
  const stop = fromPusher(channel).listen(() => {
    heard.push("first");
    stop();
  });
  fromPusher(channel).listen(() => heard.push("second"));
  channel.emit("title", "a");
  channel.emit("title", "b");
  expect(heard).toEqual(["first", "second", "second"]);
  await Promise.resolve();
  expect(channel.global_callbacks).toHaveLength(1);
});

test.each([
  ["an event", { type: "title", data: "news" }, { event: "title", data: "news" }],
  ["an event without payload", { type: "cleared", data: null }, { event: "cleared", data: null }],
  ["text", "news", undefined],
  ["a list", [1], undefined],
  ["null", null, undefined],
  ["no type", { data: 1 }, undefined],
  ["no data", { type: "title" }, undefined],
  ["another key", { type: "title", data: 1, more: 1 }, undefined],
  ["a type that is no text", { type: 1, data: 1 }, undefined],
  ["an empty type", { type: "", data: 1 }, undefined],
  ["a type of 200 characters", { type: "x".repeat(200), data: 1 }, { event: "x".repeat(200), data: 1 }],
  ["a type of 201 characters", { type: "x".repeat(201), data: 1 }, undefined],
  ["a type of Pusher's own", { type: "pusher:error", data: 1 }, undefined],
  ["an internal type of Pusher's", { type: "pusher_internal:x", data: 1 }, undefined],
  ["an event in bytes", Buffer.from('{"type":"title","data":1}'), { event: "title", data: 1 }],
  ["bytes that are no JSON", Uint8Array.of(0xff, 0x7b), undefined],
])("centrifuge: %s is read by the bridge's form (B10)", (_, data, wire) => {
  const subscription = new Publications();
  const heard: Incoming[] = [];
  const source = fromCentrifuge(subscription);
  source.listen((incoming) => heard.push(incoming));
  subscription.publish(data);
  expect(source.channel).toBe("lobby");
  expect(heard).toEqual([{ wire, raw: data }]);
});

test("centrifuge: stopping takes its own listener away, and no other", () => {
  const subscription = new Publications();
  const heard: string[] = [];
  const stop = fromCentrifuge(subscription).listen(() => heard.push("first"));
  fromCentrifuge(subscription).listen(() => heard.push("second"));
  stop();
  subscription.publish({ type: "title", data: "a" });
  expect(heard).toEqual(["second"]);
  expect(subscription.listenerCount("publication")).toBe(1);
});
