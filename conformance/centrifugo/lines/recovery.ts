import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";
import type { Client } from "../client.ts";
import { both, must, type Line } from "../line.ts";
import type { NamespaceKind } from "../namespaces.ts";
import type { Scene } from "../scene.ts";
import type { Values } from "../wire.ts";
import { offsets } from "./history.ts";

interface Lost {
  readonly client: Client;
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
}

/** Who was in a channel at some position, and comes back after so many more publications. */
async function lost(
  scene: Scene,
  kind: NamespaceKind,
  { before, missed }: { readonly before: number; readonly missed: number },
): Promise<Lost> {
  const channel = scene.channel(kind);
  if (before > 0) await scene.api.publishMany(channel, before);
  const first = await scene.connect();
  const { epoch, offset = 0 } = await first.join(channel);
  expectSame(offset, before, "offset");
  first.close();
  if (missed > 0) await scene.api.publishMany(channel, missed);
  return { client: await scene.connect(), channel, epoch: String(epoch), offset: before };
}

function comeBack({ client, channel, epoch, offset }: Lost, more: Values = {}): Promise<Values> {
  return client.join(channel, { recover: true, epoch, offset, ...more });
}

function expectRecovered(found: Values, wanted: readonly number[]): void {
  expectSame([found["was_recovering"], found["recovered"]], [true, true], "was_recovering and recovered");
  expectSame(offsets(found), wanted, "the offsets");
}

function expectUnrecovered(found: Values, top: number): void {
  expectSame(
    [found["was_recovering"], found["recovered"]],
    [true, undefined],
    "was_recovering and recovered",
  );
  expectSame(offsets(found), [], "the offsets");
  expectSame(found["offset"], top, "offset");
}

