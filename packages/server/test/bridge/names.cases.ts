import { expect } from "bun:test";
import { baseConfig } from "../server.ts";
import { pairs, wires, type BridgeCase } from "./case.ts";
import { cannotReach, joinVerdict, reaches } from "./joins.ts";
import type { World } from "./world.ts";

/** Names and what their prefix makes of them: closed ones are refused without the back end's word. */
const prefixes: readonly (readonly [name: string, kind: "open" | "closed"])[] = [
  ["private-a", "closed"],
  ["private-encrypted-a", "closed"],
  ["private-cache-a", "closed"],
  ["private-encrypted-cache-a", "closed"],
  ["presence-a", "closed"],
  ["presence-cache-a", "closed"],
  ["private-", "closed"],
  ["cache-a", "open"],
  ["a", "open"],
  ["my-private-a", "open"],
  ["not-presence-a", "open"],
  ["Private-a", "open"],
  ["private_a", "open"],
  ["privatea", "open"],
  ["presence", "open"],
  ["all:private-a", "open"],
];

const prefixCases = pairs(wires, prefixes).map(([wire, [name, kind]]): BridgeCase => ({
  rule: "B1",
  from: wire,
  to: wire,
  name: `${name} is ${kind}`,
  async run(world) {
    expect(await joinVerdict(world, wire, name, { vouched: false })).toBe(
      kind === "open" ? "done" : "denied",
    );
    if (kind === "closed") expect(await joinVerdict(world, wire, name)).toBe("done");
  },
}));

/** Whether the channel keeps history tells which namespace it is in: `kept` does, the others do not. */
async function isKept(world: World, channel: string): Promise<boolean> {
  const code = await world.centrifugoApi.error("history", { channel });
  if (code !== 0 && code !== 108) throw new Error(`${channel} has no history to ask for: ${code}`);
  return code === 0;
}

const namespaceRows: readonly (readonly [name: string, kept: boolean, why: string])[] = [
  ["kept:a", true, "the text before the first colon"],
  ["kept:a:b", true, "the text before the first colon, whatever follows"],
  ["private-kept:a", true, "the same text without its Pusher prefix"],
  ["private-encrypted-kept:a", true, "the same text without its longest Pusher prefix"],
  ["presence-cache-kept:a", true, "the same text without its longest Pusher prefix"],
  ["private-own:a", true, "the text before the first colon, though it begins like a prefix"],
  ["private-kept.a", true, "without a colon, the prefix in apps[].namespaces"],
  ["kept.a", true, "without a colon, the prefix in apps[].namespaces"],
  ["private-kept.not.a", false, "without a colon, the longest prefix in apps[].namespaces"],
  ["xkept.a", false, "prefixes in apps[].namespaces are anchored"],
  ["kept", false, "no colon, no prefix: without_namespace"],
  ["private-kept", false, "no colon, no prefix: without_namespace"],
];

const namespaceCases = namespaceRows.map(([name, kept, why]): BridgeCase => ({
  rule: "B1",
  from: "centrifugo-api",
  to: "centrifugo-api",
  name: `${name} is in the namespace by ${why}`,
  async run(world) {
    expect(await isKept(world, name)).toBe(kept);
  },
}));

/** Names that do not exist on the Pusher wire, and what a Centrifugo client may do with them. */
const foreignNames: readonly (readonly [name: string, why: string])[] = [
  ["with space", "a space"],
  ["a/b", "a slash"],
  ["a#b", "a user boundary"],
  ["a+b", "a plus"],
  ["a~b", "a tilde"],
  ["kept:a/b", "a slash behind a namespace"],
  ["kept:a:b", "a second colon"],
  ["private-kept:a:b", "a second colon behind a prefix"],
  ["n".repeat(201), "201 characters"],
];

const foreignCases = foreignNames.flatMap(([name, why]): BridgeCase[] => [
  {
    rule: "B1",
    from: "centrifugo",
    to: "pusher",
    name: `a name with ${why} does not exist on the Pusher wire, and does on Centrifugo's`,
    async run(world) {
      expect(await joinVerdict(world, "centrifugo", name)).toBe("done");
      expect(await cannotReach(world, name)).toBe(true);
    },
  },
  {
    rule: "B1",
    from: "centrifugo",
    to: "pusher-api",
    name: `a name with ${why} is not published to, and not listed`,
    async run(world) {
      await world.listener("centrifugo", name);
      await world.listener("centrifugo", "seen");
      expect((await world.pusherApi.publish(name, "greet", {})).status).toBe(400);
      const { body } = await world.pusherApi.get("/channels");
      expect(body).toEqual({ channels: { seen: expect.any(Object) as unknown } });
      const { body: other } = await world.centrifugoApi.call("channels", {});
      expect(other).toMatchObject({ result: { channels: { [name]: { num_clients: 1 } } } });
    },
  },
]);

