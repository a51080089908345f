import { expect } from "bun:test";
import { bridgeApp, bridgeChannels } from "./config.ts";
import { denied, pairs, wires, type BridgeCase } from "./case.ts";
import type { World } from "./world.ts";
import type { Client, Wire } from "../clients.ts";

/** The name that a listener hears an event of a client under (B5). */
export function nameAt(listener: Wire, speaker: Wire, event: string): string {
  return listener === "pusher" || speaker === "pusher" ? `client-${event}` : event;
}

const closedNames = [
  "private-a",
  "presence-a",
  "private-cache-a",
  "private-kept:a",
  "presence-plain:a",
] as const;

const hearing = pairs(wires, wires).flatMap(([from, to]) =>
  closedNames.map((channel): BridgeCase => ({
    rule: "B5",
    from,
    to,
    name: `a subscriber of ${channel} publishes there, and is heard`,
    async run(world) {
      const ear = await world.listener(to, channel);
      await world.speak(from, channel, "greet", { n: 1 });
      const heard = await world.heardBy(ear, channel);
      expect(heard.map(({ event, data }) => [event, data])).toEqual([[nameAt(to, from, "greet"), { n: 1 }]]);
    },
  })),
);

interface Silence {
  readonly name: string;
  readonly channel: string;
  readonly joins: boolean;
  readonly config?: Readonly<Record<string, unknown>>;
}

const silences: readonly Silence[] = [
  { name: "who does not subscribe to private-a publishes nothing there", channel: "private-a", joins: false },
  {
    name: "who does not subscribe to presence-a publishes nothing there",
    channel: "presence-a",
    joins: false,
  },
  {
    name: "allow_publish_for_client lets no outsider publish to private-kept:a",
    channel: "private-kept:a",
    joins: false,
  },
  {
    name: "with client_events off, no subscriber publishes to private-a",
    channel: "private-a",
    joins: true,
    config: { apps: [bridgeApp({ client_events: false })] },
  },
  {
    name: "with client_events off, allow_publish_for_client does not help on presence-kept:a",
    channel: "presence-kept:a",
    joins: true,
    config: { apps: [bridgeApp({ client_events: false })] },
  },
  { name: "nobody publishes to private-encrypted-a", channel: "private-encrypted-a", joins: true },
  { name: "nobody publishes to private-encrypted-kept:a", channel: "private-encrypted-kept:a", joins: true },
  { name: "an open channel of a namespace without options takes nothing", channel: "all:a", joins: true },
];

const refusals = pairs(wires, silences).map(([from, { name, channel, joins, config }]): BridgeCase => ({
  rule: "B5",
  from,
  to: from === "pusher" ? "centrifugo" : "pusher",
  name,
  ...(config === undefined ? {} : { config }),
  async run(world) {
    const ears = [await world.listener("pusher", channel), await world.listener("centrifugo", channel)];
    const mouth = joins ? await world.listener(from, channel, { user: "mouth" }) : await world.client(from);
    expect(await mouth.say(channel, "greet", {})).toBe(denied[from]);
    for (const ear of ears) expect(await world.eventsHeardBy(ear, channel)).toEqual([]);
  },
}));

const userChannels = wires.map((from): BridgeCase => ({
  rule: "B5",
  from,
  to: "pusher",
  name: "nobody publishes to a user's channel",
  async run(world) {
    const own = "#server-to-user-ann";
    const ann = await world.signedIn("ann");
    const mouth = from === "pusher" ? await world.signedIn("ann") : await world.client(from, { user: "ann" });
    expect(await mouth.say(own, "greet", {})).toBe(denied[from]);
    expect(await world.eventsHeardBy(ann, own)).toEqual([]);
  },
}));

interface OpenRow {
  readonly channel: string;
  readonly user: "ann" | "";
  readonly joins: boolean;
  readonly allowed: Readonly<Record<Wire, boolean>>;
  readonly why: string;
}

const both = (allowed: boolean): Record<Wire, boolean> => ({ pusher: allowed, centrifugo: allowed });

const openRows: readonly OpenRow[] = [
  { channel: "talk:a", user: "ann", joins: true, allowed: both(true), why: "allow_publish_for_subscriber" },
  { channel: "talk:a", user: "ann", joins: false, allowed: both(false), why: "it is for subscribers" },
  { channel: "talk:a", user: "", joins: true, allowed: both(false), why: "it is for users" },
  { channel: "wall:a", user: "ann", joins: false, allowed: both(true), why: "allow_publish_for_client" },
  { channel: "wall:a", user: "", joins: false, allowed: both(true), why: "allow_publish_for_anonymous" },
  { channel: "lobby", user: "ann", joins: true, allowed: both(false), why: "without_namespace says nothing" },
];

async function speaker(world: World, wire: Wire, user: string): Promise<Client> {
  if (user === "") return world.client(wire, { user: "" });
  return wire === "pusher" ? world.signedIn(user) : world.client(wire, { user });
}

const openCases = pairs(wires, openRows).flatMap(([from, { channel, user, joins, allowed, why }]) =>
  wires.map((to): BridgeCase => ({
    rule: "B5",
    from,
    to,
    name:
      `${user === "" ? "somebody unknown" : "a user"} who ${joins ? "subscribes" : "does not subscribe"} ` +
      `${allowed[from] ? "publishes" : "does not publish"} to ${channel}: ${why}`,
    async run(world) {
      const ear = await world.listener(to, channel);
      const mouth = await speaker(world, from, user);
      if (joins) expect(await mouth.join(channel)).toBe("done");
      expect(await mouth.say(channel, "greet", 1)).toBe(allowed[from] ? "done" : denied[from]);
      const expected = allowed[from] ? [nameAt(to, from, "greet")] : [];
      expect(await world.eventsHeardBy(ear, channel)).toEqual(expected);
    },
  })),
);

const writable = {
  allow_subscribe_for_client: true,
  allow_subscribe_for_anonymous: true,
  allow_publish_for_client: true,
  allow_publish_for_anonymous: true,
};

const bareCases = wires.map((from): BridgeCase => ({
  rule: "B5",
  from,
  to: from === "pusher" ? "centrifugo" : "pusher",
  name:
    from === "pusher"
      ? "on open channels without a namespace a Pusher client never publishes"
      : "on open channels without a namespace Centrifugo clients publish by without_namespace",
  config: { channel: bridgeChannels(writable) },
  async run(world) {
    const ears = [await world.listener("pusher", "lobby"), await world.listener("centrifugo", "lobby")];
    const mouth = await speaker(world, from, "ann");
    expect(await mouth.join("lobby")).toBe("done");
    const allowed = from === "centrifugo";
    expect(await mouth.say("lobby", "greet", 1)).toBe(allowed ? "done" : denied.pusher);
    for (const ear of ears) {
      const expected = allowed ? [nameAt(ear.wire, from, "greet")] : [];
      expect(await world.eventsHeardBy(ear, "lobby")).toEqual(expected);
    }
  },
}));

/** B5: who may publish where. */
export const publishingCases: readonly BridgeCase[] = [
  ...hearing,
  ...refusals,
  ...userChannels,
  ...openCases,
  ...bareCases,
];
