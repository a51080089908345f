import type { Client } from "../client.ts";
import { must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";

/** A client event that is not delivered; the sender stays, and is told by pusher:error. */
async function notDelivered(
  scene: Scene,
  parties: { readonly sender: Client; readonly other: Client; readonly channel: string },
  message: unknown = { event: "client-x", channel: parties.channel, data: {} },
): Promise<void> {
  const { sender, other } = parties;
  const { event } = message as { readonly event: string };
  sender.send(message);
  const error = await sender.next("pusher:error");
  const code = field(error.data, "code");
  expectThat(code === null || [4009, 4300, 4301].includes(Number(code)), `the code is ${shown(code)}`);
  await sender.quiet();
  await scene.settle(other);
  other.expectNone(event, parties.channel);
}

/** Values that come as the sender gave them (section 1.3). */
const values = [
  { id: "object", text: '{"a":{"b":[1,null]}}' },
  { id: "string", text: '"{\\"a\\":1}"' },
  { id: "number", text: "12345678901234567890" },
  { id: "list", text: "[1,[2]]" },
  { id: "null", text: "null" },
];

const valueLines = values.map(({ id, text }) =>
  must(
    "1.3",
    `client-data-${id}`,
    `data of a client event (${id}) comes as the sender gave it`,
    async (scene) => {
      const channel = scene.name("private-");
      const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
      sender.send(`{"event":"client-x","channel":"${channel}","data":${text}}`);
      const { raw } = await other.next("client-x", channel);
      expectThat(raw.includes(`"data":${text}`), `it came as ${raw}`);
    },
  ),
);

export const clientEvents: readonly Line[] = [
  must(
    "2.4",
    "client-event-private",
    "a client event reaches all others of a private channel, not its sender",
    async (scene) => {
      const channel = scene.name("private-");
      const [sender, ...others] = await Promise.all([1, 2, 3].map(() => scene.joined(channel)));
      expectThat(sender !== undefined, "no sender");
      sender.send({ event: "client-x", channel, data: { n: 1 } });
      for (const other of others) {
        const message = await other.next("client-x", channel);
        expectSame([message.data, message.user], [{ n: 1 }, undefined], "data and user_id");
      }
      await scene.settle(sender);
      sender.expectNone("client-x");
      sender.expectNone("pusher:error");
    },
  ),
  must(
    "2.4",
    "client-event-presence",
    "on a presence channel the event names its sender by user_id",
    async (scene) => {
      const channel = scene.name("presence-");
      const sender = await scene.joined(channel, { user_id: "s" });
      const other = await scene.joined(channel, { user_id: "o" });
      const same = await scene.joined(channel, { user_id: "s" });
      sender.send({ event: "client-x", channel, data: {}, user_id: "forged" });
      for (const client of [other, same])
        expectSame((await client.next("client-x", channel)).user, "s", "user_id");
    },
  ),
  must(
    "2.4",
    "client-event-no-forged-user",
    "a user_id that a sender makes up on a private channel goes nowhere",
    async (scene) => {
      const channel = scene.name("private-");
      const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
      sender.send({ event: "client-x", channel, data: {}, user_id: "forged" });
      expectSame((await other.next("client-x", channel)).user, undefined, "user_id");
    },
  ),
  ...valueLines,
  must("2.4", "client-event-public", "on a public channel it is refused", async (scene) => {
    const channel = scene.name();
    const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
    await notDelivered(scene, { sender, other, channel });
  }),
  must("2.2", "client-event-encrypted", "on an encrypted channel it is refused", async (scene) => {
    const channel = scene.name("private-encrypted-");
    const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
    await notDelivered(scene, { sender, other, channel });
  }),
  must("2.4", "client-event-outsider", "from who is not subscribed it is refused", async (scene) => {
    const channel = scene.name("private-");
    const [sender, other] = [await scene.connect(), await scene.joined(channel)];
    await notDelivered(scene, { sender, other, channel });
    const left = await scene.joined(channel);
    left.leave(channel);
    await notDelivered(scene, { sender: left, other, channel });
  }),
  must(
    "2.1",
    "client-event-name",
    "events without client- before their name are not passed on",
    async (scene) => {
      const channel = scene.name("private-");
      const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
      for (const event of ["news", "Client-x", "pusher:member_added", "pusher_internal:member_removed"]) {
        sender.send({ event, channel, data: {} });
        await sender.quiet();
      }
      await scene.settle(other);
      expectSame(
        other.messages.filter((one) => one.channel === channel && !/succeeded|_count/.test(one.event)),
        [],
        "what came",
      );
    },
  ),
  must(
    "2.4",
    "client-event-rate",
    "more than 10 client events in a second: pusher:error 4301, the connection stays",
    async (scene) => {
      const channel = scene.name("private-");
      const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
      for (let i = 0; i < 60; i += 1) sender.send({ event: "client-x", channel, data: i });
      const error = await sender.next("pusher:error");
      expectSame(field(error.data, "code"), 4301, "the code");
      await sender.quiet();
      await scene.settle(other);
      const came = other.heard("client-x", channel).map(({ data }) => data);
      expectThat(came.length >= 10 && came.length < 60, `${came.length} of 60 came`);
      expectSame(came.slice(0, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "the first ten");
    },
  ),
  must("2.1", "client-event-10k", "a client event of 10,240 bytes is delivered whole", async (scene) => {
    const channel = scene.name("private-");
    const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
    const data = "x".repeat(10_240);
    sender.send({ event: "client-x", channel, data });
    expectSame((await other.next("client-x", channel)).data, data, "data");
  }),
  must("2.1", "client-event-too-big", "a larger one is refused", async (scene) => {
    const channel = scene.name("private-");
    const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
    await notDelivered(
      scene,
      { sender, other, channel },
      { event: "client-x", channel, data: "x".repeat(10_241) },
    );
  }),
  must("2.4", "client-events-off", "an app without client events refuses them", async (scene) => {
    const app = scene.special("no-client-events");
    const channel = scene.name("private-");
    const [sender, other] = [await scene.connect({ app }), await scene.connect({ app })];
    await Promise.all([sender.join(channel), other.join(channel)]);
    await notDelivered(scene, { sender, other, channel });
  }),
];