const knownNames = ["all:a", "private-all:a", "presence-all:a", "A1_=@,.;-z", "n".repeat(200)] as const;

const knownCases = pairs(wires, knownNames).map(([wire, name]): BridgeCase => ({
  rule: "B1",
  from: "pusher-api",
  to: wire,
  name: `${name.length > 100 ? "a name of 200 characters" : name} exists on both wires`,
  async run(world) {
    const ear = await world.listener(wire, name);
    await world.speak("pusher-api", name, "greet", 1);
    expect(await world.eventsHeardBy(ear, name)).toEqual(["greet"]);
  },
}));

const otherCases: readonly BridgeCase[] = [
  ...(["nowhere:a", "private-nowhere:a", ":a"] as const).flatMap((name): BridgeCase[] => [
    {
      rule: "B1",
      from: "centrifugo",
      to: "centrifugo",
      name: `${name} names a namespace that is not configured: 102`,
      async run(world) {
        const client = await world.centrifugo();
        expect(await client.join(name)).toBe(102);
        expect(await world.centrifugoApi.error("publish", { channel: name, data: {} })).toBe(102);
      },
    },
    {
      rule: "B1",
      from: "pusher",
      to: "pusher",
      name: `${name} names a namespace that is not configured: no such channel`,
      async run(world) {
        expect(await cannotReach(world, name)).toBe(true);
        expect((await world.pusherApi.publish(name, "greet", {})).status).toBe(400);
      },
    },
  ]),
  {
    rule: "B1",
    from: "centrifugo",
    to: "centrifugo",
    name: "without apps the prefixes mean nothing",
    config: {
      ...baseConfig(),
      apps: [],
      channel: { without_namespace: { allow_subscribe_for_client: true } },
    },
    async run(world) {
      const client = await world.centrifugo();
      for (const name of ["private-a", "presence-a", "private-encrypted-a", "#server-to-user-cen"])
        expect(await client.join(name, { vouched: false })).toBe("done");
      expect(await client.presence("presence-a")).toBe(108);
    },
  },
  {
    rule: "B1",
    from: "pusher",
    to: "pusher",
    name: "without apps there is no Pusher wire",
    config: { ...baseConfig(), apps: [] },
    async run(world) {
      const response = await fetch(`${world.url}/app/test-key?protocol=7`);
      expect(response.status).toBe(404);
      expect((await world.pusherApi.get("/channels")).status).toBe(404);
    },
  },
  {
    rule: "B1",
    from: "pusher",
    to: "centrifugo-api",
    name: "a Pusher channel has history by apps[].namespaces, though the SDKs refuse a colon",
    async run(world) {
      await world.pusherApi.sdk.trigger("private-kept.7", "greet", { n: 1 });
      const { publications } = await world.centrifugoApi.result<{ publications: { data: unknown }[] }>(
        "history",
        {
          channel: "private-kept.7",
          limit: 10,
        },
      );
      expect(publications.map(({ data }) => data)).toEqual([{ type: "greet", data: { n: 1 } }]);
    },
  },
  {
    rule: "B1",
    from: "pusher",
    to: "pusher-api",
    name: "users' channels are not listed",
    async run(world) {
      await world.signedIn("ann");
      expect((await world.pusherApi.get("/channels")).body).toEqual({ channels: {} });
    },
  },
  {
    rule: "B1",
    from: "pusher",
    to: "centrifugo",
    name: "a namespaced name is one channel for both wires",
    async run(world) {
      const ears = await reaches(world, "talk:room");
      await world.speak("pusher-api", "talk:room", "greet", 1);
      for (const ear of ears) expect(await world.eventsHeardBy(ear, "talk:room")).toEqual(["greet"]);
    },
  },
];

/** B1: what a name makes of a channel. */
export const nameCases: readonly BridgeCase[] = [
  ...prefixCases,
  ...namespaceCases,
  ...foreignCases,
  ...knownCases,
  ...otherCases,
];
