import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";
import { both, must, type Line } from "../line.ts";
import type { NamespaceKind } from "../namespaces.ts";

/** What a namespace's publication_data_format takes of clients in JSON. */
function format(kind: NamespaceKind, good: readonly unknown[], bad: readonly unknown[]): Line {
  return must(
    "5.1",
    `format-${kind}`,
    `publication_data_format ${kind}: what it takes, and error 107`,
    async (scene) => {
      const channel = scene.channel(kind);
      const client = await scene.joined(channel);
      for (const data of good) {
        await client.ok("publish", { channel, data });
        expectSame((await client.next("pub", channel))["data"], data, "data");
      }
      for (const data of bad) await client.refused("publish", { channel, data }, 107);
    },
  );
}

export const publishing: readonly Line[] = [
  ...both(
    "2.6",
    "publish",
    "publish is answered with {}; others, and the publisher, get it with the publisher's info",
    async (scene) => {
      const channel = scene.channel("open");
      const [client, other] = [
        await scene.joined(channel, {}, { claims: { info: { n: 1 } } }),
        await scene.joined(channel),
      ];
      expectSame(await client.ok("publish", { channel, data: { a: 1 } }), {}, "the result");
      const wanted = { data: { a: 1 }, info: { user: client.user, client: client.id, conn_info: { n: 1 } } };
      for (const one of [client, other])
        expectSame(await one.next("pub", channel), wanted, "the publication");
    },
  ),
  must("2.6", "publish-unjoined", "allow_publish_for_client: without a subscription, too", async (scene) => {
    const channel = scene.channel("open");
    const [client, other] = [await scene.connect(), await scene.joined(channel)];
    await client.ok("publish", { channel, data: 1 });
    await other.next("pub", channel);
  }),
  must(
    "4.4",
    "publish-for-subscriber",
    "allow_publish_for_subscriber: subscribers alone, others error 103",
    async (scene) => {
      const channel = scene.channel("subscriber");
      const client = await scene.connect();
      await client.refused("publish", { channel, data: 1 }, 103);
      await client.join(channel);
      await client.ok("publish", { channel, data: 1 });
    },
  ),
  must(
    "4.4",
    "publish-closed",
    "publish where no option allows it: error 103, and nothing comes",
    async (scene) => {
      const channel = scene.channel("unread");
      const client = await scene.joined(channel);
      await client.refused("publish", { channel, data: 1 }, 103);
      await scene.settle(channel, client);
      expectSame(client.heard("pub", channel).length, 1, "the number of publications");
    },
  ),
  must(
    "4.4",
    "publish-anonymous",
    "allow_publish_for_anonymous: nobody may; without it error 103",
    async (scene) => {
      const client = await scene.connect({ user: "" });
      await client.ok("publish", { channel: scene.channel("anonymous"), data: 1 });
      await client.refused("publish", { channel: scene.channel("open"), data: 1 }, 103);
    },
  ),
  must(
    "2.6",
    "publish-unknown-namespace",
    "publish to a namespace that there is not: error 102",
    async (scene) => {
      const client = await scene.connect();
      await client.refused("publish", { channel: "nowhere:x", data: 1 }, 102);
    },
  ),
  must("2.6", "publish-no-channel", "publish without a channel: close 3501", async (scene) => {
    const client = await scene.connect();
    client.send({ id: 7, publish: { data: 1 } });
    await client.closed(3501);
  }),
  must("2.6", "publish-no-data", "publish without data: error 107", async (scene) => {
    const client = await scene.connect();
    await client.refused("publish", { channel: scene.channel("open") }, 107);
  }),
  ...both(
    "2.6",
    "publish-history",
    "publications of clients have offsets, and are kept with their info",
    async (scene) => {
      const channel = scene.channel("stream");
      const client = await scene.joined(channel);
      await client.ok("publish", { channel, data: "first" });
      await client.ok("publish", { channel, data: "second" });
      expectSame((await client.next("pub", channel))["offset"], 1, "the first offset");
      expectSame((await client.next("pub", channel))["offset"], 2, "the second offset");
      const { publications } = await client.ok("history", { channel, limit: 10 });
      expectSame(field(publications, "1", "info", "client"), client.id, "client of what is kept");
    },
  ),
  must(
    "1.3",
    "no-json-for-json",
    "data that are no JSON: a JSON client that would get them is closed with 3506",
    async (scene) => {
      const channel = scene.channel("binary");
      const client = await scene.joined(channel);
      const other = await scene.connect({ encoding: "protobuf" });
      await other.ok("publish", { channel, data: Buffer.from([0, 1, 2]) });
      await client.closed(3506);
    },
  ),
  format("json", [{ a: 1 }, [1], 7, "text"], []),
  format("object", [{ a: 1 }, {}], [[1], 7, "text"]),
  must(
    "5.1",
    "format-json-bytes",
    "publication_data_format json: bytes that are no JSON: error 107",
    async (scene) => {
      scene.encoding = "protobuf";
      const [client, channel] = [await scene.connect(), scene.channel("json")];
      await client.refused("publish", { channel, data: Buffer.from("{no json") }, 107);
    },
  ),
  must(
    "5.1",
    "format-binary-empty",
    "publication_data_format binary: nothing is data, too",
    async (scene) => {
      scene.encoding = "protobuf";
      const channel = scene.channel("binary");
      const client = await scene.joined(channel);
      await client.ok("publish", { channel });
      await client.next("pub", channel);
    },
  ),
  must("2.6", "rpc-unknown", "rpc of a namespace that there is not: error 104", async (scene) => {
    scene.rpcNamespace();
    const client = await scene.connect();
    await client.refused("rpc", { method: "nowhere:dance", data: {} }, 104);
  }),
  must("2.6", "rpc-no-proxy", "rpc of a namespace without a proxy: error 108", async (scene) => {
    const client = await scene.connect();
    await client.refused("rpc", { method: `${scene.rpcNamespace()}:dance`, data: {} }, 108);
  }),
  ...both(
    "7.1",
    "rpc-proxy-fails",
    "rpc whose proxy does not answer: error 100, temporary",
    async (scene) => {
      scene.rpcNamespace();
      const client = await scene.connect();
      await client.refused("rpc", { method: "dance", data: { a: 1 } }, 100);
    },
  ),
  ...both("2.6", "send", "send, which nobody takes: close 3508", async (scene) => {
    const client = await scene.connect();
    client.send({ send: { data: { a: 1 } } });
    await client.closed(3508);
  }),
  ...both("2.3", "tags", "tags of a publication come with it", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.joined(channel);
    await scene.api.publish(channel, 1, { tags: { ticker: "BTC", empty: "" } });
    expectSame((await client.next("pub", channel))["tags"], { ticker: "BTC", empty: "" }, "tags");
  }),
  must(
    "10.3",
    "slow",
    "who reads nothing, with more than 1 MB waiting: close 3008, and others notice nothing",
    async (scene) => {
      const channel = scene.channel("open");
      const [slow, other] = [await scene.joined(channel, {}, { pongs: false }), await scene.joined(channel)];
      slow.wire.stall();
      const data = "x".repeat(60_000);
      // Buffers of the network take the first megabytes.
      for (let i = 0; i < 300; i += 1) await scene.api.publish(channel, data);
      await scene.settle(channel, other);
      slow.wire.resume();
      await slow.until(() => slow.closing !== undefined, "a close with 3008");
      expectThat(slow.closing?.code === 3008, `closed with ${shown(slow.closing?.code)}`);
    },
  ),
];
