import { expectSame, field } from "../../program/verdict.ts";
import { both, must, type Line } from "../line.ts";
import type { Values } from "../wire.ts";

type Tags = Readonly<Record<string, string>>;

/** Tags of the publications that every filter is tried on, by their names. */
const tagged: Readonly<Record<string, Tags>> = {
  btc: { ticker: "BTC", price: "100" },
  eth: { ticker: "ETH", price: "9.5" },
  odd: { ticker: "BTC-USD", price: "much" },
  none: {},
};

const isBtc = { key: "ticker", cmp: "eq", val: "BTC" };
const above = { key: "price", cmp: "gt", val: "50" };

/** Which of the publications a filter lets through. */
function filter(id: string, what: string, tf: Values, wanted: readonly string[]): readonly Line[] {
  return both(
    "2.10",
    `filter-${id}`,
    `${what}: ${wanted.join(", ")} of btc, eth, odd, none`,
    async (scene) => {
      const channel = scene.channel("tagged");
      const [client, other] = [await scene.joined(channel, { tf }), await scene.joined(channel)];
      for (const [name, tags] of Object.entries(tagged)) await scene.api.publish(channel, name, { tags });
      await other.until(() => other.heard("pub", channel).length === 4, "all four, without a filter");
      await client.quiet();
      // What passes the filter comes after all of them.
      const last = scene.name();
      await scene.api.publish(channel, last, { tags: { ticker: "BTC", price: "100", last: "1" } });
      await other.until(() => other.heard("pub", channel).length === 5, "the last one");
      await client.quiet();
      expectSame(
        client.dataHeard(channel).filter((name) => name !== last),
        wanted,
        "what came",
      );
    },
  );
}

/** Filters that are none. */
function unfit(id: string, what: string, tf: Values): Line {
  return must("2.10", `filter-${id}`, `${what}: error 107`, async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("tagged")];
    await client.refused("subscribe", { channel, tf }, 107);
  });
}

export const tagsFilter: readonly Line[] = [
  ...filter("eq", "eq", isBtc, ["btc"]),
  ...filter("neq", "neq, true where there is no such tag", { ...isBtc, cmp: "neq" }, ["eth", "odd", "none"]),
  ...filter("in", "in", { key: "ticker", cmp: "in", vals: ["BTC", "ETH"] }, ["btc", "eth"]),
  ...filter("nin", "nin", { key: "ticker", cmp: "nin", vals: ["BTC", "ETH"] }, ["odd", "none"]),
  ...filter("ex", "ex", { key: "ticker", cmp: "ex" }, ["btc", "eth", "odd"]),
  ...filter("nex", "nex", { key: "ticker", cmp: "nex" }, ["none"]),
  ...filter("sw", "sw", { key: "ticker", cmp: "sw", val: "BTC" }, ["btc", "odd"]),
  ...filter("ew", "ew", { key: "ticker", cmp: "ew", val: "USD" }, ["odd"]),
  ...filter("ct", "ct", { key: "ticker", cmp: "ct", val: "T" }, ["btc", "eth", "odd"]),
  ...filter("gt", "gt, of numbers", above, ["btc"]),
  ...filter("gte", "gte", { ...above, cmp: "gte", val: "100.0" }, ["btc"]),
  ...filter("lt", "lt", { ...above, cmp: "lt" }, ["eth"]),
  ...filter("lte", "lte", { ...above, cmp: "lte", val: "9.50" }, ["eth"]),
  ...filter("and", "and", { op: "and", nodes: [{ key: "ticker", cmp: "sw", val: "BTC" }, above] }, ["btc"]),
  ...filter("or", "or", { op: "or", nodes: [isBtc, { key: "ticker", cmp: "eq", val: "ETH" }] }, [
    "btc",
    "eth",
  ]),
  ...filter("not", "not", { op: "not", nodes: [isBtc] }, ["eth", "odd", "none"]),
  unfit("no-cmp", "a leaf without cmp", { key: "ticker", val: "BTC" }),
  unfit("unknown-cmp", "a cmp that there is not", { key: "ticker", cmp: "like", val: "BTC" }),
  unfit("unknown-op", "an op that there is not", { op: "xor", nodes: [isBtc, above] }),
  unfit("no-val", "eq without val", { key: "ticker", cmp: "eq" }),
  unfit("val-and-vals", "eq with vals", { ...isBtc, vals: ["ETH"] }),
  unfit("no-vals", "in without vals", { key: "ticker", cmp: "in" }),
  unfit("no-key", "eq without key", { cmp: "eq", val: "BTC" }),
  unfit("and-empty", "and of nothing", { op: "and", nodes: [] }),
  unfit("not-two", "not of two", { op: "not", nodes: [isBtc, above] }),
  must("2.10", "filter-off", "a filter where the namespace has none: error 107", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("stream")];
    await client.refused("subscribe", { channel, tf: isBtc }, 107);
  }),
  ...both("2.10", "filter-recover", "what is recovered is filtered, too", async (scene) => {
    const channel = scene.channel("tagged");
    const first = await scene.connect();
    const { epoch } = await first.join(channel);
    for (const [name, tags] of Object.entries(tagged)) await scene.api.publish(channel, name, { tags });
    const client = await scene.connect();
    const found = await client.join(channel, { tf: isBtc, recover: true, epoch, offset: 0 });
    expectSame(found["recovered"], true, "recovered");
    expectSame(
      (found["publications"] as readonly unknown[] | undefined)?.map((one) => field(one, "data")),
      ["btc"],
      "what was recovered",
    );
  }),
];
