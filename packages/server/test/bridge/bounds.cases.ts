import { expect } from "bun:test";
import { baseConfig } from "../server.ts";
import { bridgeApp, metered } from "./config.ts";
import { denied, wires, type BridgeCase } from "./case.ts";
import { joinVerdict } from "./joins.ts";

const noJson = btoa("\u00ff\u00fe{");

const byteCases: readonly BridgeCase[] = [
  ...(["bytes:a", "private-bytes:a", "presence-bytes:a"] as const).map((channel): BridgeCase => ({
    rule: "B12",
    from: "pusher",
    to: "pusher",
    name: `a Pusher subscribe to ${channel} of a binary namespace is refused`,
    async run(world) {
      expect(await joinVerdict(world, "pusher", channel)).toBe("denied");
      expect(await joinVerdict(world, "centrifugo", channel)).toBe("done");
    },
  })),
  ...(["lobby", "private-a"] as const).flatMap((channel): BridgeCase[] => [
    {
      rule: "B12",
      from: "centrifugo-api",
      to: "centrifugo",
      name: `bytes that the API publishes to ${channel} close JSON subscribers with 3506`,
      async run(world) {
        const ear = await world.centrifugo({ user: "ear", encoding: "json" });
        await ear.join(channel);
        const answer = await world.centrifugoApi.call("publish", { channel, b64data: noJson });
        expect(answer.text).toContain('"result"');
        expect((await ear.closed).code).toBe(3506);
      },
    },
    {
      rule: "B12",
      from: "centrifugo-api",
      to: "pusher",
      name: `bytes that the API publishes to ${channel} are counted for Pusher subscribers, who stay`,
      config: metered,
      async run(world) {
        const ears = [await world.listener("pusher", channel), await world.listener("pusher", channel)];
        await world.centrifugoApi.call("publish", { channel, b64data: noJson });
        for (const ear of ears) expect(await world.eventsHeardBy(ear, channel)).toEqual([]);
        expect(await world.metric("twinwire_drops_total", "bytes-on-text-wire")).toBe(2);
      },
    },
  ]),
  ...wires.map((to): BridgeCase => ({
    rule: "B12",
    from: "centrifugo-api",
    to,
    name: "JSON that the API publishes as bytes is JSON",
    async run(world) {
      const ear = await world.listener(to, "lobby");
      await world.centrifugoApi.call("publish", {
        channel: "lobby",
        b64data: btoa('{"type":"greet","data":1}'),
      });
      expect(await world.eventsHeardBy(ear, "lobby")).toEqual(["greet"]);
    },
  })),
];

const few = 3;

const boundCases: readonly BridgeCase[] = [
  {
    rule: "B14",
    from: "pusher",
    to: "pusher",
    name: "channels_per_connection bounds a Pusher connection, and no Centrifugo one",
    config: { apps: [bridgeApp({ limits: { channels_per_connection: few } })] },
    async run(world) {
      const pusher = await world.pusher();
      const centrifugo = await world.centrifugo();
      for (let i = 0; i < few; i += 1) {
        expect(await pusher.join(`lobby-${i}`)).toBe("done");
        expect(await centrifugo.join(`lobby-${i}`)).toBe("done");
      }
      expect(await pusher.join("one-more")).not.toBe("done");
      expect(await centrifugo.join("one-more")).toBe("done");
      await pusher.leave("lobby-0");
      expect(await pusher.join("one-more")).toBe("done");
    },
  },
  {
    rule: "B14",
    from: "centrifugo",
    to: "centrifugo",
    name: "client.channel_limit bounds a Centrifugo client (106), and no Pusher connection",
    config: { client: { ...(baseConfig()["client"] as object), channel_limit: few } },
    async run(world) {
      const pusher = await world.pusher();
      const centrifugo = await world.centrifugo();
      for (let i = 0; i < few; i += 1) {
        expect(await pusher.join(`lobby-${i}`)).toBe("done");
        expect(await centrifugo.join(`lobby-${i}`)).toBe("done");
      }
      expect(await centrifugo.join("one-more")).toBe(106);
      expect(await pusher.join("one-more")).toBe("done");
    },
  },
  {
    rule: "B14",
    from: "pusher",
    to: "pusher",
    name: "a Pusher connection takes 1,000 channels, and not one more",
    async run(world) {
      const client = await world.rawPusher();
      for (let i = 0; i < 1_000; i += 1) client.send("pusher:subscribe", { channel: `lobby-${i}` });
      await client.answered();
      const joined = client.socket.frames.all.filter((frame) => frame.includes("subscription_succeeded"));
      expect(joined).toHaveLength(1_000);
      expect(await client.ask("one-more")).not.toContain("subscription_succeeded");
    },
  },
  ...wires.map((wire): BridgeCase => ({
    rule: "B14",
    from: wire,
    to: wire,
    name: "a refused join leaves no trace: nobody is counted, nothing is heard",
    config: { apps: [bridgeApp({ limits: { presence_members: 1 } })] },
    async run(world) {
      const one = await world.listener(wire, "presence-a", { user: "one" });
      const two = await world.client(wire, { user: "two" });
      expect(await two.join("presence-a")).not.toBe("done");
      expect(await (await world.client(wire)).join("private-a", { vouched: false })).toBe(denied[wire]);
      const { channels } = await world.centrifugoApi.result<{ channels: object }>("channels", {});
      expect(channels).toEqual({ "presence-a": { num_clients: 1 } });
      await world.speak("pusher-api", "presence-a", "greet", 1);
      expect(await world.eventsHeardBy(one, "presence-a")).toEqual(["greet"]);
      expect(two.heard.all).toEqual([]);
    },
  })),
];

/** B12: bytes; B14: bounds. */
export const boundsCases: readonly BridgeCase[] = [...byteCases, ...boundCases];
