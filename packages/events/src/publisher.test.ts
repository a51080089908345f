import { describe, expect, test } from "bun:test";
import { z } from "zod";

import { libraries } from "../test/catalogues.ts";
import { defineEvents } from "./catalogue.ts";
import { InvalidEventError } from "./issue.ts";
import { createPublisher, type Target } from "./publisher.ts";
import { centrifugoTarget, pusherTarget } from "./target.ts";

/** A target that notes what it is given. */
function recording() {
  const sent: unknown[] = [];
  const target: Target<{ tag: string }> = {
    send: async (channels, wire, options) => sent.push([channels, wire, options]),
  };
  return { sent, target };
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
}

describe.each(libraries)("a catalogue declared with %s", (_, catalogue) => {
  test("sends what fits, with its options", async () => {
    const { sent, target } = recording();
    const publisher = createPublisher(catalogue, target);
    await publisher.publish("lobby", "camera.moved", { camera: { id: 7 } }, { tag: "a" });
    await publisher.publish(["lobby", "attic"], "cleared", null);
    expect(sent).toEqual([
      [["lobby"], { event: "camera.moved", data: { camera: { id: 7 } } }, { tag: "a" }],
      [["lobby", "attic"], { event: "cleared", data: null }, undefined],
    ]);
  });

  test("refuses a wrong payload before anything is sent, and says where it is wrong", async () => {
    const { sent, target } = recording();
    const publisher = createPublisher(catalogue, target);
    const wrong = { parts: [{ text: "a" }, { text: "b" }, { text: 3 as unknown as string }] };
    const error = await rejection(publisher.publish("lobby", "chat-message", wrong));
    expect(error).toBeInstanceOf(InvalidEventError);
    expect(error).toMatchObject({
      name: "InvalidEventError",
      type: "chat-message",
      issues: [{ path: "parts[2].text" }],
    });
    expect((error as Error).message).toMatch(
      /^The payload of "chat-message" is wrong( at|:) parts\[2\]\.text/,
    );
    expect(sent).toEqual([]);
  });
});

test("what is checked is what a subscriber will read", async () => {
  const { sent, target } = recording();
  const publisher = createPublisher(
    defineEvents({ dated: z.object({ at: z.date() }), text: z.iso.datetime() }),
    target,
  );
  // In JSON a date is text, which the subscriber's schema would refuse.
  const error = await rejection(publisher.publish("lobby", "dated", { at: new Date(0) }));
  expect(error).toMatchObject({ type: "dated", issues: [{ path: "at" }] });
  expect(sent).toEqual([]);
});

test("what is sent is what was given, not what the schema makes of it", async () => {
  const { sent, target } = recording();
  const length = z.object({
    text: z.string().transform((text) => text.length),
    count: z.number().default(1),
  });
  await createPublisher(defineEvents({ length }), target).publish("lobby", "length", { text: "abc" });
  expect(sent).toEqual([[["lobby"], { event: "length", data: { text: "abc" } }, undefined]]);
});

test.each([
  [
    "a cycle",
    () => {
      const cycle: unknown[] = [];
      cycle.push(cycle);
      return cycle;
    },
  ],
  ["a bigint", () => 1n],
])("%s, which no JSON can say, is refused", async (_, make) => {
  const { sent, target } = recording();
  const publisher = createPublisher(defineEvents({ anything: z.unknown() }), target);
  const error = await rejection(publisher.publish("lobby", "anything", make()));
  expect(error).toBeInstanceOf(InvalidEventError);
  expect((error as Error).message).toContain("Cannot be written as JSON");
  expect(sent).toEqual([]);
});

test("an absent payload is sent as null", async () => {
  const { sent, target } = recording();
  const publisher = createPublisher(defineEvents({ cleared: z.null().optional() }), target);
  await publisher.publish("lobby", "cleared", undefined);
  expect(sent).toEqual([[["lobby"], { event: "cleared", data: null }, undefined]]);
});

test("to no channel nothing is sent, but the payload is checked", async () => {
  const { sent, target } = recording();
  const publisher = createPublisher(defineEvents({ title: z.string() }), target);
  await publisher.publish([], "title", "a");
  expect(sent).toEqual([]);
  expect(await rejection(publisher.publish([], "title", 1 as unknown as string))).toBeInstanceOf(
    InvalidEventError,
  );
});

test.each(["constructor", "__proto__"])("%s, which no catalogue declares, is not sent", async (name) => {
  const { sent, target } = recording();
  const publisher = createPublisher(defineEvents({ title: z.string() }), target);
  expect(await rejection(publisher.publish("lobby", name as "title", "a"))).toBeInstanceOf(TypeError);
  expect(sent).toEqual([]);
});

test("what the target rejects with comes through", async () => {
  const cause = new Error("unreachable");
  const publisher = createPublisher(defineEvents({ title: z.string() }), {
    send: () => Promise.reject(cause),
  });
  expect(await rejection(publisher.publish("lobby", "title", "a"))).toBe(cause);
});

test("an envelope decides what stands on the wire", async () => {
  const { sent, target } = recording();
  const catalogue = defineEvents(
    { title: z.string() },
    {
      envelope: { wrap: (type, inner) => ({ event: "all", data: { type, inner } }), unwrap: () => undefined },
    },
  );
  await createPublisher(catalogue, target).publish("lobby", "title", "a");
  expect(sent).toEqual([[["lobby"], { event: "all", data: { type: "title", inner: "a" } }, undefined]]);
});

test("the Pusher target triggers once for all channels, and keeps text text", async () => {
  const calls: unknown[] = [];
  const target = pusherTarget({ trigger: async (...call) => calls.push(call) });
  await target.send(["lobby", "attic"], { event: "moved", data: { x: 1 } }, { socketId: "1.2" });
  await target.send(["lobby"], { event: "title", data: "12" });
  expect(calls).toEqual([
    [["lobby", "attic"], "moved", { x: 1 }, { socketId: "1.2" }],
    [["lobby"], "title", '"12"', undefined],
  ]);
});

test("the Centrifugo target publishes to one channel, and broadcasts to several", async () => {
  const calls: unknown[] = [];
  const target = centrifugoTarget({
    publish: async (...call) => calls.push(["publish", ...call]),
    broadcast: async (...call) => calls.push(["broadcast", ...call]),
  });
  await target.send(["lobby"], { event: "moved", data: { x: 1 } }, { tags: { a: "b" } });
  await target.send(["lobby", "attic"], { event: "moved", data: { x: 1 } });
  expect(calls).toEqual([
    ["publish", "lobby", { type: "moved", data: { x: 1 } }, { tags: { a: "b" } }],
    ["broadcast", ["lobby", "attic"], { type: "moved", data: { x: 1 } }, undefined],
  ]);
});
