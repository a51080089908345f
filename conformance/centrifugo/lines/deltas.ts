import { Broken, expectSame, expectThat, field, shown } from "../../program/verdict.ts";
import type { Client } from "../client.ts";
import { applied } from "../fossil.ts";
import { both, must, type Line } from "../line.ts";
import type { NamespaceKind } from "../namespaces.ts";
import type { Scene } from "../scene.ts";
import type { Values } from "../wire.ts";

/** Data of which one differs little from the next. */
function quote(price: number | string): Values {
  return {
    ticker: "BTC",
    book: "the same words in every publication of this channel, so that deltas pay",
    price,
  };
}

/** Bytes of a publication's data on a subscription with deltas: in JSON they stand in a string. */
function bytesOf(publication: unknown, { encoding }: Client): Buffer {
  const data = field(publication, "data");
  if (encoding === "protobuf" && Buffer.isBuffer(data)) return data;
  if (encoding === "json" && typeof data === "string") return Buffer.from(data);
  throw new Broken(`data of a subscription with deltas is ${shown(data)}`);
}

/** What publications say, one after the other, and which of them were deltas. */
function told(
  publications: readonly unknown[],
  client: Client,
): { readonly data: readonly unknown[]; readonly deltas: readonly boolean[] } {
  let before = Buffer.alloc(0);
  const data: unknown[] = [];
  const deltas: boolean[] = [];
  for (const publication of publications) {
    const bytes = bytesOf(publication, client);
    const delta = field(publication, "delta") === true;
    before = Buffer.from(delta ? applied(before, bytes) : bytes);
    deltas.push(delta);
    data.push(JSON.parse(before.toString()));
  }
  return { data, deltas };
}

async function follow(scene: Scene, kind: NamespaceKind): Promise<{ client: Client; channel: string }> {
  const [client, channel] = [await scene.connect(), scene.channel(kind)];
  const result = await client.join(channel, { delta: "fossil" });
  expectSame(result["delta"], true, "delta of the reply");
  return { client, channel };
}

async function heard(client: Client, channel: string, count: number): Promise<unknown[]> {
  await client.until(() => client.heard("pub", channel).length >= count, `publication ${count}`);
  return client.heard("pub", channel).map(({ wire }) => field(wire, "push", "pub"));
}

async function publishEach(
  scene: Scene,
  channel: string,
  all: readonly unknown[],
  more: Values = {},
): Promise<void> {
  for (const data of all) await scene.api.publish(channel, data, more);
}

