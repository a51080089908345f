import { expect } from "bun:test";
import { bridgeApp } from "./config.ts";
import { apis, pairs, wires, type BridgeCase } from "./case.ts";
import type { Wire } from "../clients.ts";

/** How a value that a Centrifugo client published is called on the Pusher wire. */
const recognisable: readonly (readonly [value: unknown, event: string, data: unknown, why: string])[] = [
  [{ type: "greet", data: 1 }, "client-greet", 1, "an event's name gets client- in front"],
  [{ type: "client-greet", data: 1 }, "client-greet", 1, "client-… keeps its name"],
  [{ type: "client-", data: 1 }, "client-", 1, "client- alone keeps its name"],
  [{ hello: 1 }, "client-message", { hello: 1 }, "a value that is no event is client-message"],
  ["hello", "client-message", "hello", "a value that is no event is client-message"],
  [
    { type: "pusher:error", data: 1 },
    "client-message",
    { type: "pusher:error", data: 1 },
    "the protocol's names are no event",
  ],
];

const recognisableCases = recognisable.map(([value, event, data, why]): BridgeCase => ({
  rule: "B5",
  from: "centrifugo",
  to: "pusher",
  name: `${JSON.stringify(value)} of a client: ${why}`,
  async run(world) {
    const ear = await world.listener("pusher", "private-a");
    const mouth = await world.centrifugo({ user: "cen" });
    await mouth.join("private-a");
    expect(await mouth.publish("private-a", value)).toBe("done");
    const heard = await world.heardBy(ear, "private-a");
    expect(heard.map((one) => [one.event, one.data])).toEqual([[event, data]]);
  },
}));

const applicationCases = pairs(apis, wires).map(([from, to]): BridgeCase => ({
  rule: "B5",
  from,
  to,
  name: "what the application published has neither client- nor info",
  async run(world) {
    const ear = await world.listener(to, "presence-a");
    await world.speak(from, "presence-a", "greet", 1);
    const [heard] = await world.heardBy(ear, "presence-a");
    expect(heard).toMatchObject({ event: "greet", user: undefined });
  },
}));

interface Author {
  readonly from: Wire;
  readonly channel: string;
  readonly user: string;
  readonly signedIn: boolean;
  readonly seen: string;
}

const authors: readonly Author[] = [
  { from: "pusher", channel: "presence-a", user: "ann", signedIn: false, seen: "ann" },
  { from: "pusher", channel: "private-a", user: "ann", signedIn: true, seen: "ann" },
  { from: "pusher", channel: "private-a", user: "ann", signedIn: false, seen: "" },
  { from: "centrifugo", channel: "private-a", user: "ann", signedIn: false, seen: "ann" },
  { from: "centrifugo", channel: "presence-a", user: "ann", signedIn: false, seen: "ann" },
  { from: "centrifugo", channel: "private-a", user: "", signedIn: false, seen: "" },
];

const authorCases = authors.map(({ from, channel, user, signedIn, seen }): BridgeCase => ({
  rule: "B5",
  from,
  to: "centrifugo",
  name: `info.user of ${signedIn ? "a signed-in " : ""}client on ${channel} is ${seen === "" ? "empty" : "its user"}`,
  async run(world) {
    const ear = await world.listener("centrifugo", channel);
    const mouth = signedIn ? await world.signedIn(user) : await world.client(from, { user });
    expect(await mouth.join(channel)).toBe("done");
    expect(await mouth.say(channel, "greet", 1)).toBe("done");
    expect((await world.heardBy(ear, channel)).map((heard) => heard.user)).toEqual([seen]);
  },
}));

const laterSignIn = (["private-a", "private-kept:a"] as const).map((channel): BridgeCase => ({
  rule: "B5",
  from: "pusher",
  to: "centrifugo",
  name: `info.user on ${channel} is the signed-in user, though the sign-in came after the join`,
  async run(world) {
    const ear = await world.listener("centrifugo", channel);
    const mouth = await world.pusher({ user: "ann" });
    await mouth.join(channel);
    await mouth.signIn();
    expect(await mouth.say(channel, "greet", 1)).toBe("done");
    expect((await world.heardBy(ear, channel)).map(({ user }) => user)).toEqual(["ann"]);
  },
}));

const memberFirst: BridgeCase = {
  rule: "B5",
  from: "pusher",
  to: "centrifugo",
  name: "info.user on a presence channel is the member, though the connection is signed in as another",
  async run(world) {
    const ear = await world.listener("centrifugo", "presence-a");
    const mouth = await world.rawPusher();
    await mouth.signIn("ann");
    await mouth.join("presence-a", "bob");
    mouth.send("client-greet", 1, "presence-a");
    await mouth.answered();
    expect((await world.heardBy(ear, "presence-a")).map(({ user }) => user)).toEqual(["bob"]);
  },
};

const serverSideSpeaker: BridgeCase = {
  rule: "B5",
  from: "centrifugo",
  to: "pusher",
  name: "a server-side subscriber publishes to a closed channel like any other",
  async run(world) {
    const ear = await world.listener("pusher", "private-a");
    const mouth = await world.centrifugo({ user: "cen", claims: { channels: ["private-a"] } });
    expect(await mouth.say("private-a", "greet", 1)).toBe("done");
    expect(await world.eventsHeardBy(ear, "private-a")).toEqual(["client-greet"]);
  },
};

