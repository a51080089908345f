import { expect } from "bun:test";
import { keys, startTestServer } from "../server.ts";
import { token } from "../clients.ts";
import { insecureClient } from "./config.ts";
import { pairs, wires, type BridgeCase } from "./case.ts";
import { joinVerdict, type Attempt } from "./joins.ts";

/** Who may join open channels without a word from the back end (B2). */
const openRows: readonly (readonly [channel: string, user: string, allowed: boolean, why: string])[] = [
  ["plain:a", "ann", false, "a namespace without options is for nobody"],
  ["plain:a", "", false, "a namespace without options is for nobody"],
  ["users:a", "ann", true, "allow_subscribe_for_client lets a user in"],
  ["users:a", "", false, "allow_subscribe_for_client alone keeps out who has no user"],
  ["all:a", "ann", true, "with allow_subscribe_for_anonymous everybody may read"],
  ["all:a", "", true, "with allow_subscribe_for_anonymous everybody may read"],
];

const openCases = pairs(wires, openRows).map(([wire, [channel, user, allowed, why]]): BridgeCase => ({
  rule: "B2",
  from: wire,
  to: wire,
  name: `${channel} ${allowed ? "admits" : "refuses"} ${user === "" ? "somebody unknown" : "a user"}: ${why}`,
  async run(world) {
    expect(await joinVerdict(world, wire, channel, { user })).toBe(allowed ? "done" : "denied");
  },
}));

interface Opening {
  readonly publicChannels: boolean;
  readonly withoutNamespace: Readonly<Record<string, boolean>>;
  readonly admitted: Readonly<Record<(typeof wires)[number], boolean>>;
}

const everybody = { allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true };
const openings: readonly Opening[] = [
  { publicChannels: true, withoutNamespace: {}, admitted: { pusher: true, centrifugo: false } },
  { publicChannels: false, withoutNamespace: {}, admitted: { pusher: false, centrifugo: false } },
  { publicChannels: true, withoutNamespace: everybody, admitted: { pusher: true, centrifugo: true } },
  { publicChannels: false, withoutNamespace: everybody, admitted: { pusher: false, centrifugo: true } },
];

const bareCases = pairs(wires, openings).map(
  ([wire, { publicChannels, withoutNamespace, admitted }]): BridgeCase => ({
    rule: "B2",
    from: wire,
    to: wire,
    name:
      `without a namespace, public_channels ${publicChannels ? "on" : "off"} and without_namespace ` +
      `${withoutNamespace === everybody ? "open" : "shut"}: ${admitted[wire] ? "admitted" : "refused"}`,
    config: {
      apps: [{ ...keys.app, public_channels: publicChannels }],
      channel: { without_namespace: withoutNamespace },
    },
    async run(world) {
      for (const user of ["ann", ""])
        expect(await joinVerdict(world, wire, "lobby", { user })).toBe(admitted[wire] ? "done" : "denied");
    },
  }),
);

const unsaidCase: BridgeCase = {
  rule: "B2",
  from: "pusher",
  to: "pusher",
  name: "a file whose channel section keeps anonymous subscribers out has to say public_channels",
  run() {
    const channel = { without_namespace: { allow_subscribe_for_client: true } };
    expect(() => startTestServer({ channel, apps: [{ ...keys.app }] })).toThrow("public_channels");
    return Promise.resolve();
  },
};

const closedNames = [
  "private-a",
  "private-encrypted-a",
  "presence-a",
  "private-cache-a",
  "private-kept:a",
] as const;

/** What opens closed channels, and what does not (B3). */
const closedCases = pairs(wires, closedNames).flatMap(([wire, channel]): BridgeCase[] => {
  const row = (name: string, attempt: Attempt, verdict: "done" | "denied"): BridgeCase => ({
    rule: "B3",
    from: wire,
    to: wire,
    name: `${channel} ${verdict === "done" ? "opens" : "stays shut"}: ${name}`,
    async run(world) {
      expect(await joinVerdict(world, wire, channel, attempt)).toBe(verdict);
    },
  });
  return [
    row("with the back end's word", {}, "done"),
    row("with nobody's word", { vouched: false }, "denied"),
    row("with nobody's word, for a user either", { vouched: false, user: "ann" }, "denied"),
  ];
});