export const deltas: readonly Line[] = [
  ...both(
    "2.9",
    "delta",
    "the first publication is whole, and the next are deltas that make the data published",
    async (scene) => {
      const { client, channel } = await follow(scene, "delta");
      const all = [1, 2, 3, 4].map(quote);
      await publishEach(scene, channel, all, { delta: true });
      const { data, deltas: were } = told(await heard(client, channel, 4), client);
      expectSame(data, all, "the data");
      expectSame(were, [false, true, true, true], "which were deltas");
    },
  ),
  ...both(
    "2.9",
    "delta-publish",
    "delta_publish: deltas without a flag of the publication",
    async (scene) => {
      const { client, channel } = await follow(scene, "deltas");
      const all = [1, 2, 3].map(quote);
      await publishEach(scene, channel, all);
      const { data, deltas: were } = told(await heard(client, channel, 3), client);
      expectSame(data, all, "the data");
      expectSame(were, [false, true, true], "which were deltas");
    },
  ),
  must(
    "2.9",
    "delta-unasked",
    "publications without the flag are whole, and the next delta is of them",
    async (scene) => {
      const { client, channel } = await follow(scene, "delta");
      const all = [1, 2, 3, 4].map(quote);
      for (const [i, one] of all.entries()) await scene.api.publish(channel, one, { delta: i !== 1 });
      const { data, deltas: were } = told(await heard(client, channel, 4), client);
      expectSame(data, all, "the data");
      expectSame(were[1], false, "whether the second was a delta");
    },
  ),
  ...both("14.1", "delta-unicode", "deltas of text outside ASCII make the data published", async (scene) => {
    const { client, channel } = await follow(scene, "deltas");
    const all = ["жук", "жуж", "é", "è", "🐞🐞", "🐝🐞"].map(quote);
    await publishEach(scene, channel, all);
    expectSame(told(await heard(client, channel, all.length), client).data, all, "the data");
  }),
  must("2.9", "delta-larger", "where the delta would be no smaller the data come whole", async (scene) => {
    const { client, channel } = await follow(scene, "deltas");
    await publishEach(scene, channel, [{ a: 1 }, ["x"], "y"]);
    const { data, deltas: were } = told(await heard(client, channel, 3), client);
    expectSame(data, [{ a: 1 }, ["x"], "y"], "the data");
    expectSame(were, [false, false, false], "which were deltas");
  }),
  must(
    "2.9",
    "delta-beside-none",
    "who asked for no deltas gets data as ever, beside who did",
    async (scene) => {
      const { client, channel } = await follow(scene, "deltas");
      const plain = await scene.joined(channel);
      const all = [1, 2, 3].map(quote);
      await publishEach(scene, channel, all);
      expectSame(told(await heard(client, channel, 3), client).data, all, "the data by deltas");
      await heard(plain, channel, 3);
      expectSame(plain.dataHeard(channel), all, "the data of the other");
    },
  ),
  ...both("2.9", "delta-late", "who joins later begins with a whole one", async (scene) => {
    const { client, channel } = await follow(scene, "deltas");
    await publishEach(scene, channel, [1, 2].map(quote));
    const late = await scene.connect();
    await late.join(channel, { delta: "fossil" });
    await publishEach(scene, channel, [3, 4].map(quote));
    const { data, deltas: were } = told(await heard(late, channel, 2), late);
    expectSame(data, [3, 4].map(quote), "the data");
    expectSame(were, [false, true], "which were deltas");
    expectSame(
      told(await heard(client, channel, 4), client).data,
      [1, 2, 3, 4].map(quote),
      "the data of the first",
    );
  }),
  ...both(
    "2.9",
    "delta-recovered",
    "of what is recovered the first is whole, the next are deltas, and so on with what is new",
    async (scene) => {
      const { client, channel } = await follow(scene, "deltas");
      await scene.api.publish(channel, quote(1));
      await heard(client, channel, 1);
      const { epoch } = await client.ok("history", { channel });
      client.close();
      await publishEach(scene, channel, [2, 3, 4].map(quote));
      const back = await scene.connect();
      const id = back.nextId;
      back.send({ id, subscribe: { channel, delta: "fossil", recover: true, epoch, offset: 1 } });
      const recovered = field((await back.replyTo(id)).wire, "subscribe", "publications");
      expectThat(Array.isArray(recovered) && recovered.length === 3, `recovered are ${shown(recovered)}`);
      await publishEach(scene, channel, [5, 6].map(quote));
      const { data, deltas: were } = told(
        [...(recovered as unknown[]), ...(await heard(back, channel, 2))],
        back,
      );
      expectSame(data, [2, 3, 4, 5, 6].map(quote), "the data");
      expectSame([were[0], were[1], were[2], were[4]], [false, true, true, true], "which were deltas");
    },
  ),
  must("2.9", "delta-history", "history is never told in deltas", async (scene) => {
    const { client, channel } = await follow(scene, "deltas");
    const all = [1, 2].map(quote);
    await publishEach(scene, channel, all);
    const { publications } = await client.ok("history", { channel, limit: 5 });
    expectSame(
      [0, 1].map((i) => field(publications, String(i), "data")),
      all,
      "the data",
    );
  }),
  must(
    "2.9",
    "delta-not-allowed",
    "where the namespace has no deltas they are not granted, and data come as ever",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.channel("stream")];
      const result = await client.join(channel, { delta: "fossil" });
      expectSame(result["delta"], undefined, "delta of the reply");
      await scene.api.publish(channel, quote(1), { delta: true });
      expectSame((await client.next("pub", channel))["data"], quote(1), "the data");
    },
  ),
];
