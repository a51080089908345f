import { may, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { expectSame, expectThat, field, NotOffered, shown } from "../../program/verdict.ts";
import { expectRefused } from "./refusal.ts";

type Body = Readonly<Record<string, unknown>>;

function badEvent(
  id: string,
  what: string,
  bend: (right: Body, scene: Scene) => unknown,
  section = "3.1",
): Line {
  return must(section, `event-${id}`, `POST events ${what}: 400, with details`, async (scene) => {
    const right = { name: "e", channel: scene.name(), data: "{}" };
    expectRefused(await scene.api.post("/events", bend(right, scene)), 400);
  });
}

function without(body: Body, name: string): Body {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
}

const badEvents = [
  badEvent("no-json", "whose body is no JSON", () => "no json"),
  badEvent("no-object", "whose body is a list", () => "[]"),
  badEvent("no-name", "without name", (right) => without(right, "name")),
  badEvent("no-data", "without data", (right) => without(right, "data")),
  badEvent("no-channel", "without channel", (right) => without(right, "channel")),
  badEvent("no-channels", "with an empty list of channels", (right) => ({
    ...without(right, "channel"),
    channels: [],
  })),
  badEvent("channel-number", "with a channel that is a number", (right) => ({ ...right, channel: 7 })),
  badEvent(
    "channel-name",
    "with a channel's name that cannot be",
    (right) => ({ ...right, channel: "a b" }),
    "2.1",
  ),
  badEvent(
    "channel-long",
    "with a channel's name of 201 characters",
    (right) => ({ ...right, channel: "x".repeat(201) }),
    "2.1",
  ),
  badEvent("channels-101", "for 101 channels", (right, scene) => ({
    ...without(right, "channel"),
    channels: Array.from({ length: 101 }, () => scene.name()),
  })),
  badEvent(
    "name-201",
    "with a name of 201 characters",
    (right) => ({ ...right, name: "x".repeat(201) }),
    "2.1",
  ),
  badEvent(
    "reserved",
    "with a name that begins with pusher:",
    (right) => ({ ...right, name: "pusher:error" }),
    "2.1",
  ),
  badEvent(
    "reserved-internal",
    "with a name that begins with pusher_internal:",
    (right) => ({ ...right, name: "pusher_internal:member_added" }),
    "2.1",
  ),
  badEvent("socket-id", "with a socket_id that is none", (right) => ({ ...right, socket_id: "nonsense" })),
];

/** Events and batches. */
export const publishing: readonly Line[] = [
  must("3.1", "event-answer", "POST events is answered with 200 and a JSON object", async (scene) => {
    const answer = await scene.api.post("/events", { name: "e", channel: scene.name(), data: "{}" });
    expectSame(answer.status, 200, "the status");
    expectThat(typeof answer.json === "object" && answer.json !== null, `the body is ${shown(answer.text)}`);
    expectThat(answer.type.startsWith("application/json"), `Content-Type is ${answer.type}`);
  }),
  may("3.1", "event-answer-empty", "… and that object is {}", async (scene) => {
    const { json } = await scene.api.post("/events", { name: "e", channel: scene.name(), data: "{}" });
    if (!(typeof json === "object" && json !== null && Object.keys(json).length === 0))
      throw new NotOffered(`it is ${shown(json)}`);
  }),
  ...badEvents,
  may("3.1", "event-data-object", "POST events with data that is no string: 400", async (scene) => {
    const answer = await scene.api.post("/events", { name: "e", channel: scene.name(), data: { n: 1 } });
    if (answer.status === 200) throw new NotOffered("it is taken as JSON");
    expectRefused(answer, [400, 422]);
  }),
  must("3.1", "event-too-big", "data of more than 10,240 bytes: 413, and nobody gets it", async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    const answer = await scene.api.post("/events", { name: "big", channel, data: "é".repeat(5_121) });
    expectRefused(answer, 413);
    await scene.settle(client);
    client.expectNone("big");
  }),
  must("3.1", "event-channels-100", "an event for 100 channels is taken", async (scene) => {
    const names = Array.from({ length: 100 }, () => scene.name());
    await scene.api.publish(names, "e", "{}");
  }),
  must(
    "3.1",
    "event-info",
    "info answers with user_count and subscription_count of each channel",
    async (scene) => {
      const [presence, open] = [scene.name("presence-"), scene.name()];
      await scene.joined(presence, { user_id: "1" });
      await scene.joined(presence, { user_id: "1" });
      await scene.joined(open);
      const body = {
        name: "e",
        channels: [presence, open],
        data: "{}",
        info: "user_count,subscription_count",
      };
      const { json } = await scene.api.post("/events", body);
      expectSame(field(json, "channels", presence, "user_count"), 1, "user_count");
      expectSame(field(json, "channels", open, "subscription_count"), 1, "subscription_count");
      expectSame(field(json, "channels", open, "user_count"), undefined, "user_count of no presence channel");
    },
  ),
  must("3.1", "batch", "a batch delivers its events, in order, and is answered with 200", async (scene) => {
    const [one, other] = [scene.name(), scene.name()];
    const client = await scene.joined(one);
    await client.join(other);
    const names = Array.from({ length: 10 }, (_, i) => `e${i}`);
    const batch = names.map((name, i) => ({ name, channel: i % 2 === 0 ? one : other, data: String(i) }));
    const answer = await scene.api.post("/batch_events", { batch });
    expectSame(answer.status, 200, "the status");
    await scene.settle(client);
    for (const channel of [one, other]) {
      const came = client.messages.filter((one) => one.channel === channel && /^e\d$/.test(one.event));
      expectSame(
        came.map(({ event }) => event),
        batch.filter((one) => one.channel === channel).map(({ name }) => name),
        "what came",
      );
    }
  }),
  must("3.1", "batch-exclusion", "each event of a batch has its own socket_id", async (scene) => {
    const channel = scene.name();
    const [one, other] = [await scene.joined(channel), await scene.joined(channel)];
    const batch = [one, other].map(({ id }, i) => ({ name: `e${i}`, channel, data: "{}", socket_id: id }));
    await scene.api.post("/batch_events", { batch });
    await Promise.all([one.next("e1", channel), other.next("e0", channel)]);
    await scene.settle(one, other);
    one.expectNone("e0");
    other.expectNone("e1");
  }),
  must(
    "3.1",
    "batch-info",
    "a batch with info is answered with a list of the same order and length",
    async (scene) => {
      const [presence, open] = [scene.name("presence-"), scene.name()];
      await scene.joined(presence, { user_id: "1" });
      const batch = [
        { name: "e", channel: presence, data: "{}", info: "user_count" },
        { name: "e", channel: open, data: "{}" },
      ];
      const { json } = await scene.api.post("/batch_events", { batch });
      expectSame(field(json, "batch"), [{ user_count: 1 }, {}], "batch");
    },
  ),
  must("3.1", "batch-11", "a batch of 11 events: 400", async (scene) => {
    const batch = Array.from({ length: 11 }, () => ({ name: "e", channel: scene.name(), data: "{}" }));
    expectRefused(await scene.api.post("/batch_events", { batch }), 400);
  }),
  must("3.1", "batch-bad", "a batch that is no list, or has an event that is none: 400", async (scene) => {
    expectRefused(await scene.api.post("/batch_events", { batch: {} }), 400);
    expectRefused(await scene.api.post("/batch_events", { batch: [7] }), 400);
    expectRefused(
      await scene.api.post("/batch_events", { batch: [{ name: "e", channel: scene.name() }] }),
      400,
    );
  }),
  must("3.1", "batch-too-big", "a batch with an event of more than 10,240 bytes: 413", async (scene) => {
    const batch = [{ name: "e", channel: scene.name(), data: "x".repeat(10_241) }];
    expectRefused(await scene.api.post("/batch_events", { batch }), 413);
  }),
  may("3.1", "batch-all-or-nothing", "of a batch that is refused nothing is delivered", async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    const batch = [
      { name: "first", channel, data: "{}" },
      { name: "pusher:x", channel, data: "{}" },
    ];
    expectRefused(await scene.api.post("/batch_events", { batch }), 400);
    await scene.settle(client);
    if (client.heard("first").length > 0) throw new NotOffered("what stands before the fault is delivered");
  }),
];