const memberCases = wires.map((from): BridgeCase => ({
  rule: "B5",
  from,
  to: "pusher",
  name: "user_id on a presence channel is the client's user, and stands nowhere else",
  async run(world) {
    for (const [channel, seen] of [
      ["presence-a", "ann"],
      ["private-a", undefined],
    ] as const) {
      const ear = await world.listener("pusher", channel);
      const mouth = await world.listener(from, channel, { user: "ann" });
      expect(await mouth.say(channel, "greet", 1)).toBe("done");
      expect((await world.heardBy(ear, channel)).map(({ user }) => user)).toEqual([seen]);
    }
  },
}));

const echoCases = wires.map((wire): BridgeCase => ({
  rule: "B5",
  from: wire,
  to: wire,
  name: wire === "pusher" ? "a Pusher client does not hear itself" : "a Centrifugo client hears itself",
  async run(world) {
    const mouth = await world.listener(wire, "private-a");
    expect(await mouth.say("private-a", "greet", 1)).toBe("done");
    expect(await world.eventsHeardBy(mouth, "private-a")).toEqual(wire === "pusher" ? [] : ["greet"]);
  },
}));

const tooMany = { pusher: 4301, centrifugo: 111 } as const;
const tight = {
  apps: [bridgeApp({ limits: { client_events_per_second: 2, event_bytes: 100 } })],
};
/** More than two seconds' worth may pass, whichever second the clock is in. */
const burst = 5;

const limitCases = pairs(wires, ["private-a", "wall:a", "presence-kept:a"] as const).flatMap(
  ([from, channel]): BridgeCase[] => [
    {
      rule: "B5",
      from,
      to: from === "pusher" ? "centrifugo" : "pusher",
      name: `client_events_per_second holds on ${channel} (${tooMany[from]}), and what is over it is not heard`,
      config: tight,
      async run(world) {
        const to = from === "pusher" ? "centrifugo" : "pusher";
        const ear = await world.listener(to, channel);
        const mouth = await world.listener(from, channel, { user: "mouth" });
        const verdicts = [];
        for (let i = 0; i < burst; i += 1) verdicts.push(await mouth.say(channel, `e${i}`, i));
        const refused = verdicts.filter((verdict) => verdict !== "done");
        expect(refused.length).toBeGreaterThan(0);
        expect(new Set(refused)).toEqual(new Set([tooMany[from]]));
        expect(await world.eventsHeardBy(ear, channel)).toHaveLength(burst - refused.length);
      },
    },
    {
      rule: "B5",
      from,
      to: from === "pusher" ? "centrifugo" : "pusher",
      name: `event_bytes holds on ${channel}, and what is over it is not heard`,
      config: tight,
      async run(world) {
        const to = from === "pusher" ? "centrifugo" : "pusher";
        const ear = await world.listener(to, channel);
        const mouth = await world.listener(from, channel, { user: "mouth" });
        const verdict = await mouth.say(channel, "big", "x".repeat(101));
        if (from === "centrifugo") expect(verdict).toBe(107);
        else expect(verdict).not.toBe("done");
        expect(await mouth.say(channel, "small", "x")).toBe("done");
        expect(await world.eventsHeardBy(ear, channel)).toHaveLength(1);
      },
    },
  ],
);

const unreachable: BridgeCase = {
  rule: "B5",
  from: "centrifugo",
  to: "centrifugo",
  name: "where the Pusher wire cannot reach, neither limit holds",
  config: tight,
  async run(world) {
    const mouth = await world.listener("centrifugo", "wall:a/b");
    for (let i = 0; i < burst; i += 1)
      expect(await mouth.say("wall:a/b", "big", "x".repeat(200))).toBe("done");
  },
};

const keepingCases = wires.flatMap((from): BridgeCase[] => [
  {
    rule: "B5",
    from,
    to: "centrifugo",
    name: "what a client published enters history",
    async run(world) {
      await world.speak(from, "private-kept:a", "greet", 1);
      const reader = await world.centrifugo({ user: "reader" });
      await reader.join("private-kept:a");
      const type = nameInHistory(from);
      expect(await reader.history("private-kept:a")).toEqual([{ type, data: 1 }]);
    },
  },
  {
    rule: "B5",
    from,
    to: "pusher",
    name: "what a client published never enters the cache slot",
    async run(world) {
      await world.speak("pusher-api", "private-cache-a", "kept", 1);
      await world.speak(from, "private-cache-a", "greet", 2);
      const late = await world.listener("pusher", "private-cache-a", { user: "late" });
      expect(await world.eventsHeardBy(late, "private-cache-a")).toEqual(["kept"]);
    },
  },
]);

function nameInHistory(from: Wire): string {
  return from === "pusher" ? "client-greet" : "greet";
}

/** B5: what clients publish stays recognisable, and within bounds. */
export const clientEventCases: readonly BridgeCase[] = [
  ...recognisableCases,
  ...applicationCases,
  ...authorCases,
  ...laterSignIn,
  memberFirst,
  serverSideSpeaker,
  ...memberCases,
  ...echoCases,
  ...limitCases,
  unreachable,
  ...keepingCases,
];
