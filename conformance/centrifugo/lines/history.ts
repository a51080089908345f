import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";
import type { Client } from "../client.ts";
import { both, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import type { Values } from "../wire.ts";

/** A client, and a channel with ten publications. */
async function ten(
  scene: Scene,
): Promise<{ readonly client: Client; readonly channel: string; readonly epoch: string }> {
  const [client, channel] = [await scene.connect(), scene.channel("history")];
  await scene.api.publishMany(channel, 10);
  const { epoch } = await client.ok("history", { channel });
  return { client, channel, epoch: String(epoch) };
}

export function offsets(found: Values): unknown[] {
  const { publications = [] } = found as { readonly publications?: readonly Values[] };
  return publications.map((publication) => publication["offset"]);
}

/** A page of ten publications. */
function page(
  id: string,
  what: string,
  asked: Values & { readonly since?: number },
  wanted: readonly number[],
): readonly Line[] {
  const { since, ...rest } = asked;
  return both("2.5", id, what, async (scene) => {
    const { client, channel, epoch } = await ten(scene);
    const request = since === undefined ? rest : { ...rest, since: { offset: since, epoch } };
    const found = await client.ok("history", { channel, ...request });
    expectSame(offsets(found), wanted, "the offsets");
    expectSame([found["offset"], found["epoch"]], [10, epoch], "the position");
  });
}

export const history: readonly Line[] = [
  ...page("history-position", "without limit: the position alone", {}, []),
  ...page("history-limit", "limit: so many, from the oldest", { limit: 3 }, [1, 2, 3]),
  ...page("history-all", "a negative limit: all", { limit: -1 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
  ...page("history-since", "since: what came after it", { limit: 3, since: 4 }, [5, 6, 7]),
  ...page("history-since-end", "since the newest: nothing", { limit: 3, since: 10 }, []),
  ...page("history-reverse", "reverse: from the newest", { limit: 3, reverse: true }, [10, 9, 8]),
  ...page(
    "history-reverse-since",
    "reverse with since: what came before it",
    { limit: 3, since: 4, reverse: true },
    [3, 2, 1],
  ),
  ...both("2.5", "history-content", "what is kept has data, tags and offset", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("history")];
    await scene.api.publish(channel, { n: 1 });
    await scene.api.publish(channel, { n: 2 }, { tags: { t: "2" } });
    const { publications } = await client.ok("history", { channel, limit: 10 });
    expectSame(field(publications, "0", "data"), { n: 1 }, "data of the first");
    expectSame(field(publications, "1"), { data: { n: 2 }, offset: 2, tags: { t: "2" } }, "the second");
  }),
  must("2.5", "history-reverse-zero", "reverse with since of offset 0: error 107", async (scene) => {
    const { client, channel, epoch } = await ten(scene);
    await client.refused("history", { channel, limit: 3, reverse: true, since: { offset: 0, epoch } }, 107);
  }),
  ...both("2.5", "history-epoch", "since of another epoch: error 112", async (scene) => {
    const { client, channel } = await ten(scene);
    await client.refused("history", { channel, limit: 3, since: { offset: 4, epoch: "other" } }, 112);
  }),
  must("2.5", "history-off", "history of a namespace without: error 108", async (scene) => {
    const client = await scene.connect();
    await client.refused("history", { channel: scene.channel("open") }, 108);
  }),
  must("2.5", "history-closed", "history where no option allows it: error 103", async (scene) => {
    const client = await scene.connect();
    await client.refused("history", { channel: scene.channel("unread") }, 103);
  }),
  must(
    "4.4",
    "history-for-subscriber",
    "allow_history_for_subscriber: subscribers alone, others error 103",
    async (scene) => {
      const channel = scene.channel("subscriber");
      const client = await scene.connect();
      await client.refused("history", { channel }, 103);
      await client.join(channel);
      await client.ok("history", { channel });
    },
  ),
  must(
    "4.4",
    "history-anonymous",
    "allow_history_for_anonymous: nobody may; without it error 103",
    async (scene) => {
      const client = await scene.connect({ user: "" });
      await client.ok("history", { channel: scene.channel("anonymous") });
      await client.refused("history", { channel: scene.channel("history") }, 103);
    },
  ),
  must(
    "2.5",
    "history-unknown-namespace",
    "history of a namespace that there is not: error 102",
    async (scene) => {
      const client = await scene.connect();
      await client.refused("history", { channel: "nowhere:x" }, 102);
    },
  ),
  must("2.5", "history-300", "one page has 300 at most, be the limit larger or negative", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("history")];
    await scene.api.publishMany(channel, 310);
    for (const limit of [-1, 310]) {
      const found = await client.ok("history", { channel, limit });
      expectSame(offsets(found).length, 300, `publications with limit ${limit}`);
    }
  }),
  must("5.1", "history-size", "no more than history_size are kept, the newest", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("small")];
    await scene.api.publishMany(channel, 5);
    const found = await client.ok("history", { channel, limit: 10 });
    expectSame(offsets(found), [4, 5], "the offsets");
    expectSame(found["offset"], 5, "offset");
  }),
  must(
    "5.1",
    "history-ttl",
    "what is older than history_ttl is gone, and the position stays",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.channel("brief")];
      await scene.api.publishMany(channel, 3);
      const before = await client.ok("history", { channel, limit: 10 });
      expectSame(offsets(before), [1, 2, 3], "the offsets");
      let after = before;
      for (let i = 0; i < 60 && offsets(after).length > 0; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        after = await client.ok("history", { channel, limit: 10 });
      }
      expectSame(offsets(after), [], "the offsets");
      expectSame([after["offset"], after["epoch"]], [3, before["epoch"]], "the position");
    },
  ),
  must("14.2", "epochs-differ", "channels have epochs of their own", async (scene) => {
    const client = await scene.connect();
    const [one, other] = [
      await client.ok("history", { channel: scene.channel("history") }),
      await client.ok("history", { channel: scene.channel("history") }),
    ];
    expectThat(one["epoch"] !== other["epoch"], `both are ${shown(one["epoch"])}`);
  }),
];
