import { must, type Line } from "../line.ts";
import { expectSame } from "../../program/verdict.ts";

/** Texts that have to arrive as they were sent. */
const payloads: Readonly<Record<string, string>> = {
  object: '{"a":{"b":[1,2,{"c":null}]},"n":1.0,"big":12345678901234567890}',
  text: "plain text, no JSON",
  "json-string": '"quoted"',
  number: "12.50",
  list: "[1, 2 ,3]",
  spaces: '{ "spaced" :  true }\n',
  unicode: '{"t":"Grüße, 日本語, 🦊, \\u00e9"}',
  escapes: '{"t":"\\"\\\\/\\b\\f\\n\\r\\t\\u0000"}',
  controls: "\u0001\u001f\u007f\u2028\u2029",
  html: "<script>&amp;</script>",
};

const texts = Object.entries(payloads).map(([id, data]) =>
  must("1.3", `data-${id}`, `data (${id}) arrives as the very string that was published`, async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    await scene.api.publish(channel, "e", data);
    const event = await client.next("e", channel);
    expectSame(event.data, data, "data");
    expectSame(event.user, undefined, "user_id");
  }),
);

const eventNames = [
  "App\\Events\\OrderShipped",
  "with space",
  "ünï-🦊",
  ".dotted",
  'a"quote',
  "x".repeat(200),
];

export const events: readonly Line[] = [
  ...texts,
  must("2.1", "event-names", "any text up to 200 characters is an event's name", async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    for (const name of eventNames) {
      await scene.api.publish(channel, name, "{}");
      await client.next(name, channel);
    }
  }),
  must("3.1", "order", "events of one publisher come in order, each once", async (scene) => {
    const channel = scene.name();
    const clients = await Promise.all([scene.joined(channel), scene.joined(channel)]);
    for (let i = 0; i < 100; i += 1) await scene.api.publish(channel, "n", String(i));
    await scene.settle(...clients);
    const wanted = Array.from({ length: 100 }, (_, i) => String(i));
    for (const client of clients)
      expectSame(
        client.heard("n").map(({ data }) => data),
        wanted,
        "what came",
      );
  }),
  must(
    "3.1",
    "exclusion",
    "the connection of socket_id does not get the event; all others do",
    async (scene) => {
      const channel = scene.name();
      const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
      await scene.api.publish(channel, "not-me", "{}", { socket_id: sender.id });
      await other.next("not-me", channel);
      await scene.settle(sender);
      sender.expectNone("not-me");
      await scene.api.publish(channel, "all", "{}", { socket_id: "1.1" });
      await Promise.all([sender.next("all", channel), other.next("all", channel)]);
    },
  ),
  must(
    "3.1",
    "several-channels",
    "an event for several channels comes once on each, with that channel's name",
    async (scene) => {
      const names = [scene.name(), scene.name("private-"), scene.name("presence-")] as const;
      const client = await scene.connect();
      await client.join(names[0]);
      await client.join(names[1]);
      await client.join(names[2], { user_id: "1" });
      await scene.api.publish([...names, names[0]], "many", "{}");
      await scene.settle(client);
      for (const name of names)
        expectSame(client.heard("many", name).length, 1, `how often it came on ${name}`);
    },
  ),
  must("3.1", "others-do-not-hear", "an event is for the channel's subscribers alone", async (scene) => {
    const [one, other] = [scene.name(), scene.name()];
    const client = await scene.joined(one);
    await scene.api.publish(other, "elsewhere", "{}");
    await scene.settle(client);
    client.expectNone("elsewhere");
  }),
  must("3.1", "data-10k", "10,240 bytes of data arrive whole", async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    const data = "é".repeat(5_120);
    await scene.api.publish(channel, "big", data);
    expectSame((await client.next("big", channel)).data, data, "data");
  }),
];
