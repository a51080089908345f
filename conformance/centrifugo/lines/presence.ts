import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";
import { both, must, type Line } from "../line.ts";

export const presence: readonly Line[] = [
  ...both(
    "2.4",
    "presence",
    "presence has every client with its user and infos, by the client's id",
    async (scene) => {
      const channel = scene.channel("presence");
      const one = await scene.joined(channel, {}, { claims: { info: { n: 1 } } });
      const other = await scene.joined(channel);
      const { presence: found } = await one.ok("presence", { channel });
      expectSame(
        found,
        {
          [one.id]: { user: one.user, client: one.id, conn_info: { n: 1 } },
          [other.id]: { user: other.user, client: other.id },
        },
        "presence",
      );
    },
  ),
  must(
    "2.4",
    "presence-unjoined",
    "allow_presence_for_client: without a subscription, too",
    async (scene) => {
      const channel = scene.channel("presence");
      const [one, other] = [await scene.joined(channel), await scene.connect()];
      const { presence: found } = await other.ok("presence", { channel });
      expectSame(Object.keys(found as object), [one.id], "the clients");
    },
  ),
  ...both("2.4", "presence-stats", "presence_stats counts clients, and users once", async (scene) => {
    const channel = scene.channel("presence");
    const user = scene.name();
    const [one] = [await scene.joined(channel, {}, { user }), await scene.joined(channel, {}, { user })];
    await scene.joined(channel);
    expectSame(await one.ok("presence_stats", { channel }), { num_clients: 3, num_users: 2 }, "the result");
  }),
  must("2.4", "presence-gone", "who unsubscribes or leaves is present no more", async (scene) => {
    const channel = scene.channel("presence");
    const [watcher, left, gone] = [
      await scene.joined(channel, { join_leave: true }),
      await scene.joined(channel),
      await scene.joined(channel),
    ];
    await left.leave(channel);
    gone.close();
    for (let i = 0; i < 2; i += 1) await watcher.next("leave", channel);
    const { presence: found } = await watcher.ok("presence", { channel });
    expectSame(Object.keys(found as object), [watcher.id], "the clients");
  }),
  must(
    "2.4",
    "presence-off",
    "presence and presence_stats of a namespace without presence: error 108",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.channel("open")];
      await client.refused("presence", { channel }, 108);
      await client.refused("presence_stats", { channel }, 108);
    },
  ),
  must("2.4", "presence-closed", "… where no option allows it: error 103", async (scene) => {
    const channel = scene.channel("unread");
    const client = await scene.joined(channel);
    await client.refused("presence", { channel }, 103);
    await client.refused("presence_stats", { channel }, 103);
  }),
  must(
    "4.4",
    "presence-for-subscriber",
    "allow_presence_for_subscriber: subscribers alone, others error 103",
    async (scene) => {
      const channel = scene.channel("subscriber");
      const client = await scene.connect();
      await client.refused("presence", { channel }, 103);
      await client.join(channel);
      await client.ok("presence", { channel });
    },
  ),
  must(
    "4.4",
    "presence-anonymous",
    "allow_presence_for_anonymous: nobody may; without it error 103",
    async (scene) => {
      const client = await scene.connect({ user: "" });
      await client.ok("presence", { channel: scene.channel("anonymous") });
      await client.refused("presence", { channel: scene.channel("presence") }, 103);
    },
  ),
  must(
    "2.4",
    "presence-unknown-namespace",
    "… of a namespace that there is not: error 102",
    async (scene) => {
      const client = await scene.connect();
      await client.refused("presence", { channel: "nowhere:x" }, 102);
      await client.refused("presence_stats", { channel: "nowhere:x" }, 102);
    },
  ),
  ...both(
    "2.4",
    "join-leave",
    "joins and leaves come to who asked, its own join among them",
    async (scene) => {
      const channel = scene.channel("presence");
      const watcher = await scene.joined(channel, { join_leave: true });
      expectSame(
        field(await watcher.next("join", channel), "info"),
        { user: watcher.user, client: watcher.id },
        "info of the own join",
      );
      const other = await scene.joined(channel, {}, { claims: { info: { n: 1 } } });
      const info = { user: other.user, client: other.id, conn_info: { n: 1 } };
      expectSame(field(await watcher.next("join", channel), "info"), info, "info of the join");
      await other.leave(channel);
      expectSame(field(await watcher.next("leave", channel), "info"), info, "info of the leave");
      expectSame(other.heard("join").length, 0, "joins of who did not ask");
    },
  ),
  must("2.4", "leave-by-close", "who goes away leaves", async (scene) => {
    const channel = scene.channel("presence");
    const watcher = await scene.joined(channel, { join_leave: true });
    const other = await scene.joined(channel);
    other.wire.drop();
    expectSame(field(await watcher.next("leave", channel), "info", "client"), other.id, "client");
  }),
  ...both("2.4", "join-leave-forced", "force_push_join_leave: they come without asking", async (scene) => {
    const channel = scene.channel("joins");
    const watcher = await scene.joined(channel);
    await watcher.next("join", channel);
    const other = await scene.joined(channel);
    expectSame(field(await watcher.next("join", channel), "info", "client"), other.id, "client");
  }),
  must("2.3", "join-leave-closed", "who may not read presence asks for joins in vain", async (scene) => {
    const channel = scene.channel("subscriber");
    const watcher = await scene.joined(channel, { join_leave: true });
    const other = await scene.joined(channel);
    await scene.settle(channel, watcher, other);
    expectThat(watcher.heard("join").length === 0, `${shown(watcher.heard("join")[0]?.value)} came`);
  }),
  must(
    "2.4",
    "presence-kept",
    "who stays longer than its presence is kept for stays present",
    async (scene) => {
      scene.needsShortDelays();
      const channel = scene.channel("presence");
      const [one, other] = [await scene.joined(channel), await scene.joined(channel)];
      await one.until(() => one.pings >= 3, "a third ping", 7_000);
      const { presence: found } = await one.ok("presence", { channel });
      expectThat(other.id in (found as object), `presence is ${shown(found)}`);
    },
  ),
];
