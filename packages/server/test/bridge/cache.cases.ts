import { expect } from "bun:test";
import { apis, pairs, wires, type BridgeCase, type Source } from "./case.ts";
import type { World } from "./world.ts";

const cacheNames = ["cache-a", "private-cache-a", "presence-cache-a", "private-encrypted-cache-a"] as const;

/** What a subscriber who comes now finds in the cache slot: on Centrifugo's wire it has to ask. */
async function found(world: World, to: Source, channel: string): Promise<unknown[]> {
  if (to === "pusher") {
    const late = await world.listener("pusher", channel, { user: "late" });
    return (await world.heardBy(late, channel)).map(({ event, data }) => ({ type: event, data }));
  }
  const late = await world.centrifugo({ user: "late" });
  await late.join(channel, { recoverFrom: { offset: 0, epoch: "" } });
  return (await world.heardBy(late, channel)).map(({ event, data }) => ({ type: event, data }));
}

const replayCases = pairs(apis, wires).flatMap(([from, to]) =>
  cacheNames.map((channel): BridgeCase => ({
    rule: "B11",
    from,
    to,
    name: `who comes to ${channel} gets the last publication of the API${to === "centrifugo" ? ", on asking" : ""}`,
    async run(world) {
      await world.speak(from, channel, "old", 1);
      await world.speak(from, channel, "new", { n: 2 });
      expect(await found(world, to, channel)).toEqual([{ type: "new", data: { n: 2 } }]);
    },
  })),
);

const emptyCases = wires.map((to): BridgeCase => ({
  rule: "B11",
  from: "pusher-api",
  to,
  name: "channels without the cache prefix keep nothing",
  async run(world) {
    for (const channel of ["lobby", "private-a", "not-cache-a"]) {
      await world.speak("pusher-api", channel, "greet", 1);
      expect(await found(world, to, channel)).toEqual([]);
    }
  },
}));

const clientCases = pairs(wires, wires).map(([from, to]): BridgeCase => ({
  rule: "B11",
  from,
  to,
  name: "a client's publication fills no slot",
  async run(world) {
    await world.speak(from, "private-cache-a", "greet", 1);
    expect(await found(world, to, "private-cache-a")).toEqual([]);
  },
}));

const skipCases = wires.map((to): BridgeCase => ({
  rule: "B11",
  from: "centrifugo-api",
  to,
  name: "with skip_history the slot stays as it is",
  async run(world) {
    await world.centrifugoApi.publish("cache-a", { type: "kept", data: 1 });
    await world.centrifugoApi.publish("cache-a", { type: "passing", data: 2 }, { skip_history: true });
    expect(await found(world, to, "cache-a")).toEqual([{ type: "kept", data: 1 }]);
  },
}));

const askingCases: readonly BridgeCase[] = [
  {
    rule: "B11",
    from: "pusher-api",
    to: "centrifugo",
    name: "a Centrifugo client that does not ask to recover gets no slot",
    async run(world) {
      await world.speak("pusher-api", "cache-a", "kept", 1);
      const late = await world.listener("centrifugo", "cache-a");
      expect(await world.eventsHeardBy(late, "cache-a")).toEqual([]);
    },
  },
  {
    rule: "B11",
    from: "pusher-api",
    to: "centrifugo",
    name: "a recovery from the slot says that it recovered",
    async run(world) {
      await world.speak("pusher-api", "cache-a", "kept", 1);
      const late = await world.centrifugo();
      const context = await late.subscribe("cache-a", { recoverFrom: { offset: 0, epoch: "" } });
      expect(context).toMatchObject({ wasRecovering: true, recovered: true });
      const empty = await late.subscribe("cache-b", { recoverFrom: { offset: 0, epoch: "" } });
      expect(empty).toMatchObject({ wasRecovering: true, recovered: false });
    },
  },
  {
    rule: "B11",
    from: "pusher-api",
    to: "pusher",
    name: "an empty slot is pusher:cache_miss, a full one is not",
    async run(world) {
      const client = await world.pusher();
      await client.join("cache-a");
      const miss = await client.messages.first(({ event }) => event === "pusher:cache_miss");
      expect(miss.channel).toBe("cache-a");
      await world.speak("pusher-api", "cache-b", "kept", 1);
      await client.join("cache-b");
      expect(await world.eventsHeardBy(client, "cache-b")).toEqual(["kept"]);
      const misses = client.messages.all.filter(({ event }) => event === "pusher:cache_miss");
      expect(misses.map(({ channel }) => channel)).toEqual(["cache-a"]);
    },
  },
  ...apis.map((from): BridgeCase => ({
    rule: "B11",
    from,
    to: "pusher-api",
    name: "info=cache has the slot, for at most 30 minutes",
    async run(world) {
      const path = "/channels/cache-a";
      await world.listener("pusher", "cache-a");
      expect((await world.pusherApi.get(path, { info: "cache" })).body).toMatchObject({ cache: null });
      await world.speak(from, "cache-a", "kept", { n: 1 });
      const { body } = await world.pusherApi.get(path, { info: "cache" });
      const { cache } = body as { cache: { data: string; ttl: number } };
      expect(cache.data).toContain('"n":1');
      expect(cache.ttl).toBeGreaterThan(29 * 60);
      expect(cache.ttl).toBeLessThanOrEqual(30 * 60);
    },
  })),
];

/** Where the namespace itself recovers its newest publication, whoever published it. */
const newestCases = (["pusher", "pusher-api", "centrifugo-api"] as const).map((from): BridgeCase => ({
  rule: "B11",
  from,
  to: "centrifugo",
  name: "where the namespace has cache recovery with history, who asks gets its newest publication",
  async run(world) {
    const channel = "private-cache-latest:a";
    await world.speak("centrifugo-api", channel, "old", 1);
    await world.speak(from, channel, "new", 2);
    const type = from === "pusher" ? "client-new" : "new";
    expect(await found(world, "centrifugo", channel)).toEqual([{ type, data: 2 }]);
  },
}));

/** Where a stream recovery fails, the slot is still there to be asked for. */
const lostCases = apis.map((from): BridgeCase => ({
  rule: "B11",
  from,
  to: "centrifugo",
  name: "where a recovery from the namespace's history fails, who asks gets the slot, once",
  async run(world) {
    const channel = "private-cache-kept:a";
    await world.speak(from, channel, "old", 1);
    await world.speak(from, channel, "new", 2);
    const late = await world.centrifugo({ user: "late" });
    const context = await late.subscribe(channel, { recoverFrom: { offset: 7, epoch: "another" } });
    expect(context).toMatchObject({ wasRecovering: true, recovered: false });
    const heard = (await world.heardBy(late, channel)).map(({ event, data }) => ({ type: event, data }));
    expect(heard).toEqual([{ type: "new", data: 2 }]);
  },
}));

/** B11: the cache slot. */
export const cacheCases: readonly BridgeCase[] = [
  ...replayCases,
  ...emptyCases,
  ...clientCases,
  ...skipCases,
  ...askingCases,
  ...newestCases,
  ...lostCases,
];
