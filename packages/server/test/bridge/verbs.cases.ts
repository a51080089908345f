import { expect } from "bun:test";
import { metered } from "./config.ts";
import { apis, pairs, wires, type BridgeCase, type Source } from "./case.ts";
import type { World } from "./world.ts";
import type { Wire } from "../clients.ts";

/** How each wire closes its clients for an order of Centrifugo's API. */
const orders: readonly (readonly [order: object, pusher: number, centrifugo: number, what: string])[] = [
  [{}, 4009, 3503, "no code"],
  [{ disconnect: { code: 3503, reason: "force disconnect" } }, 4009, 3503, "a terminal code"],
  [{ disconnect: { code: 3011, reason: "force reconnect" } }, 4200, 3011, "a reconnectable code"],
  [{ disconnect: { code: 4500, reason: "banned" } }, 4009, 4500, "a terminal number of its own"],
  [{ disconnect: { code: 4100, reason: "moved" } }, 4200, 4100, "a reconnectable number of its own"],
];

async function closeCode(world: World, wire: Wire, order: () => Promise<unknown>): Promise<number> {
  if (wire === "pusher") {
    const client = await world.signedIn("ann");
    await order();
    return client.closed;
  }
  const client = await world.centrifugo({ user: "ann" });
  await order();
  return (await client.closed).code;
}

const disconnectCases = pairs(wires, orders).map(([to, [order, pusher, centrifugo, what]]): BridgeCase => ({
  rule: "B9",
  from: "centrifugo-api",
  to,
  name: `disconnect with ${what} closes with ${to === "pusher" ? pusher : centrifugo}`,
  async run(world) {
    const bystanders = [await world.signedIn("bob"), await world.centrifugo({ user: "bob" })];
    const code = await closeCode(world, to, () =>
      world.centrifugoApi.result("disconnect", { user: "ann", ...order }),
    );
    expect(code).toBe(to === "pusher" ? pusher : centrifugo);
    for (const bystander of bystanders) await bystander.answered();
  },
}));

const terminateCases = wires.map((to): BridgeCase => ({
  rule: "B9",
  from: "pusher-api",
  to,
  name: `terminate_connections closes with ${to === "pusher" ? 4009 : 3503}`,
  async run(world) {
    const code = await closeCode(world, to, () => world.pusherApi.sdk.terminateUserConnections("ann"));
    expect(code).toBe(to === "pusher" ? 4009 : 3503);
  },
}));

const oneOfMany: BridgeCase = {
  rule: "B9",
  from: "centrifugo-api",
  to: "pusher",
  name: "an order for one client of a user, by the id that others see, is for that one alone",
  async run(world) {
    const [first, second] = [await world.signedIn("ann"), await world.signedIn("ann")];
    await first.join("presence-a");
    const { presence } = await world.centrifugoApi.result<{ presence: object }>("presence", {
      channel: "presence-a",
    });
    const [client] = Object.keys(presence);
    await world.centrifugoApi.result("disconnect", { user: "ann", client });
    expect(await first.closed).toBe(4009);
    await second.answered();
  },
};

const unsubscribeCases: readonly BridgeCase[] = [
  {
    rule: "B9",
    from: "centrifugo-api",
    to: "pusher",
    name: "unsubscribe tells a Pusher client by pusher:subscription_error, and it hears no more",
    async run(world) {
      const ann = await world.signedIn("ann");
      await ann.join("private-a");
      await ann.join("private-b");
      await world.centrifugoApi.result("unsubscribe", { user: "ann", channel: "private-a" });
      const told = await ann.messages.first(({ event }) => event === "pusher:subscription_error");
      expect(told).toMatchObject({ channel: "private-a", data: { type: "AuthError", status: 403 } });
      await world.speak("pusher-api", "private-a", "greet", 1);
      await world.heardBy(ann, "private-b");
      expect(ann.heard.all.filter(({ channel }) => channel === "private-a")).toEqual([]);
    },
  },
  {
    rule: "B9",
    from: "centrifugo-api",
    to: "centrifugo",
    name: "unsubscribe tells a Centrifugo client by a push of 2000, and it hears no more",
    async run(world) {
      const ann = await world.centrifugo({ user: "ann" });
      await ann.join("private-a");
      await ann.join("private-b");
      await world.centrifugoApi.result("unsubscribe", { user: "ann", channel: "private-a" });
      const { channel, code } = await ann.unsubscribed.next();
      expect([channel, code]).toEqual(["private-a", 2000]);
      await world.speak("pusher-api", "private-a", "greet", 1);
      await world.heardBy(ann, "private-b");
      expect(ann.heard.all.filter((heard) => heard.channel === "private-a")).toEqual([]);
    },
  },
];

