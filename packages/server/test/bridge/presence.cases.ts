import { expect } from "bun:test";
import { pairs, wires, type BridgeCase } from "./case.ts";
import { usersIn } from "./listed.ts";

const channel = "presence-a";

const listCases = pairs(wires, [channel, "presence-plain:a", "presence-cache-a"] as const).flatMap(
  ([from, name]): BridgeCase[] => [
    {
      rule: "B7",
      from,
      to: "pusher",
      name: `${name} has members without any option`,
      async run(world) {
        await world.listener(from, name, { user: "ann" });
        const ear = await world.pusher({ user: "ear" });
        await ear.join(name);
        expect(Object.keys(ear.members(name)).sort()).toEqual(["ann", "ear"]);
      },
    },
    {
      rule: "B7",
      from,
      to: "centrifugo",
      name: `${name} has presence for its subscribers without any option`,
      async run(world) {
        await world.listener(from, name, { user: "ann" });
        const ear = await world.centrifugo({ user: "ear" });
        await ear.join(name);
        expect(await usersIn(ear, name)).toEqual(["ann", "ear"]);
        expect(await ear.presenceStats(name)).toMatchObject({ numClients: 2, numUsers: 2 });
      },
    },
  ],
);

const moveCases = pairs(wires, wires).map(([from, to]): BridgeCase => ({
  rule: "B7",
  from,
  to,
  name: "who comes and who leaves is told to those who asked",
  async run(world) {
    const ear = await world.listener(to, channel, { user: "ear" });
    const guest = await world.listener(from, channel, { user: "ann" });
    await guest.leave(channel);
    const moves = await world.movesToldTo(ear, channel);
    expect(moves.filter((move) => !move.endsWith("ear"))).toEqual(["join ann", "leave ann"]);
  },
}));

const goneCases = pairs(wires, wires).map(([from, to]): BridgeCase => ({
  rule: "B7",
  from,
  to,
  name: "a lost connection is a leave",
  async run(world) {
    const ear = await world.listener(to, channel, { user: "ear" });
    const guest = await world.listener(from, channel, { user: "ann" });
    await guest[Symbol.asyncDispose]();
    await ear.moved.first(({ change, user }) => change === "leave" && user === "ann");
  },
}));

const unasked: BridgeCase = {
  rule: "B7",
  from: "pusher",
  to: "centrifugo",
  name: "who did not ask for joins is told of none",
  async run(world) {
    const raw = await world.rawCentrifugo("ear");
    await raw.join(channel, "ear");
    await world.listener("pusher", channel, { user: "ann" });
    await world.speak("pusher-api", channel, "greet", 1);
    await raw.socket.having('"greet"');
    expect(raw.lines().filter((line) => line.includes('"join"'))).toEqual([]);
  },
};

/** One user on both wires: first and last connection, whichever wire they come on. */
const edgeCases = pairs(wires, wires).map(([first, second]): BridgeCase => ({
  rule: "B7",
  from: first,
  to: "pusher",
  name: `a user's first connection (${first}) adds the member, the last one (${second}) removes it`,
  async run(world) {
    const ear = await world.listener("pusher", channel, { user: "ear" });
    const one = await world.listener(first, channel, { user: "ann" });
    const two = await world.listener(second, channel, { user: "ann" });
    expect(await world.movesToldTo(ear, channel)).toEqual(["join ann"]);
    await one.leave(channel);
    expect(await world.movesToldTo(ear, channel)).toEqual(["join ann"]);
    await two.leave(channel);
    expect(await world.movesToldTo(ear, channel)).toEqual(["join ann", "leave ann"]);
  },
}));

const everyClient = pairs(wires, wires).map(([first, second]): BridgeCase => ({
  rule: "B7",
  from: first,
  to: "centrifugo",
  name: `Centrifugo hears of every client of a user (${first}, ${second}) and lists them all`,
  async run(world) {
    const ear = await world.centrifugo({ user: "ear" });
    await ear.join(channel);
    const one = await world.listener(first, channel, { user: "ann" });
    await world.listener(second, channel, { user: "ann" });
    await one.leave(channel);
    const moves = await world.movesToldTo(ear, channel);
    expect(moves.filter((move) => move !== "join ear")).toEqual(["join ann", "join ann", "leave ann"]);
    expect(await usersIn(ear, channel)).toEqual(["ann", "ear"]);
    expect(await ear.presenceStats(channel)).toMatchObject({ numClients: 2, numUsers: 2 });
  },
}));

const serverSide: BridgeCase = {
  rule: "B7",
  from: "centrifugo",
  to: "pusher",
  name: "a server-side subscriber is a member like any other",
  async run(world) {
    const ear = await world.pusher({ user: "ear" });
    await ear.join(channel);
    const claims = { subs: { [channel]: { info: { n: 1 } } } };
    const guest = await world.centrifugo({ user: "ann", claims });
    expect(await world.movesToldTo(ear, channel)).toEqual(["join ann"]);
    expect(ear.members(channel)["ann"]).toEqual({ n: 1 });
    await guest[Symbol.asyncDispose]();
    await ear.moved.first(({ change, user }) => change === "leave" && user === "ann");
  },
};

/** The application ends a subscription: the others are told, as of any leave. */
const endedCases = pairs(wires, wires).map(([from, to]): BridgeCase => ({
  rule: "B7",
  from,
  to,
  name: "who is unsubscribed by the application has left",
  async run(world) {
    const ear = await world.listener(to, channel, { user: "ear" });
    const guest = from === "pusher" ? await world.signedIn("ann") : await world.centrifugo({ user: "ann" });
    await guest.join(channel);
    await world.centrifugoApi.result("unsubscribe", { user: "ann", channel });
    await ear.moved.first(({ change, user }) => change === "leave" && user === "ann");
  },
}));

const distinct: BridgeCase = {
  rule: "B7",
  from: "centrifugo",
  to: "pusher",
  name: "a user on both wires is one member, and two clients",
  async run(world) {
    await world.listener("centrifugo", channel, { user: "ann" });
    const ann = await world.pusher({ user: "ann" });
    await ann.join(channel);
    expect(Object.keys(ann.members(channel))).toEqual(["ann"]);
    expect(await world.centrifugoApi.result("presence_stats", { channel })).toEqual({
      num_clients: 2,
      num_users: 1,
    });
    const { body } = await world.pusherApi.get(`/channels/${channel}`, { info: "user_count" });
    expect(body).toMatchObject({ occupied: true, user_count: 1 });
  },
};

/** B7: who is in a channel, who comes and who goes. */
export const presenceCases: readonly BridgeCase[] = [
  ...listCases,
  ...moveCases,
  ...goneCases,
  unasked,
  ...edgeCases,
  ...everyClient,
  serverSide,
  ...endedCases,
  distinct,
];
