import { expect } from "bun:test";
import { apis, pairs, wires, type BridgeCase } from "./case.ts";
import type { World } from "./world.ts";

/** Everything that a Pusher client does in a channel that others can notice. */
async function beNoticed(world: World, channel: string): Promise<string> {
  const client = await world.pusher({ user: "ann", info: { name: "Ann" } });
  await client.signIn();
  await client.join(channel);
  await client.say(channel, "greet", 1);
  return client.socketId;
}

const secretCases: readonly BridgeCase[] = [
  ...(["private-a", "presence-a", "presence-kept:a"] as const).flatMap((channel): BridgeCase[] => [
    {
      rule: "B6",
      from: "pusher",
      to: "centrifugo",
      name: `no frame, presence or history that others get of ${channel} has the socket id`,
      async run(world) {
        const ear = await world.centrifugo({ user: "ear" });
        await ear.join(channel);
        const socketId = await beNoticed(world, channel);
        await world.heardBy(ear, channel);
        await ear.presence(channel);
        await ear.history(channel);
        expect(ear.frames.all.join("\n")).toContain("client-greet");
        expect(ear.frames.all.join("\n")).not.toContain(socketId);
      },
    },
    {
      rule: "B6",
      from: "pusher",
      to: "pusher",
      name: `no frame that others get of ${channel} has the socket id`,
      async run(world) {
        const ear = await world.pusher({ user: "ear" });
        await ear.join(channel);
        const socketId = await beNoticed(world, channel);
        await world.heardBy(ear, channel);
        const text = JSON.stringify(
          ear.messages.all.filter(({ event }) => !event.startsWith("pusher:connection")),
        );
        expect(text).toContain("client-greet");
        expect(text).not.toContain(socketId);
      },
    },
  ]),
  {
    rule: "B6",
    from: "pusher",
    to: "centrifugo-api",
    name: "no answer of the API has the socket id",
    async run(world) {
      const socketId = await beNoticed(world, "presence-kept:a");
      for (const method of ["presence", "history", "presence_stats"]) {
        const { text } = await world.centrifugoApi.call(method, { channel: "presence-kept:a", limit: 10 });
        expect(text).toContain("result");
        expect(text).not.toContain(socketId);
      }
    },
  },
  {
    rule: "B6",
    from: "pusher",
    to: "pusher-api",
    name: "no answer of the API has the socket id",
    async run(world) {
      const socketId = await beNoticed(world, "presence-kept:a");
      for (const path of ["/channels", "/channels/presence-kept:a", "/channels/presence-kept:a/users"])
        expect((await world.pusherApi.get(path)).text).not.toContain(socketId);
    },
  },
  {
    rule: "B6",
    from: "pusher",
    to: "centrifugo",
    name: "presence, joins and info show one and the same other id",
    async run(world) {
      // Its frames are read as text.
      const ear = await world.centrifugo({ user: "ear", encoding: "json" });
      await ear.join("presence-a");
      await beNoticed(world, "presence-a");
      await world.heardBy(ear, "presence-a");
      const lines = ear.frames.all.flatMap((frame) => frame.split("\n"));
      const ids = lines.flatMap((line) => /"user":"ann","client":"([^"]+)"/.exec(line)?.[1] ?? []);
      expect(ids.length).toBeGreaterThanOrEqual(2);
      const [id] = new Set(ids);
      expect(new Set(ids).size).toBe(1);
      expect(await ear.presence("presence-a")).toMatchObject({ [id ?? ""]: { user: "ann" } });
    },
  },
];

const exclusionCases: readonly BridgeCase[] = [
  ...wires.map((to): BridgeCase => ({
    rule: "B6",
    from: "pusher-api",
    to,
    name: "socket_id leaves out that Pusher connection, and nobody else",
    async run(world) {
      const sender = await world.pusher({ user: "sender" });
      await sender.join("private-a");
      const other = await world.listener(to, "private-a", { user: "other" });
      const more = { socket_id: sender.socketId };
      expect((await world.pusherApi.publish("private-a", "greet", 1, more)).status).toBe(200);
      expect(await world.eventsHeardBy(sender, "private-a")).toEqual([]);
      expect(await world.eventsHeardBy(other, "private-a")).toEqual(["greet"]);
    },
  })),
  {
    rule: "B6",
    from: "pusher-api",
    to: "centrifugo",
    name: "socket_id takes digits.digits only: a Centrifugo client cannot be named",
    async run(world) {
      const client = await world.centrifugo({ user: "cen" });
      await client.join("private-a");
      const answer = await world.pusherApi.publish("private-a", "greet", 1, { socket_id: client.clientId });
      expect(answer.status).toBe(400);
      expect(await world.eventsHeardBy(client, "private-a")).toEqual([]);
    },
  },
  {
    rule: "B6",
    from: "centrifugo-api",
    to: "pusher",
    name: "a socket id names no client in Centrifugo's orders",
    async run(world) {
      const client = await world.signedIn("ann");
      await world.centrifugoApi.result("disconnect", { user: "ann", client: client.socketId });
      // Still there, and answering.
      await client.answered();
    },
  },
];

const visibleCases = pairs(apis, wires).map(([from, to]): BridgeCase => ({
  rule: "B6",
  from,
  to,
  name: "the application's publications name no client",
  async run(world) {
    const raw = await world.rawCentrifugo();
    await raw.join("private-a");
    const ear = await world.listener(to, "private-a");
    await world.speak(from, "private-a", "greet", 1);
    expect(await world.eventsHeardBy(ear, "private-a")).toEqual(["greet"]);
    const line = await raw.socket.having('"greet"');
    expect(line).not.toContain('"info"');
  },
}));

/** B6: ids that others see. */
export const idCases: readonly BridgeCase[] = [...secretCases, ...exclusionCases, ...visibleCases];
