import { expect } from "bun:test";
import { CentrifugoApi, PusherApi } from "../clients.ts";
import { apis, pairs, wires, type BridgeCase } from "./case.ts";
import { second, secondApiKey, speakInSecond, stranger, twoApps } from "./second-app.ts";

const apartCases = pairs([...wires, ...apis] as const, wires).map(([from, to]): BridgeCase => ({
  rule: "B13",
  from,
  to,
  name: "what is said in one app is not heard in another, on a channel of the same name",
  config: twoApps(),
  async run(world) {
    const ear = await world.listener(to, "private-a");
    await using own = await stranger(world, to);
    await own.join("private-a");
    await speakInSecond(world, from, "private-a");
    await own.heard.first(({ event }) => event.endsWith("foreign"));
    expect(await world.eventsHeardBy(ear, "private-a")).toEqual([]);
  },
}));

/** Ids and channels that would meet if an id and a name were put together with a separator. */
const collisions: readonly (readonly [first: string, second: string, inFirst: string, inSecond: string])[] = [
  ["1", "1:0", "kept:a", "kept:a"],
  ["1", "1:kept", "kept:a", "a"],
  ["1:kept", "1", "a", "kept:a"],
  ["1", "1:", "kept:a", "kept:a"],
  ["1", "11", "kept:a", "kept:a"],
  ["1:1", "1", "kept:a", "kept:a"],
  ["a/private-b", "a", "private-c", "private-b"],
];

const collisionCases = pairs(wires, collisions).map(([to, [one, two, inFirst, inSecond]]): BridgeCase => ({
  rule: "B13",
  from: "centrifugo-api",
  to,
  name: `${inFirst} of app "${one}" and ${inSecond} of app "${two}" do not meet`,
  config: twoApps([one, two]),
  async run(world) {
    const ear = await world.listener(to, inFirst);
    await speakInSecond(world, "centrifugo-api", inSecond, two);
    await world.centrifugoApi.publish(inFirst, { type: "own", data: 1 });
    expect(await world.eventsHeardBy(ear, inFirst)).toEqual(["own"]);
    if (!inFirst.startsWith("kept:")) return;
    const { publications } = await world.centrifugoApi.result<{ publications: { data: unknown }[] }>(
      "history",
      {
        channel: inFirst,
        limit: 10,
      },
    );
    expect(publications.map(({ data }) => data)).toEqual([{ type: "own", data: 1 }]);
  },
}));

const scopeCases: readonly BridgeCase[] = [
  ...wires.map((wire): BridgeCase => ({
    rule: "B13",
    from: "centrifugo-api",
    to: wire,
    name: "orders for a user are for the app's own, and so is terminate_connections",
    config: twoApps(),
    async run(world) {
      await using other = await stranger(world, wire);
      await other.join("private-a");
      const own = await world.centrifugo({ user: "ann" });
      await world.centrifugoApi.result("unsubscribe", { user: "ann", channel: "private-a" });
      await world.centrifugoApi.result("disconnect", { user: "ann" });
      await world.pusherApi.sdk.terminateUserConnections("ann");
      await own.closed;
      await speakInSecond(world, "pusher-api", "private-a");
      await other.heard.first(({ event }) => event === "foreign");
    },
  })),
  {
    rule: "B13",
    from: "centrifugo",
    to: "centrifugo-api",
    name: "channels, presence and info are per app",
    config: twoApps(),
    async run(world) {
      await using other = await stranger(world, "centrifugo");
      await other.join("presence-a");
      expect(await world.centrifugoApi.result("channels", {})).toEqual({ channels: {} });
      expect(await world.centrifugoApi.result("presence_stats", { channel: "presence-a" })).toMatchObject({
        num_clients: 0,
      });
      const { nodes } = await world.centrifugoApi.result<{ nodes: { num_clients?: number }[] }>("info", {});
      expect(nodes.map(({ num_clients = 0 }) => num_clients)).toEqual([0]);
      const theirs = new CentrifugoApi(world.port, secondApiKey, second.key);
      expect(await theirs.result("channels", {})).toEqual({ channels: { "presence-a": { num_clients: 1 } } });
    },
  },
  {
    rule: "B13",
    from: "pusher",
    to: "pusher-api",
    name: "channels and users are per app",
    config: twoApps(),
    async run(world) {
      await using other = await stranger(world, "pusher");
      await other.join("presence-a");
      expect((await world.pusherApi.get("/channels")).body).toEqual({ channels: {} });
      const theirs = new PusherApi(world.port, second);
      expect((await theirs.get("/channels/presence-a/users")).body).toEqual({ users: [{ id: "ann" }] });
    },
  },
  {
    rule: "B13",
    from: "pusher-api",
    to: "pusher",
    name: "a cache slot is the app's own",
    config: twoApps(),
    async run(world) {
      await speakInSecond(world, "pusher-api", "cache-a");
      const late = await world.listener("pusher", "cache-a");
      expect(await world.eventsHeardBy(late, "cache-a")).toEqual([]);
    },
  },
];

/** B13: channels, users and counts of two tenants never meet. */
export const tenantCases: readonly BridgeCase[] = [...apartCases, ...collisionCases, ...scopeCases];
