import { expect } from "bun:test";
import { insecureClient } from "./config.ts";
import { denied, type BridgeCase } from "./case.ts";

/** History, presence and stats of a channel, for who subscribes and who does not (B4). */
const subscriberCases: readonly BridgeCase[] = (["private-kept:a", "presence-kept:a"] as const).flatMap(
  (channel): BridgeCase[] => [
    {
      rule: "B4",
      from: "centrifugo",
      to: "centrifugo",
      name: `${channel} is read by subscribers only, whatever allow_*_for_client says`,
      async run(world) {
        const client = await world.centrifugo({ user: "cen" });
        expect(await client.history(channel)).toBe(103);
        expect(await client.presence(channel)).toBe(103);
        expect(await client.presenceStats(channel)).toBe(103);
        await client.join(channel);
        expect(await client.history(channel)).toEqual([]);
        expect(await client.presence(channel)).toMatchObject({ [client.clientId]: { user: "cen" } });
        expect(await client.presenceStats(channel)).toMatchObject({ numClients: 1, numUsers: 1 });
        await client.leave(channel);
        expect(await client.history(channel)).toBe(103);
      },
    },
    {
      rule: "B4",
      from: "pusher",
      to: "centrifugo",
      name: `what was said on ${channel} is read by who has joined it`,
      async run(world) {
        await world.speak("pusher", channel, "greet", { n: 1 });
        const [inside, outside] = [
          await world.centrifugo({ user: "in" }),
          await world.centrifugo({ user: "out" }),
        ];
        await inside.join(channel);
        expect(await inside.history(channel)).toEqual([{ type: "client-greet", data: { n: 1 } }]);
        expect(await outside.history(channel)).toBe(103);
      },
    },
  ],
);

const openReading: BridgeCase = {
  rule: "B4",
  from: "centrifugo",
  to: "centrifugo",
  name: "an open channel is read by who its namespace allows",
  async run(world) {
    const client = await world.centrifugo({ user: "cen" });
    expect(await client.history("kept:a")).toEqual([]);
    expect(await client.presence("kept:a")).toEqual({});
    expect(await client.history("all:a")).toBe(108);
  },
};

const insecureReading: BridgeCase = {
  rule: "B4",
  from: "centrifugo",
  to: "centrifugo",
  name: "client.insecure reads no closed channel",
  config: { client: insecureClient() },
  async run(world) {
    const client = await world.centrifugo({ user: "cen" });
    expect(await client.history("private-kept:a")).toBe(denied.centrifugo);
    expect(await client.presence("presence-a")).toBe(denied.centrifugo);
  },
};

/** B4: reading without joining. */
export const readingCases: readonly BridgeCase[] = [...subscriberCases, openReading, insecureReading];