const nobodyCases: readonly BridgeCase[] = [
  {
    rule: "B9",
    from: "centrifugo-api",
    to: "pusher",
    name: 'user "" never means a Pusher client: neither disconnect nor unsubscribe',
    async run(world) {
      const client = await world.pusher();
      await client.join("private-a");
      const anonymous = await world.centrifugo({ user: "" });
      await world.centrifugoApi.call("unsubscribe", { user: "", channel: "private-a" });
      await world.centrifugoApi.call("disconnect", { user: "" });
      // Both orders have been carried out: Centrifugo's own anonymous client is gone.
      expect((await anonymous.closed).code).toBe(3503);
      await world.speak("pusher-api", "private-a", "greet", 1);
      expect(await world.eventsHeardBy(client, "private-a")).toEqual(["greet"]);
    },
  },
  {
    rule: "B9",
    from: "centrifugo-api",
    to: "pusher",
    name: "subscribe passes Pusher clients over, counted",
    config: metered,
    async run(world) {
      const ann = await world.signedIn("ann");
      await ann.join("private-b");
      const cen = await world.centrifugo({ user: "ann" });
      await world.centrifugoApi.result("subscribe", { user: "ann", channel: "private-a" });
      await cen.serverSide.first(({ channel }) => channel === "private-a");
      await world.speak("pusher-api", "private-a", "greet", 1);
      expect(await world.eventsHeardBy(cen, "private-a")).toEqual(["greet"]);
      await world.heardBy(ann, "private-b");
      expect(ann.heard.all.filter(({ channel }) => channel === "private-a")).toEqual([]);
      expect(await world.metric("twinwire_drops_total", "api-subscribe-pusher-client")).toBe(1);
    },
  },
  {
    rule: "B9",
    from: "centrifugo-api",
    to: "pusher",
    name: "refresh passes Pusher clients over, counted, and puts a Centrifugo client's end off",
    config: metered,
    async run(world) {
      const ann = await world.signedIn("ann");
      const cen = await world.centrifugo({ user: "ann" });
      const expireAt = Math.floor(Date.now() / 1000) + 600;
      await world.centrifugoApi.result("refresh", { user: "ann", expire_at: expireAt });
      const told = await cen.frames.first((frame) => frame.includes('"refresh"'));
      expect(told).toMatch(/^\{"push":\{"refresh":\{"expires":true,"ttl":(600|599)\}\}\}$/);
      await world.centrifugoApi.result("refresh", { user: "ann", expired: true });
      expect((await cen.closed).code).toBe(3005);
      await ann.answered();
      expect(await world.metric("twinwire_drops_total", "api-refresh-pusher-client")).toBe(2);
    },
  },
];

/** How many subscribers each API says that a channel has. */
async function counted(world: World, api: Source, channel: string): Promise<number | undefined> {
  if (api === "pusher-api") {
    const { body } = await world.pusherApi.get(`/channels/${channel}`, { info: "subscription_count" });
    return (body as { subscription_count?: number }).subscription_count;
  }
  const { channels } = await world.centrifugoApi.result<{
    channels: Record<string, { num_clients: number }>;
  }>("channels", {});
  return channels[channel]?.num_clients;
}

const countCases = pairs(wires, apis).flatMap(([from, to]): BridgeCase[] => [
  {
    rule: "B9",
    from,
    to,
    name: "lists have channels of both wires, and no empty ones",
    async run(world) {
      const client = await world.listener(from, "private-a");
      expect(await counted(world, to, "private-a")).toBe(1);
      if (to === "pusher-api") {
        const { body } = await world.pusherApi.get("/channels", { filter_by_prefix: "private-" });
        expect(Object.keys((body as { channels: object }).channels)).toEqual(["private-a"]);
      }
      await client.leave("private-a");
      if (to === "centrifugo-api") expect(await counted(world, to, "private-a")).toBeUndefined();
      else expect((await world.pusherApi.get("/channels")).body).toEqual({ channels: {} });
    },
  },
  {
    rule: "B9",
    from,
    to,
    name: "counts are of both wires",
    async run(world) {
      await world.listener(from, "lobby", { user: "one" });
      await world.listener("pusher", "lobby", { user: "two" });
      await world.listener("centrifugo", "lobby", { user: "three" });
      expect(await counted(world, to, "lobby")).toBe(3);
    },
  },
]);

const tellingCases = wires.map((from): BridgeCase => ({
  rule: "B9",
  from,
  to: "pusher",
  name: "the subscription count that subscribers are told is of both wires",
  async run(world) {
    const ear = await world.pusher({ user: "ear" });
    await ear.join("lobby");
    await world.listener(from, "lobby");
    await ear.messages.first(
      ({ event, data }) =>
        event === "pusher_internal:subscription_count" && JSON.stringify(data) === '{"subscription_count":2}',
    );
  },
}));

/** B9: orders and lists, across. */
export const verbCases: readonly BridgeCase[] = [
  ...disconnectCases,
  ...terminateCases,
  oneOfMany,
  ...unsubscribeCases,
  ...nobodyCases,
  ...countCases,
  ...tellingCases,
];