export const recovery: readonly Line[] = [
  ...both(
    "2.3",
    "recover",
    "who comes back gets what it missed, in order, and then what is new",
    async (scene) => {
      const back = await lost(scene, "stream", { before: 3, missed: 4 });
      const found = await comeBack(back);
      expectRecovered(found, [4, 5, 6, 7]);
      expectSame([found["offset"], found["epoch"]], [3, back.epoch], "the position: that of the request");
      expectSame(field(found, "publications", "1", "data"), { n: 2 }, "data of the second");
      await scene.api.publish(back.channel, "new");
      expectSame((await back.client.next("pub", back.channel))["offset"], 8, "the next offset");
      expectSame(back.client.heard("pub").length, 1, "the number of publications");
    },
  ),
  ...both(
    "2.3",
    "recover-nothing",
    "who missed nothing has recovered, with no publications",
    async (scene) => {
      const back = await lost(scene, "stream", { before: 3, missed: 0 });
      const found = await comeBack(back);
      expectRecovered(found, []);
      expectSame(found["offset"], 3, "offset");
    },
  ),
  must("2.3", "recover-from-zero", "… from the very beginning, too", async (scene) => {
    const back = await lost(scene, "stream", { before: 0, missed: 2 });
    const found = await comeBack(back);
    expectRecovered(found, [1, 2]);
  }),
  ...both(
    "2.3",
    "recover-epoch",
    "another epoch: not recovered, and the position is the newest",
    async (scene) => {
      const back = await lost(scene, "stream", { before: 3, missed: 1 });
      expectUnrecovered(await comeBack({ ...back, epoch: "other" }), 4);
    },
  ),
  must("2.3", "recover-no-epoch", "no epoch is as good as the right one", async (scene) => {
    const back = await lost(scene, "stream", { before: 0, missed: 2 });
    expectRecovered(await back.client.join(back.channel, { recover: true }), [1, 2]);
  }),
  must("2.3", "recover-too-far", "who missed more than is kept: not recovered", async (scene) => {
    const back = await lost(scene, "small", { before: 1, missed: 3 });
    expectUnrecovered(await comeBack(back), 4);
  }),
  must("2.3", "recover-just", "who missed just what is kept has recovered", async (scene) => {
    const back = await lost(scene, "small", { before: 1, missed: 2 });
    expectRecovered(await comeBack(back), [2, 3]);
  }),
  must("2.3", "recover-ahead", "a position that has not come yet: not recovered", async (scene) => {
    const back = await lost(scene, "stream", { before: 2, missed: 0 });
    expectUnrecovered(await comeBack({ ...back, offset: 7 }), 2);
  }),
  must("2.3", "recover-300", "300 that were missed come", async (scene) => {
    const back = await lost(scene, "stream", { before: 1, missed: 300 });
    expectSame(offsets(await comeBack(back)).length, 300, "the number of publications");
  }),
  must("2.3", "recover-301", "more than 300 that were missed: not recovered", async (scene) => {
    const back = await lost(scene, "stream", { before: 1, missed: 301 });
    expectUnrecovered(await comeBack(back), 302);
  }),
  ...both(
    "1.4",
    "reject-unrecovered",
    "flag 2: error 112 instead of an unrecovered subscription",
    async (scene) => {
      const back = await lost(scene, "stream", { before: 1, missed: 1 });
      const { channel } = back;
      await back.client.refused(
        "subscribe",
        { channel, recover: true, epoch: "other", offset: 1, flag: 2 },
        112,
      );
      expectRecovered(await comeBack(back, { flag: 2 }), [2]);
    },
  ),
  must(
    "15",
    "recover-not-recoverable",
    "recover where nothing can be: was_recovering, and not recovered",
    async (scene) => {
      const client = await scene.connect();
      const found = await client.join(scene.channel("open"), { recover: true, epoch: "any", offset: 1 });
      expectSame(found, { was_recovering: true }, "the result");
    },
  ),
  must(
    "2.3",
    "recover-after-expiry",
    "who missed what is too old to be kept: not recovered",
    async (scene) => {
      const back = await lost(scene, "brief", { before: 1, missed: 1 });
      let kept = 1;
      for (let i = 0; i < 60 && kept > 0; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        kept = offsets(await back.client.ok("history", { channel: back.channel, limit: 10 })).length;
      }
      expectUnrecovered(await comeBack(back), 2);
    },
  ),
  must("2.3", "recover-removed", "who missed what the API removed: not recovered", async (scene) => {
    const back = await lost(scene, "stream", { before: 1, missed: 1 });
    await scene.api.ok("history_remove", { channel: back.channel });
    expectUnrecovered(await comeBack(back), 2);
  }),
  must(
    "14.3",
    "no-gap",
    "who comes back while others publish misses nothing, and gets nothing twice",
    async (scene) => {
      const back = await lost(scene, "stream", { before: 1, missed: 5 });
      const publishing = scene.api.publishMany(back.channel, 100);
      const found = await comeBack(back);
      await publishing;
      await scene.settle(back.channel, back.client);
      const live = back.client
        .heard("pub", back.channel)
        .map(({ value }) => field(value, "push", "pub", "offset"));
      expectSame(
        [...offsets(found), ...live],
        Array.from({ length: 106 }, (_, i) => i + 2),
        "the offsets",
      );
    },
  ),
  must(
    "14.3",
    "reply-first",
    "the reply of subscribe comes before any push of the channel",
    async (scene) => {
      const channel = scene.channel("stream");
      const client = await scene.connect();
      const publishing = scene.api.publishMany(channel, 50);
      await client.join(channel);
      await publishing;
      await scene.settle(channel, client);
      const joined = client.messages.findIndex(({ value }) => value["subscribe"] !== undefined);
      const pushed = client.messages.findIndex(({ value }) => field(value, "push", "channel") === channel);
      expectThat(joined < pushed, "a push came first");
    },
  ),
  ...both("2.3", "cache", "force_recovery_mode cache: the newest alone is recovered", async (scene) => {
    const back = await lost(scene, "cache", { before: 3, missed: 4 });
    expectRecovered(await comeBack(back), [7]);
  }),
  must("2.3", "cache-first", "… by a first subscribe without a position, too", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("cache")];
    await scene.api.publishMany(channel, 3);
    expectRecovered(await client.join(channel, { recover: true }), [3]);
  }),
  must("2.3", "cache-other-epoch", "… and from another epoch", async (scene) => {
    const back = await lost(scene, "cache", { before: 3, missed: 1 });
    expectRecovered(await comeBack({ ...back, epoch: "other" }), [4]);
  }),
  must("2.3", "cache-same", "who has the newest gets nothing, and has recovered", async (scene) => {
    const back = await lost(scene, "cache", { before: 3, missed: 0 });
    expectRecovered(await comeBack(back), []);
  }),
  must("2.3", "cache-empty", "a channel in which nothing is: not recovered", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("cache")];
    expectUnrecovered({ offset: 0, ...(await client.join(channel, { recover: true })) }, 0);
  }),
  ...both("2.3", "auto-cache", "auto_cache_recover: the newest comes without asking", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("autocache")];
    await scene.api.publishMany(channel, 3);
    expectRecovered(await client.join(channel), [3]);
  }),
  ...both(
    "2.2",
    "server-side-recover",
    "subs of the connect command recover what was missed of server-side channels",
    async (scene) => {
      const channel = scene.channel("stream");
      await scene.api.publishMany(channel, 2);
      const user = scene.name();
      const first = await scene.connect({ user, claims: { channels: [channel] } });
      const { epoch, offset } = field(first.welcome, "subs", channel) as Values;
      first.close();
      await scene.api.publishMany(channel, 3);
      const subs = { [channel]: { recover: true, epoch, offset } };
      const back = await scene.connect({ user, claims: { channels: [channel] }, request: { subs } });
      expectRecovered((field(back.welcome, "subs", channel) ?? {}) as Values, [3, 4, 5]);
    },
  ),
  must("2.1", "server-side-epoch", "… of another epoch: not recovered", async (scene) => {
    const channel = scene.channel("stream");
    await scene.api.publishMany(channel, 2);
    const subs = { [channel]: { recover: true, epoch: "other", offset: 1 } };
    const back = await scene.connect({ claims: { channels: [channel] }, request: { subs } });
    expectUnrecovered((field(back.welcome, "subs", channel) ?? {}) as Values, 2);
  }),
  ...both("15", "first-epoch", "the publication of offset 1 carries the epoch", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.connect();
    const { epoch } = await client.join(channel);
    await scene.api.publish(channel, 1);
    expectSame((await client.next("pub", channel))["epoch"], epoch, "epoch");
    await scene.api.publish(channel, 2);
    const second = await client.next("pub", channel);
    expectThat(second["epoch"] === undefined, `epoch of the second is ${shown(second["epoch"])}`);
  }),
];
