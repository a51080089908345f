import type { FilterNode } from "centrifuge";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { CentrifugoApi, PusherClient, type Encoding } from "../clients.ts";
import { startTestServer, type TestServer } from "../server.ts";
import { Following } from "./following.ts";

setDefaultTimeout(30_000);

function start(): TestServer {
  const open = {
    allow_subscribe_for_client: true,
    allow_subscribe_for_anonymous: true,
    allow_tags_filter: true,
  };
  return startTestServer({
    channel: {
      namespaces: [
        { name: "open", ...open, allowed_delta_types: ["fossil"], delta_publish: true },
        { name: "kept", ...open, history_size: 50, history_ttl: "60s", force_recovery: true },
      ],
    },
  });
}

const even: FilterNode = { key: "parity", cmp: "eq", val: "even" };
const few: FilterNode = {
  op: "and",
  nodes: [
    { key: "n", cmp: "gte", val: "7.5" },
    { key: "n", cmp: "lt", val: "10" },
  ],
};

function saying(port: number, channel: string): (from: number, to: number) => Promise<readonly string[]> {
  const api = new CentrifugoApi(port);
  return async (from, to) => {
    const texts: string[] = [];
    for (let n = from; n < to; n += 1) {
      const tags = { parity: n % 2 === 0 ? "even" : "odd", n: String(n) };
      await api.call("publish", { channel, data: n, tags });
      texts.push(String(n));
    }
    return texts;
  };
}

test("clients with filters of both encodings, with deltas, without either, and pusher-js", async () => {
  await using server = start();
  const channel = "open:numbers";
  using plain = await Following.start(server.port, channel);
  using delta = await Following.start(server.port, channel, { delta: "fossil" });
  using evens = await Following.start(server.port, channel, { tagsFilter: even });
  using evenBytes = await Following.start(server.port, channel, { tagsFilter: even, encoding: "protobuf" });
  using some = await Following.start(server.port, channel, { tagsFilter: few, encoding: "protobuf" });
  await using pusher = await PusherClient.connect(server.port);
  expect(await pusher.join(channel)).toBe("done");
  const texts = await saying(server.port, channel)(0, 13);
  expect(await plain.until("12")).toEqual(texts);
  expect(await delta.until("12")).toEqual(texts);
  expect(await evens.until("12")).toEqual(["0", "2", "4", "6", "8", "10", "12"]);
  expect(await evenBytes.until("12")).toEqual(["0", "2", "4", "6", "8", "10", "12"]);
  expect(await some.until("9")).toEqual(["8", "9"]);
  await pusher.heard.first(({ data }) => data === 12);
});

describe.each<Encoding>(["json", "protobuf"])("in %s", (encoding) => {
  test("recovers what its filter lets through, and goes on by another one", async () => {
    await using server = start();
    const channel = "kept:numbers";
    const say = saying(server.port, channel);
    using follower = await Following.start(server.port, channel, { tagsFilter: even, encoding });
    await say(1, 4);
    await follower.until("2");
    follower.centrifuge.disconnect();
    await say(4, 8);
    await follower.back(() => {
      follower.centrifuge.connect();
    });
    await say(8, 10);
    expect(await follower.until("8")).toEqual(["2", "4", "6", "8"]);
    expect(follower.recoveries).toEqual([false, true]);
    expect(follower.all.map(({ offset }) => offset)).toEqual([2, 4, 6, 8]);
    follower.subscription.unsubscribe();
    follower.subscription.setTagsFilter({ op: "not", nodes: [even] });
    await follower.back(() => {
      follower.subscription.subscribe();
    });
    await say(10, 12);
    // From the position that it had: what the first filter kept back behind it is new to the second.
    expect(await follower.until("11")).toEqual(["2", "4", "6", "8", "9", "11"]);
  });

  test("a filter that is none, and one more than a channel has, are refused with 107", async () => {
    await using server = start();
    const refusal = async (tagsFilter: FilterNode): Promise<string> =>
      Following.start(server.port, "open:a", { tagsFilter: tagsFilter, encoding }).then(
        (following) => {
          following[Symbol.dispose]();
          return "none";
        },
        (cause: unknown) => String(cause),
      );
    expect(await refusal({ ...even, val: "" })).toContain("107");
    const holders = await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        Following.start(server.port, "open:a", { tagsFilter: { ...even, val: String(n) }, encoding }),
      ),
    );
    expect(await refusal({ ...even, val: "64" })).toContain("107");
    for (const one of holders) one[Symbol.dispose]();
  });
});
