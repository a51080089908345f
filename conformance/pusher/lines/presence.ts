import type { Message } from "../client.ts";
import { may, must, type Line } from "../line.ts";
import { expectSame, expectThat, field, inner, NotOffered } from "../../program/verdict.ts";

const added = "pusher_internal:member_added";
const removed = "pusher_internal:member_removed";

function membersIn({ data, event }: Message): { ids: unknown; hash: unknown; count: unknown } {
  const presence = field(inner(data, event), "presence");
  return { ids: field(presence, "ids"), hash: field(presence, "hash"), count: field(presence, "count") };
}

function sorted(ids: unknown): unknown {
  return Array.isArray(ids) ? [...(ids as unknown[])].sort() : ids;
}

function refusedData(id: string, what: string, channelData: string | undefined): Line {
  return must("2.3", id, `${what}: refused, though rightly signed`, async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name("presence-")];
    client.askToJoin(channel, channelData);
    await client.refused(channel);
  });
}

const infos: Readonly<Record<string, unknown>> = {
  object: { name: "Ada", tags: ["a", { b: null }], n: 0 },
  string: "just text",
  list: [1, 2],
  number: 7,
  unicode: { name: "Zoë 🦊 \u2028" },
};

export const presence: readonly Line[] = [
  must(
    "1.3",
    "presence-list",
    "subscription_succeeded: a string with ids, hash and count, oneself included",
    async (scene) => {
      const channel = scene.name("presence-");
      await scene.joined(channel, { user_id: "1", user_info: { name: "One" } });
      const client = await scene.connect();
      const list = membersIn(await client.join(channel, { user_id: "2", user_info: { name: "Two" } }));
      expectSame(sorted(list.ids), ["1", "2"], "ids");
      expectSame(list.hash, { "1": { name: "One" }, "2": { name: "Two" } }, "hash");
      expectSame(list.count, 2, "count");
    },
  ),
  must(
    "1.7",
    "numeric-id",
    "a numeric user_id becomes a string, in ids and as key of hash",
    async (scene) => {
      const channel = scene.name("presence-");
      const first = await scene.joined(channel, { user_id: "a" });
      const client = await scene.connect();
      const list = membersIn(await client.join(channel, { user_id: 42, user_info: { n: 1 } }));
      expectSame(sorted(list.ids), ["42", "a"], "ids");
      expectSame(field(list.hash, "42"), { n: 1 }, "the member");
      const data = inner((await first.next(added, channel)).data, added);
      expectSame(field(data, "user_id"), "42", "user_id of member_added");
    },
  ),
  must("2.3", "no-user-info", "a member without user_info is one", async (scene) => {
    const channel = scene.name("presence-");
    const first = await scene.joined(channel, { user_id: "1" });
    const client = await scene.connect();
    expectSame(sorted(membersIn(await client.join(channel, { user_id: "2" })).ids), ["1", "2"], "ids");
    await first.next(added, channel);
  }),
  ...Object.entries(infos).map(([id, info]) =>
    must("2.3", `user-info-${id}`, `user_info (${id}) arrives as the back end gave it`, async (scene) => {
      const channel = scene.name("presence-");
      const first = await scene.joined(channel, { user_id: "1" });
      const client = await scene.connect();
      const list = membersIn(await client.join(channel, { user_id: "2", user_info: info }));
      expectSame(field(list.hash, "2"), info, "user_info in hash");
      const data = inner((await first.next(added, channel)).data, added);
      expectSame(data, { user_id: "2", user_info: info }, "data of member_added");
    }),
  ),
  refusedData("no-channel-data", "no channel_data and no sign-in", undefined),
  refusedData("channel-data-no-json", "channel_data that is no JSON", "nonsense"),
  refusedData("channel-data-no-id", "channel_data without user_id", '{"user_info":{}}'),
  refusedData("channel-data-empty-id", "channel_data with an empty user_id", '{"user_id":""}'),
  refusedData("channel-data-object-id", "channel_data whose user_id is an object", '{"user_id":{}}'),
  must("2.6", "channel-data-signed", "channel_data that was not signed as sent is refused", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name("presence-")];
    const auth = client.authFor(channel, '{"user_id":"1"}');
    client.send({ event: "pusher:subscribe", data: { channel, auth, channel_data: '{"user_id":"2"}' } });
    client.send({
      event: "pusher:subscribe",
      data: { channel, auth: client.authFor(channel), channel_data: '{"user_id":"2"}' },
    });
    await client.refused(channel);
    // Spaces and order are the back end's own: the text as sent is what was signed.
    await client.join(channel, '{ "user_info": {"a":1},  "user_id": "3" }');
  }),
  must(
    "2.3",
    "member-added",
    "member_added goes to those who were there, not to who comes",
    async (scene) => {
      const channel = scene.name("presence-");
      const first = await scene.joined(channel, { user_id: "1" });
      const second = await scene.joined(channel, { user_id: "2", user_info: { x: 1 } });
      const message = await first.next(added, channel);
      expectSame(inner(message.data, added), { user_id: "2", user_info: { x: 1 } }, "data");
      await scene.settle(first, second);
      second.expectNone(added);
      expectSame(first.heard(added).length, 1, "how often it came");
    },
  ),
  must(
    "2.3",
    "member-removed",
    "member_removed comes when a member unsubscribes, and when its connection ends",
    async (scene) => {
      const channel = scene.name("presence-");
      const first = await scene.joined(channel, { user_id: "1" });
      const leaver = await scene.joined(channel, { user_id: "2" });
      const dropper = await scene.joined(channel, { user_id: "3" });
      leaver.leave(channel);
      expectSame(inner((await first.next(removed, channel, 10_000)).data, removed), { user_id: "2" }, "data");
      dropper.wire.drop();
      expectSame(inner((await first.next(removed, channel, 10_000)).data, removed), { user_id: "3" }, "data");
      await leaver.quiet();
      leaver.expectNone(removed);
    },
  ),
  must(
    "2.3",
    "same-user",
    "a user on several connections is one member, from its first to its last",
    async (scene) => {
      const channel = scene.name("presence-");
      const watcher = await scene.joined(channel, { user_id: "w" });
      const first = await scene.joined(channel, { user_id: "u" });
      await watcher.next(added, channel);
      const second = await scene.connect();
      const list = membersIn(await second.join(channel, { user_id: "u" }));
      expectSame(sorted(list.ids), ["u", "w"], "ids");
      expectSame(list.count, 2, "count");
      await scene.settle(watcher);
      expectSame(watcher.heard(added).length, 1, "how often member_added came");
      first.close();
      await first.closed();
      const other = await scene.joined(channel, { user_id: "o" });
      await watcher.next(added, channel);
      other.leave(channel);
      // Whoever left behind the first connection was told of: so would it have been.
      await watcher.next(removed, channel, 10_000);
      expectSame(watcher.heard(removed).length, 1, "how often member_removed came");
      second.close();
      expectSame(
        inner((await watcher.next(removed, channel, 10_000)).data, removed),
        { user_id: "u" },
        "data",
      );
    },
  ),
  must(
    "2.3",
    "no-gap",
    "list and member_added together name everybody exactly once, whoever comes meanwhile",
    async (scene) => {
      const channel = scene.name("presence-");
      const clients = await scene.connectMany(15);
      await Promise.all(clients.map((client, i) => client.join(channel, { user_id: `u${i}` })));
      await scene.settle(...clients);
      const everybody = clients.map((_, i) => `u${i}`).sort();
      for (const client of clients) {
        const [list] = client.heard("pusher_internal:subscription_succeeded", channel);
        const ids = list === undefined ? [] : (membersIn(list).ids as string[]);
        const later = client.heard(added, channel).map(({ data }) => field(inner(data, added), "user_id"));
        expectSame([...ids, ...(later as string[])].sort(), everybody, "who was named");
      }
    },
  ),
  must("2.3", "presence-again", "a second subscribe gives the list again and tells nobody", async (scene) => {
    const channel = scene.name("presence-");
    const watcher = await scene.joined(channel, { user_id: "w" });
    const client = await scene.joined(channel, { user_id: "u" });
    await watcher.next(added, channel);
    const list = membersIn(await client.join(channel, { user_id: "u" }));
    expectSame(sorted(list.ids), ["u", "w"], "ids");
    await scene.settle(watcher);
    expectSame(watcher.heard(added).length, 1, "how often member_added came");
  }),
  must("2.1", "user-id-128", "a user_id of 128 characters is taken", async (scene) => {
    const client = await scene.connect();
    const id = "u".repeat(128);
    expectSame(membersIn(await client.join(scene.name("presence-"), { user_id: id })).ids, [id], "ids");
  }),
  must("2.3", "members-100", "100 members are taken; more connections of theirs, too", async (scene) => {
    const channel = scene.name("presence-");
    const clients = await scene.connectMany(100);
    await Promise.all(clients.map((client, i) => client.join(channel, { user_id: `u${i}` })));
    const again = await scene.connect();
    expectSame(membersIn(await again.join(channel, { user_id: "u0" })).count, 100, "count");
  }),
  may("2.3", "members-101", "a member beyond 100 is refused, and nobody hears of it", async (scene) => {
    const channel = scene.name("presence-");
    const clients = await scene.connectMany(101);
    await Promise.all(clients.slice(0, 100).map((client, i) => client.join(channel, { user_id: `u${i}` })));
    const last = clients[100];
    expectThat(last !== undefined, "no client");
    last.askToJoin(channel, { user_id: "u100" });
    const answered = (): boolean =>
      last.messages.some(({ event }) => /subscription_succeeded|pusher:(subscription_)?error/.test(event));
    await last.until(answered, "an answer");
    if (last.heard("pusher_internal:subscription_succeeded").length > 0)
      throw new NotOffered("more than 100 members are taken");
    await last.refused(channel);
    const [first] = clients;
    expectThat(first !== undefined, "no client");
    await scene.settle(first);
    const told = first.heard(added, channel).some(({ raw }) => raw.includes("u100"));
    expectThat(!told, "member_added came for who was refused");
  }),
  may("2.3", "member-by-sign-in", "without channel_data, the signed-in user is the member", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name("presence-")];
    await client.signIn({ id: "ada", user_info: { name: "Ada" } });
    client.askToJoin(channel);
    const answered = (): boolean =>
      client.messages.some(({ event }) => /subscription_succeeded|pusher:(subscription_)?error/.test(event));
    await client.until(answered, "an answer");
    const [list] = client.heard("pusher_internal:subscription_succeeded", channel);
    if (list === undefined) throw new NotOffered("channel_data is asked for");
    expectSame(membersIn(list), { ids: ["ada"], hash: { ada: { name: "Ada" } }, count: 1 }, "the list");
  }),
];
