import { expect } from "bun:test";
import { bridgeApp } from "./config.ts";
import { pairs, wires, type BridgeCase } from "./case.ts";
import { usersIn } from "./listed.ts";
import type { PusherClient } from "../clients.ts";
import type { World } from "./world.ts";

const channel = "presence-a";

const infoCases: readonly BridgeCase[] = [
  {
    rule: "B7",
    from: "centrifugo",
    to: "pusher",
    name: "user_info is what the subscription token says of the user",
    async run(world) {
      const ear = await world.pusher({ user: "ear" });
      await ear.join(channel);
      const guest = await world.centrifugo({ user: "ann", info: { from: "connection" } });
      await guest.join(channel, { info: { from: "channel" } });
      await world.movesToldTo(ear, channel);
      expect(ear.members(channel)["ann"]).toEqual({ from: "channel" });
    },
  },
  {
    rule: "B7",
    from: "centrifugo",
    to: "pusher",
    name: "user_info is the connection's, where the subscription token says nothing",
    async run(world) {
      const guest = await world.centrifugo({ user: "ann", info: { from: "connection" } });
      await guest.join(channel);
      const ear = await world.pusher({ user: "ear" });
      await ear.join(channel);
      expect(ear.members(channel)["ann"]).toEqual({ from: "connection" });
    },
  },
  {
    rule: "B7",
    from: "pusher",
    to: "centrifugo",
    name: "user_info of a Pusher member is chan_info",
    async run(world) {
      await memberWith(world, "ann", { name: "Ann" });
      const ear = await world.centrifugo({ user: "ear" });
      await ear.join(channel);
      const present = Object.values(await ear.presence(channel));
      expect(present).toContainEqual(
        expect.objectContaining({ user: "ann", chanInfo: { name: "Ann" } }) as unknown,
      );
    },
  },
  {
    rule: "B7",
    from: "pusher",
    to: "pusher",
    name: "user_info reaches the other members",
    async run(world) {
      await memberWith(world, "ann", { name: "Ann" });
      const ear = await world.pusher({ user: "ear" });
      await ear.join(channel);
      expect(ear.members(channel)["ann"]).toEqual({ name: "Ann" });
    },
  },
  ...wires.map((first): BridgeCase => ({
    rule: "B7",
    from: first,
    to: "pusher",
    name: "the first connection's info stands until the user's last connection leaves",
    async run(world) {
      const one = await world.client(first, { user: "ann", info: { n: 1 } });
      await one.join(channel);
      const second = first === "pusher" ? "centrifugo" : "pusher";
      const two = await world.client(second, { user: "ann", info: { n: 2 } });
      await two.join(channel);
      await one.leave(channel);
      expect(await infoSeen(world, "ann")).toEqual({ n: 1 });
      await two.leave(channel);
      const three = await world.client(first, { user: "ann", info: { n: 3 } });
      await three.join(channel);
      expect(await infoSeen(world, "ann")).toEqual({ n: 3 });
    },
  })),
];

async function memberWith(world: World, user: string, info: unknown): Promise<PusherClient> {
  const member = await world.pusher({ user });
  await member.join(channel, { info });
  return member;
}

async function infoSeen(world: World, user: string): Promise<unknown> {
  const ear = await world.pusher({ user: "ear" });
  await ear.join(channel);
  const info = ear.members(channel)[user];
  await ear.leave(channel);
  return info;
}

