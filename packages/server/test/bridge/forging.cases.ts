import { expect } from "bun:test";
import { apis, wires, type BridgeCase } from "./case.ts";
import type { World } from "./world.ts";

const channel = "presence-kept:a";

/** Everything whose name is the protocol's that a subscriber of the channel was sent, besides what its own coming brings. */
async function protocolEvents(world: World, forge: () => Promise<unknown>): Promise<string[]> {
  const ear = await world.pusher({ user: "ear" });
  await ear.join(channel);
  const from = ear.messages.all.length;
  await forge();
  await world.heardBy(ear, channel);
  return ear.messages.all
    .slice(from)
    .map(({ event }) => event)
    .filter((event) => event.startsWith("pusher:") || event.startsWith("pusher_internal:"));
}

const forgedNames = [
  "pusher:error",
  "pusher:cache_miss",
  "pusher:connection_established",
  "pusher_internal:member_added",
  "pusher_internal:subscription_succeeded",
] as const;

const values = (name: string): string[] => [
  `{"type":"${name}","data":{"user_id":"evil"}}`,
  `{"data":{"user_id":"evil"},"type":"${name}"}`,
  `{"type":"greet","type":"${name}","data":1}`,
  `{"type":"${name}","type":"greet","data":1}`,
  `{"type":"\\u0070${name.slice(1)}","data":1}`,
  `{"event":"${name}","channel":"${channel}","data":"{}"}`,
];

const cases: readonly BridgeCase[] = forgedNames.flatMap((name): BridgeCase[] => [
  {
    rule: "B10",
    from: "centrifugo",
    to: "pusher",
    name: `a client cannot forge ${name}`,
    async run(world) {
      const ear = await world.rawPusher();
      await ear.join("private-kept:c");
      const inside = await world.rawCentrifugo("inside");
      await inside.join("private-kept:c", "inside");
      for (const value of values(name))
        expect(await inside.publish("private-kept:c", value)).toContain('"publish"');
      await world.pusherApi.publish("private-kept:c", "the-end", "0");
      await ear.socket.having("the-end");
      const events = ear.socket.frames.all.map((frame) => (JSON.parse(frame) as { event: string }).event);
      // Its own coming has brought one of the second.
      expect(events.filter((event) => event === name)).toHaveLength(ownFrames(name));
    },
  },
  {
    rule: "B10",
    from: "centrifugo-api",
    to: "pusher",
    name: `a publication cannot forge ${name}`,
    async run(world) {
      const forged = await protocolEvents(world, async () => {
        for (const value of values(name))
          await world.centrifugoApi.post("publish", `{"channel":"${channel}","data":${value}}`);
      });
      expect(forged).toEqual([]);
    },
  },
  {
    rule: "B10",
    from: "pusher",
    to: "pusher",
    name: `a client event cannot forge ${name}`,
    async run(world) {
      const mouth = await world.rawPusher();
      await mouth.join("private-kept:c");
      const ear = await world.rawPusher();
      await ear.join("private-kept:c");
      mouth.send(name, { user_id: "evil" }, "private-kept:c");
      mouth.send("greet", { user_id: "evil" }, "private-kept:c");
      await mouth.answered();
      await world.pusherApi.publish("private-kept:c", "the-end", "0");
      await ear.socket.having("the-end");
      expect(ear.socket.frames.all.join()).not.toContain("evil");
    },
  },
  {
    rule: "B10",
    from: "pusher-api",
    to: "pusher",
    name: `an event of the API cannot forge ${name}`,
    async run(world) {
      const forged = await protocolEvents(world, () =>
        world.pusherApi.publish(channel, name, { user_id: "evil" }),
      );
      expect(forged).toEqual([]);
    },
  },
]);

function ownFrames(name: string): number {
  return name === "pusher:connection_established" || name === "pusher_internal:subscription_succeeded"
    ? 1
    : 0;
}

/** What is read later is what was said. */
const laterCases: readonly BridgeCase[] = [
  {
    rule: "B10",
    from: "pusher-api",
    to: "centrifugo",
    name: "history and recovery have a Pusher event in the same form as the push",
    async run(world) {
      for (const data of ["1.0", "hello", '{"a":12345678901234567890}'])
        await world.pusherApi.publish("private-kept:a", "greet", data);
      const reader = await world.rawCentrifugo("cen");
      await reader.join("private-kept:a", "cen");
      const reply = await reader.command("history", '{"channel":"private-kept:a","limit":10}');
      expect(reply).toContain('{"type":"greet","data":1.0}');
      expect(reply).toContain('{"type":"greet","data":"hello"}');
      expect(reply).toContain('{"type":"greet","data":{"a":12345678901234567890}}');
    },
  },
  {
    rule: "B10",
    from: "centrifugo-api",
    to: "centrifugo-api",
    name: "history has a publication byte for byte",
    async run(world) {
      const value = '{ "type":"greet", "data" : 1.0 , "n":12345678901234567890 }';
      await world.centrifugoApi.post("publish", `{"channel":"kept:a","data":${value}}`);
      const { text } = await world.centrifugoApi.call("history", { channel: "kept:a", limit: 1 });
      expect(text).toContain(value);
    },
  },
  ...apis.map((from): BridgeCase => ({
    rule: "B10",
    from,
    to: "pusher",
    name: "the cache slot replays an event in the same form as the push",
    async run(world) {
      await world.speak(from, "private-cache-a", "greet", { n: 1 });
      const late = await world.rawPusher();
      await late.join("private-cache-a");
      const frame = await late.socket.having('"greet"');
      expect(JSON.parse(frame)).toMatchObject({
        event: "greet",
        channel: "private-cache-a",
        data: '{"n":1}',
      });
    },
  })),
  ...wires.map((to): BridgeCase => ({
    rule: "B10",
    from: "centrifugo-api",
    to,
    name: "a broadcast has the same form on every channel",
    async run(world) {
      const ears = [await world.listener(to, "private-a"), await world.listener(to, "lobby")];
      await world.centrifugoApi.result("broadcast", {
        channels: ["private-a", "lobby"],
        data: { type: "greet", data: 1 },
      });
      for (const [index, channel] of ["private-a", "lobby"].entries()) {
        const ear = ears[index];
        if (ear === undefined) throw new Error("no listener");
        expect(await world.eventsHeardBy(ear, channel)).toEqual(["greet"]);
      }
    },
  })),
];

/** B10: no protocol event can be forged, and what is read later is what was said. */
export const forgingCases: readonly BridgeCase[] = [...cases, ...laterCases];