const insecureCases = wires.map((wire): BridgeCase => ({
  rule: "B3",
  from: wire,
  to: wire,
  name: "client.insecure opens no closed channel",
  config: { client: insecureClient() },
  async run(world) {
    expect(await joinVerdict(world, wire, "private-a", { vouched: false })).toBe("denied");
    expect(await joinVerdict(world, wire, "presence-kept:a", { vouched: false })).toBe("denied");
    // It does open what is open to Centrifugo clients, and nothing to Pusher's.
    expect(await joinVerdict(world, wire, "plain:a")).toBe(wire === "centrifugo" ? "done" : "denied");
  },
}));

const limitedCases: readonly BridgeCase[] = [
  {
    rule: "B3",
    from: "centrifugo",
    to: "centrifugo",
    name: "a name that lets users in opens open channels, and no closed ones",
    async run(world) {
      expect(await joinVerdict(world, "centrifugo", "limited:a#ann", { user: "ann" })).toBe("done");
      expect(await joinVerdict(world, "centrifugo", "limited:a#ann", { user: "bob" })).toBe("denied");
      const attempt = { user: "ann", vouched: false };
      expect(await joinVerdict(world, "centrifugo", "private-limited:a#ann", attempt)).toBe("denied");
    },
  },
  ...wires.map((wire): BridgeCase => ({
    rule: "B3",
    from: wire,
    to: wire,
    name: "a namespace called like a prefix opens no closed channel",
    async run(world) {
      expect(await joinVerdict(world, wire, "private-own:a", { vouched: false })).toBe("denied");
      expect(await joinVerdict(world, wire, "private-own:a")).toBe("done");
    },
  })),
];

const signatureCases: readonly BridgeCase[] = (
  [
    ["another channel", (sign) => sign("private-b")],
    ["another secret", (_sign, socketId) => sign(socketId, "private-a", "wrong")],
    ["another connection", () => sign("1.1", "private-a", keys.app.secret)],
    ["another key", (own) => own("private-a").replace(keys.app.key, "other-key")],
    ["nothing at all", () => ""],
    ["a sign-in", (_own, socketId) => sign(socketId, ':user::{"id":"ann"}', keys.app.secret)],
  ] as const satisfies readonly (readonly [
    string,
    (own: (channel: string) => string, socketId: string) => string,
  ])[]
).map(([what, auth]) => ({
  rule: "B3",
  from: "pusher",
  to: "pusher",
  name: `a signature of ${what} opens nothing`,
  async run(world) {
    const client = await world.rawPusher();
    const signed = auth((channel) => client.signature(channel), client.socketId);
    expect(await client.ask("private-a", { auth: signed })).not.toContain("subscription_succeeded");
    expect(await client.ask("private-a", { auth: client.signature("private-a") })).toContain("succeeded");
  },
}));

function sign(socketId: string, what: string, secret: string): string {
  const mac = new Bun.CryptoHasher("sha256", secret).update(`${socketId}:${what}`).digest("hex");
  return `${keys.app.key}:${mac}`;
}

const tokenCases: readonly BridgeCase[] = (
  [
    ["another secret", token({ sub: "cen", channel: "private-a" }, { secret: "wrong" }), 103],
    ["no channel", token({ sub: "cen" }), 103],
  ] as const
).map(([what, given, code]) => ({
  rule: "B3",
  from: "centrifugo",
  to: "centrifugo",
  name: `a subscription token with ${what} opens nothing`,
  async run(world) {
    const client = await world.centrifugo({ user: "cen" });
    const answer = await Promise.race([client.join("private-a", { token: given }), client.closed]);
    if (typeof answer === "object") expect(answer.code).toBe(3500);
    else expect(answer).toBe(code);
  },
}));