const nobodyCases: readonly BridgeCase[] = [
  {
    rule: "B7",
    from: "centrifugo",
    to: "pusher",
    name: "a client without a user is no member, and causes no member event",
    async run(world) {
      const ear = await world.pusher({ user: "ear" });
      await ear.join(channel);
      const guest = await world.centrifugo({ user: "" });
      expect(await guest.join(channel)).toBe("done");
      await guest.leave(channel);
      expect(await world.movesToldTo(ear, channel)).toEqual([]);
      expect(Object.keys(ear.members(channel))).toEqual(["ear"]);
    },
  },
  {
    rule: "B7",
    from: "centrifugo",
    to: "centrifugo",
    name: "a client without a user is in the list",
    async run(world) {
      const ear = await world.centrifugo({ user: "ear" });
      await ear.join(channel);
      const guest = await world.centrifugo({ user: "" });
      await guest.join(channel);
      expect(await usersIn(ear, channel)).toEqual(["", "ear"]);
    },
  },
  {
    rule: "B7",
    from: "centrifugo",
    to: "pusher-api",
    name: "a client without a user is none of the users",
    async run(world) {
      const guest = await world.centrifugo({ user: "" });
      await guest.join(channel);
      await world.listener("centrifugo", channel, { user: "ann" });
      expect((await world.pusherApi.get(`/channels/${channel}/users`)).body).toEqual({
        users: [{ id: "ann" }],
      });
    },
  },
];

const crowded = { apps: [bridgeApp({ limits: { presence_members: 2 } })] };

const limitCases = pairs(wires, wires).map(([from, to]): BridgeCase => ({
  rule: "B7",
  from,
  to,
  name: "the member limit counts users of both wires, a user once, and nobody unknown",
  config: crowded,
  async run(world) {
    await world.listener(from, channel, { user: "one" });
    await world.listener(to, channel, { user: "two" });
    const third = await world.client(to, { user: "three" });
    const verdict = await third.join(channel);
    if (to === "centrifugo") expect(verdict).toBe(106);
    else expect(verdict).not.toBe("done");
    for (const wire of wires)
      expect(await (await world.client(wire, { user: "one" })).join(channel)).toBe("done");
    expect(await (await world.client("centrifugo", { user: "" })).join(channel)).toBe("done");
  },
}));

const apiCases: readonly BridgeCase[] = [
  ...wires.map((from): BridgeCase => ({
    rule: "B7",
    from,
    to: "pusher-api",
    name: "user_count of a list is of the distinct users of both wires",
    async run(world) {
      await world.listener(from, channel, { user: "ann" });
      await world.listener("pusher", channel, { user: "ann" });
      await world.listener("centrifugo", channel, { user: "bob" });
      const { body } = await world.pusherApi.get("/channels", {
        filter_by_prefix: "presence-",
        info: "user_count",
      });
      expect(body).toEqual({ channels: { [channel]: { user_count: 2 } } });
    },
  })),
  ...wires.map((from): BridgeCase => ({
    rule: "B7",
    from,
    to: "pusher-api",
    name: "…/users has the distinct users of both wires",
    async run(world) {
      await world.listener(from, channel, { user: "ann" });
      await world.listener(from, channel, { user: "ann" });
      await world.listener("pusher", channel, { user: "bob" });
      const { body } = await world.pusherApi.get(`/channels/${channel}/users`);
      const { users } = body as { users: { id: string }[] };
      expect(users.map(({ id }) => id).sort()).toEqual(["ann", "bob"]);
    },
  })),
  ...(["private-a", "lobby", "kept:a"] as const).map((name): BridgeCase => ({
    rule: "B7",
    from: "pusher-api",
    to: "pusher-api",
    name: `…/users of ${name} is 400`,
    async run(world) {
      await world.listener("pusher", name);
      expect((await world.pusherApi.get(`/channels/${name}/users`)).status).toBe(400);
    },
  })),
  ...wires.map((from): BridgeCase => ({
    rule: "B7",
    from,
    to: "centrifugo-api",
    name: "presence and presence_stats have the clients of both wires",
    async run(world) {
      await world.listener(from, channel, { user: "ann" });
      const { presence } = await world.centrifugoApi.result<{ presence: Record<string, { user: string }> }>(
        "presence",
        { channel },
      );
      expect(Object.values(presence).map(({ user }) => user)).toEqual(["ann"]);
    },
  })),
];

/** B7: what is known of the members, and how many they may be. */
export const memberCases: readonly BridgeCase[] = [...infoCases, ...nobodyCases, ...limitCases, ...apiCases];
