import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { CentrifugoApi, PusherClient, type Encoding } from "../clients.ts";
import { startTestServer, type TestServer } from "../server.ts";
import { Following } from "./following.ts";

setDefaultTimeout(30_000);

const history = { history_size: 50, history_ttl: "60s", force_recovery: true };
const open = {
  allow_subscribe_for_client: true,
  allow_subscribe_for_anonymous: true,
  allowed_delta_types: ["fossil"],
};

function start(): TestServer {
  return startTestServer({
    channel: {
      namespaces: [
        { name: "told", ...open, ...history },
        { name: "always", ...open, ...history, delta_publish: true },
        { name: "unkept", ...open },
        { name: "newest", ...open, ...history, force_recovery_mode: "cache" },
        { name: "none", ...open, ...history, allowed_delta_types: [] },
      ],
    },
  });
}

/** Texts that share most of what they hold, with characters of one to four bytes and every kind of escape. */
function documents(count: number): string[] {
  const words = ["мир", "é", "è", "日本語", "🙂", "🙃", "tab\t", 'quote"', "\\", "\u2028", "\u0000", "plain"];
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      head: "Съешь же ещё этих мягких французских булок, да выпей чаю. ".repeat(4),
      seen: Array.from({ length: 12 }, (_one, place) => words[(index * 7 + place * (1 + (index % 5))) % 12]),
      index,
    }),
  );
}

const encodings: readonly Encoding[] = ["json", "protobuf"];

test("clients with deltas of both encodings, without, and pusher-js get the same data", async () => {
  await using server = start();
  const channel = "told:news";
  using plain = await Following.start(server.port, channel);
  using plainBytes = await Following.start(server.port, channel, { encoding: "protobuf" });
  using delta = await Following.start(server.port, channel, { delta: "fossil" });
  using deltaBytes = await Following.start(server.port, channel, { delta: "fossil", encoding: "protobuf" });
  await using pusher = await PusherClient.connect(server.port);
  expect(await pusher.join(channel)).toBe("done");
  const api = new CentrifugoApi(server.port);
  const texts = documents(40);
  for (const text of texts) await api.post("publish", `{"channel":"${channel}","data":${text},"delta":true}`);
  const last = texts.at(-1) ?? "";
  for (const one of [plain, plainBytes, delta, deltaBytes]) {
    expect(await one.until(last)).toEqual(texts);
    expect(one.all.map(({ offset }) => offset)).toEqual(texts.map((_, index) => index + 1));
  }
  const values: unknown[] = [];
  for (const text of texts) {
    const value = JSON.parse(text) as { index: number };
    values.push(
      (await pusher.heard.first(({ data }) => (data as { index: number }).index === value.index)).data,
    );
  }
  expect(values).toEqual(texts.map((text) => JSON.parse(text) as unknown));
  // Most came as what had changed.
  const changed = delta.frames.filter(
    (frame) => frame.includes('"delta":true,') || frame.includes('"delta":true}'),
  );
  expect(changed.length).toBeGreaterThan(20);
  const size = (one: Following): number => one.frames.join("").length;
  expect(size(delta)).toBeLessThan(size(plain));
  expect(size(deltaBytes)).toBeLessThan(size(plainBytes));
});

describe.each(encodings)("in %s", (encoding) => {
  test("whoever comes later starts with a whole publication, and so does whoever comes again", async () => {
    await using server = start();
    const channel = "always:news";
    const api = new CentrifugoApi(server.port);
    const texts = documents(9);
    const say = async (from: number, to: number): Promise<void> => {
      for (const text of texts.slice(from, to))
        await api.post("publish", `{"channel":"${channel}","data":${text}}`);
    };
    using first = await Following.start(server.port, channel, { delta: "fossil", encoding });
    await say(0, 3);
    using second = await Following.start(server.port, channel, { delta: "fossil", encoding });
    await say(3, 5);
    await second.until(texts[4] ?? "");
    second.subscription.unsubscribe();
    await second.back(() => {
      second.subscription.subscribe();
    });
    await say(5, 9);
    expect(await first.until(texts[8] ?? "")).toEqual(texts);
    expect(await second.until(texts[8] ?? "")).toEqual(texts.slice(3));
  });

  test("recovers what it missed, and goes on from there", async () => {
    await using server = start();
    const api = new CentrifugoApi(server.port);
    const texts = documents(12);
    for (const channel of ["told:news", "newest:news"]) {
      const say = async (from: number, to: number): Promise<void> => {
        for (const text of texts.slice(from, to))
          await api.post("publish", `{"channel":"${channel}","data":${text},"delta":true}`);
      };
      using stays = await Following.start(server.port, channel, { delta: "fossil", encoding });
      using comesBack = await Following.start(server.port, channel, { delta: "fossil", encoding });
      await say(0, 3);
      await comesBack.until(texts[2] ?? "");
      comesBack.centrifuge.disconnect();
      await say(3, 7);
      await comesBack.back(() => {
        comesBack.centrifuge.connect();
      });
      await say(7, 9);
      // And where nothing was missed.
      await comesBack.until(texts[8] ?? "");
      comesBack.centrifuge.disconnect();
      await comesBack.back(() => {
        comesBack.centrifuge.connect();
      });
      await say(9, 12);
      const missed = channel === "told:news" ? texts.slice(3, 7) : texts.slice(6, 7);
      expect(await comesBack.until(texts[11] ?? "")).toEqual([
        ...texts.slice(0, 3),
        ...missed,
        ...texts.slice(7),
      ]);
      expect(comesBack.recoveries).toEqual([false, true, true]);
      expect(await stays.until(texts[11] ?? "")).toEqual(texts);
    }
  });

  test("publications without the flag, without history, in a channel without history, and short ones", async () => {
    await using server = start();
    const api = new CentrifugoApi(server.port);
    const texts = documents(6);
    for (const channel of ["told:mixed", "unkept:mixed"]) {
      using follower = await Following.start(server.port, channel, { delta: "fossil", encoding });
      const all = [...texts, "1", '"a"', "{}", '"last"'];
      for (const [index, text] of all.entries()) {
        const more = `"delta":${index % 3 !== 1},"skip_history":${index % 4 === 2}`;
        await api.post("publish", `{"channel":"${channel}","data":${text},${more}}`);
      }
      expect(await follower.until('"last"')).toEqual(all);
    }
  });

  test("a namespace without deltas, and a subscription that the server makes, have none", async () => {
    await using server = start();
    const api = new CentrifugoApi(server.port);
    using follower = await Following.start(server.port, "none:a", { delta: "fossil", encoding });
    for (const text of documents(3))
      await api.post("publish", `{"channel":"none:a","data":${text},"delta":true}`);
    expect(await follower.until(documents(3)[2] ?? "")).toEqual(documents(3));
    const heard: unknown[] = [];
    const done = Promise.withResolvers<undefined>();
    follower.centrifuge.on("publication", ({ data }) => {
      heard.push(data instanceof Uint8Array ? new TextDecoder().decode(data) : JSON.stringify(data));
      if (heard.length === 3) done.resolve(undefined);
    });
    const subscribed = new Promise((resolve) => follower.centrifuge.on("subscribed", resolve));
    await api.call("subscribe", { user: "follower", channel: "always:b" });
    await subscribed;
    for (const text of documents(3)) await api.post("publish", `{"channel":"always:b","data":${text}}`);
    await done.promise;
    expect(heard).toEqual(documents(3));
  });
});