const strangerCases: readonly BridgeCase[] = (
  [
    ["channel", { sub: "cen", channel: "private-b" }],
    ["user", { sub: "bob", channel: "private-a" }],
  ] as const
).map(([what, claims]) => ({
  rule: "B3",
  from: "centrifugo",
  to: "centrifugo",
  name: `a subscription token of another ${what} ends the connection (3500)`,
  async run(world) {
    const client = await world.centrifugo({ user: "cen" });
    const joined = client.join("private-a", { token: token(claims) });
    const { code } = await client.closed;
    expect(code).toBe(3500);
    void joined;
  },
}));

const serverSideCases: readonly BridgeCase[] = [
  {
    rule: "B3",
    from: "pusher-api",
    to: "centrifugo",
    name: "a channels claim opens a closed channel",
    async run(world) {
      const client = await world.centrifugo({ user: "cen", claims: { channels: ["private-a"] } });
      await world.speak("pusher-api", "private-a", "greet", 1);
      expect(await world.eventsHeardBy(client, "private-a")).toEqual(["greet"]);
    },
  },
  {
    rule: "B3",
    from: "pusher-api",
    to: "centrifugo",
    name: "a subs claim opens a closed channel",
    async run(world) {
      const client = await world.centrifugo({ user: "cen", claims: { subs: { "private-a": {} } } });
      await world.speak("pusher-api", "private-a", "greet", 1);
      expect(await world.eventsHeardBy(client, "private-a")).toEqual(["greet"]);
    },
  },
  {
    rule: "B3",
    from: "centrifugo-api",
    to: "centrifugo",
    name: "an API subscribe opens a closed channel",
    async run(world) {
      const client = await world.centrifugo({ user: "cen" });
      await world.centrifugoApi.result("subscribe", { user: "cen", channel: "presence-a" });
      await client.serverSide.first(({ channel, subscribed }) => subscribed && channel === "presence-a");
      await world.speak("pusher-api", "presence-a", "greet", 1);
      expect(await world.eventsHeardBy(client, "presence-a")).toEqual(["greet"]);
    },
  },
  {
    rule: "B3",
    from: "centrifugo",
    to: "centrifugo",
    name: "channels that a client names in connect open what is open to it, and nothing closed",
    async run(world) {
      const closed = ["private-a", "presence-kept:a", "private-own:a", "#server-to-user-cen", "plain:a"];
      const subs = Object.fromEntries([...closed, "all:a"].map((channel) => [channel, {}]));
      const client = await world.rawCentrifugo("cen", { subs });
      const reply = client.lines().find((line) => line.includes('"connect"')) ?? "";
      expect(reply).toContain('"all:a"');
      for (const channel of closed) expect(reply).not.toContain(channel);
    },
  },
  {
    rule: "B3",
    from: "centrifugo",
    to: "centrifugo",
    name: "client.insecure opens no closed channel that a client names in connect",
    config: { client: insecureClient() },
    async run(world) {
      const subs = { "private-a": {}, "#server-to-user-cen": {}, "plain:a": {} };
      const client = await world.rawCentrifugo("cen", { subs });
      const reply = client.lines().find((line) => line.includes('"connect"')) ?? "";
      expect(reply).toContain('"plain:a"');
      expect(reply).not.toContain("private-a");
      expect(reply).not.toContain("#server-to-user-cen");
    },
  },
  {
    rule: "B3",
    from: "centrifugo",
    to: "pusher",
    name: "$… opens with a token, on Centrifugo's wire alone",
    async run(world) {
      const client = await world.centrifugo({ user: "cen" });
      expect(await client.join("$all:a", { vouched: false })).toBe(103);
      expect(await client.join("$all:a", { vouched: true })).toBe("done");
      expect(await joinVerdict(world, "pusher", "$all:a")).not.toBe("done");
    },
  },
];

/** B2 and B3: who may join. */
export const accessCases: readonly BridgeCase[] = [
  ...openCases,
  ...bareCases,
  ...closedCases,
  ...insecureCases,
  ...limitedCases,
  ...signatureCases,
  ...tokenCases,
  ...strangerCases,
  ...serverSideCases,
  unsaidCase,
];
