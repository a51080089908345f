import { expectSame, expectThat, field, NotOffered, shown } from "../../program/verdict.ts";
import { expectApiError } from "../api.ts";
import { both, may, must, type Line } from "../line.ts";
import { offsets } from "./history.ts";

export const apiMethods: readonly Line[] = [
  must("6.2", "api-publish", "publish: {} without history, offset and epoch with it", async (scene) => {
    expectSame(await scene.api.publish(scene.channel("open"), 1), {}, "the result without history");
    const channel = scene.channel("stream");
    const first = await scene.api.publish(channel, 1);
    const second = await scene.api.publish(channel, 2);
    expectSame([first["offset"], second["offset"]], [1, 2], "the offsets");
    expectThat(
      typeof first["epoch"] === "string" && first["epoch"] === second["epoch"],
      `epochs are ${shown([first, second])}`,
    );
  }),
  ...both("6.2", "api-b64data", "b64data is data in base64", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.joined(channel);
    const b64data = Buffer.from('{"b64":1}').toString("base64");
    await scene.api.ok("publish", { channel, b64data });
    expectSame((await client.next("pub", channel))["data"], { b64: 1 }, "data");
  }),
  must("6.2", "api-b64data-bytes", "… of any bytes, for clients that speak protobuf", async (scene) => {
    scene.encoding = "protobuf";
    const channel = scene.channel("binary");
    const client = await scene.joined(channel);
    await scene.api.ok("publish", { channel, b64data: Buffer.from([0, 255, 1]).toString("base64") });
    const { wire } = await client.nextPush("pub", channel);
    expectSame((field(wire, "push", "pub", "data") as Buffer | undefined)?.toString("hex"), "00ff01", "data");
  }),
  must("6.2", "api-skip-history", "skip_history: told, without an offset, and not kept", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.api.publish(channel, "passing", { skip_history: true });
    expectSame(await client.next("pub", channel), { data: "passing" }, "the publication");
    expectSame(offsets(await scene.api.ok("history", { channel, limit: 5 })), [], "what is kept");
  }),
  ...(["open", "stream"] as const).map((kind) =>
    must(
      "6.2",
      `api-idempotency-${kind}`,
      `an idempotency_key publishes once, and answers the same (${kind})`,
      async (scene) => {
        const channel = scene.channel(kind);
        const client = await scene.joined(channel);
        const key = { idempotency_key: scene.name() };
        const first = await scene.api.publish(channel, "once", key);
        expectSame(await scene.api.publish(channel, "once", key), first, "the second result");
        await scene.settle(channel, client);
        expectSame(client.heard("pub", channel).length, 2, "the number of publications");
        await scene.api.publish(channel, "again", { idempotency_key: scene.name() });
        await client.until(() => client.heard("pub", channel).length === 3, "what has another key");
        const other = scene.channel(kind);
        const elsewhere = await scene.joined(other);
        await scene.api.publish(other, "elsewhere", key);
        await elsewhere.next("pub", other);
      },
    ),
  ),
  must("6.2", "api-version", "a version that is not larger is not published", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.api.publish(channel, "v5", { version: 5 });
    const stale = await scene.api.publish(channel, "v5 again", { version: 5 });
    await scene.api.publish(channel, "v4", { version: 4 });
    expectSame(stale["offset"], 1, "offset of what was not published");
    await scene.api.publish(channel, "v6", { version: 6 });
    await scene.settle(channel, client);
    expectSame(client.dataHeard(channel).slice(0, -1), ["v5", "v6"], "what came");
  }),
  must("6.2", "api-version-epoch", "… but of another version_epoch is", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.api.publish(channel, "a5", { version: 5, version_epoch: "a" });
    await scene.api.publish(channel, "a4", { version: 4, version_epoch: "a" });
    await scene.api.publish(channel, "b1", { version: 1, version_epoch: "b" });
    await scene.settle(channel, client);
    expectSame(client.dataHeard(channel).slice(0, -1), ["a5", "b1"], "what came");
  }),
  must(
    "6.2",
    "broadcast",
    "broadcast: an answer for each channel, in order, errors among them",
    async (scene) => {
      const [one, other] = [scene.channel("open"), scene.channel("stream")];
      const clients = [await scene.joined(one), await scene.joined(other)];
      const { responses } = await scene.api.ok("broadcast", {
        channels: [one, "nowhere:x", other],
        data: "to all",
      });
      expectSame((responses as readonly unknown[]).length, 3, "the number of responses");
      expectSame(field(responses, "0", "result"), {}, "the first");
      expectApiError(field(responses, "1", "error"), 102, "the second");
      expectSame(field(responses, "2", "result", "offset"), 1, "offset of the third");
      expectSame((await clients[0]?.next("pub", one))?.["data"], "to all", "data of the first");
      expectSame((await clients[1]?.next("pub", other))?.["data"], "to all", "data of the third");
    },
  ),
  must("6.2", "api-presence", "presence and presence_stats", async (scene) => {
    const channel = scene.channel("presence");
    const client = await scene.joined(channel, {}, { claims: { info: { n: 1 } } });
    const { presence } = await scene.api.ok("presence", { channel });
    expectSame(
      presence,
      { [client.id]: { user: client.user, client: client.id, conn_info: { n: 1 } } },
      "presence",
    );
    expectSame(
      await scene.api.ok("presence_stats", { channel }),
      { num_clients: 1, num_users: 1 },
      "the counts",
    );
  }),
  must("6.2", "api-presence-empty", "… of an empty channel are there, empty", async (scene) => {
    const channel = scene.channel("presence");
    expectSame((await scene.api.ok("presence", { channel }))["presence"], {}, "presence");
    expectSame(
      await scene.api.ok("presence_stats", { channel }),
      { num_clients: 0, num_users: 0 },
      "the counts",
    );
  }),
  must("6.2", "api-history", "history: limit, since, reverse, and the position alone", async (scene) => {
    const channel = scene.channel("unread");
    await scene.api.publishMany(channel, 5, { tags: { t: "1" } });
    const position = await scene.api.ok("history", { channel });
    expectSame([offsets(position), position["offset"]], [[], 5], "the position");
    const since = { offset: 2, epoch: position["epoch"] };
    const pages = [
      [{ limit: 2 }, [1, 2]],
      [{ limit: -1 }, [1, 2, 3, 4, 5]],
      [{ limit: 2, since }, [3, 4]],
      [{ limit: 2, reverse: true }, [5, 4]],
      [{ limit: 2, since, reverse: true }, [1]],
    ] as const;
    for (const [asked, wanted] of pages)
      expectSame(
        offsets(await scene.api.ok("history", { channel, ...asked })),
        wanted,
        `offsets of ${shown(asked)}`,
      );
    const { publications } = await scene.api.ok("history", { channel, limit: 1 });
    expectSame(
      [field(publications, "0", "data"), field(publications, "0", "tags")],
      [{ n: 1 }, { t: "1" }],
      "data and tags",
    );
  }),
  must("6.2", "history-remove", "history_remove: nothing is kept, and the position stays", async (scene) => {
    const channel = scene.channel("history");
    await scene.api.publishMany(channel, 3);
    expectSame(await scene.api.ok("history_remove", { channel }), {}, "the result");
    const after = await scene.api.ok("history", { channel, limit: 10 });
    expectSame([offsets(after), after["offset"]], [[], 3], "the history");
  }),
  must(
    "6.2",
    "api-channels",
    "channels lists those with subscribers, and their number; pattern leaves some",
    async (scene) => {
      const [one, other] = [scene.channel("open"), scene.channel("open")];
      for (const channel of [one, one, other]) await scene.joined(channel);
      const { channels } = await scene.api.ok("channels", {});
      expectSame(
        [field(channels, one), field(channels, other)],
        [{ num_clients: 2 }, { num_clients: 1 }],
        "the channels",
      );
      expectSame(
        (await scene.api.ok("channels", { pattern: `*${one.slice(4)}` }))["channels"],
        { [one]: { num_clients: 2 } },
        "those of the pattern",
      );
      const { channels: none } = await scene.api.ok("channels", { pattern: `${scene.name()}*` });
      expectSame(none, {}, "those of a pattern that none fits");
    },
  ),
  must("6.2", "api-info", "info has a node with its name, version and counts", async (scene) => {
    await scene.joined(scene.channel("open"));
    const { nodes } = await scene.api.ok("info", {});
    expectThat(Array.isArray(nodes) && nodes.length > 0, `nodes are ${shown(nodes)}`);
    for (const name of ["num_clients", "num_users", "num_channels", "num_subs"])
      expectThat(Number.isInteger(field(nodes, "0", name)), `${name} is ${shown(field(nodes, "0", name))}`);
    for (const name of ["uid", "name", "version"])
      expectThat(typeof field(nodes, "0", name) === "string", `${name} is ${shown(field(nodes, "0", name))}`);
  }),
  ...[false, true].map((parallel) =>
    must(
      "6.2",
      parallel ? "batch-parallel" : "batch",
      `batch${parallel ? ", parallel" : ""}: replies at the top, by index, errors among them`,
      async (scene) => {
        const [one, other] = [scene.channel("stream"), scene.channel("presence")];
        const { status, json } = await scene.api.call("batch", {
          parallel,
          commands: [
            { publish: { channel: one, data: 1 } },
            { publish: { channel: "nowhere:x", data: 1 } },
            { presence_stats: { channel: other } },
          ],
        });
        expectSame(status, 200, "the status");
        const replies = field(json, "replies");
        expectSame((replies as readonly unknown[] | undefined)?.length, 3, "the number of replies");
        expectSame(field(replies, "0", "publish", "offset"), 1, "offset of the first");
        expectApiError(field(replies, "1", "error"), 102, "the second");
        expectSame(field(replies, "2", "presence_stats"), { num_clients: 0, num_users: 0 }, "the third");
      },
    ),
  ),
  must("6.2", "batch-in-order", "commands of a batch are carried out in order", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.numbersCome(client, channel, 20);
  }),
  must("3.3", "api-own-codes", "codes of disconnect from 4000 on are told as they are", async (scene) => {
    for (const [code, reason] of [
      [4000, "come back"],
      [4999, "stay away"],
    ] as const) {
      const client = await scene.connect();
      await scene.api.ok("disconnect", { user: client.user, disconnect: { code, reason } });
      await client.closed(code, reason);
    }
  }),
  may("6.2", "map-off", "map methods on a channel that is no map: error 107 or 108", async (scene) => {
    const { status, json } = await scene.api.call("map_publish", {
      channel: scene.channel("open"),
      key: "k",
      data: 1,
    });
    if (status === 404) throw new NotOffered("there are no map subscriptions");
    expectThat([107, 108].includes(Number(field(json, "error", "code"))), `answered with ${shown(json)}`);
  }),
];
