import { expect } from "bun:test";
import { CentrifugeClient, PusherClient } from "../clients.ts";
import { baseConfig, keys } from "../server.ts";
import { apis, denied, type BridgeCase, wires } from "./case.ts";
import { stranger, twoApps } from "./second-app.ts";

const own = "#server-to-user-ann";

/** A `client` section that gives every user a personal channel. */
const personal = {
  client: {
    ...(baseConfig()["client"] as object),
    subscribe_to_user_personal_channel: { enabled: true },
  },
};

const deliveryCases = apis.flatMap((from): BridgeCase[] => [
  {
    rule: "B8",
    from,
    to: "pusher",
    name: "what is sent to a user reaches the user's signed-in connections, and no others",
    async run(world) {
      const ann = [await world.signedIn("ann"), await world.signedIn("ann")];
      const bob = await world.signedIn("bob");
      const unnamed = await world.pusher({ user: "ann" });
      if (from === "pusher-api") await world.pusherApi.sdk.sendToUser("ann", "greet", { n: 1 });
      else await world.speak(from, own, "greet", { n: 1 });
      for (const client of ann) {
        const heard = await client.heard.first(({ channel }) => channel === own);
        expect(heard).toMatchObject({ event: "greet", data: { n: 1 } });
      }
      for (const client of [bob, unnamed]) {
        await client.answered();
        expect(client.heard.all).toEqual([]);
      }
    },
  },
  {
    rule: "B8",
    from,
    to: "centrifugo",
    name: "what is sent to a user also goes to the personal channel, where that is on",
    config: personal,
    async run(world) {
      const ann = await world.centrifugo({ user: "ann" });
      const bob = await world.centrifugo({ user: "bob" });
      await world.speak(from, own, "greet", { n: 1 });
      const heard = await ann.heard.first(({ channel }) => channel === "#ann");
      expect(heard).toMatchObject({ event: "greet", data: { n: 1 } });
      expect(await world.eventsHeardBy(bob, "#bob")).toEqual([]);
    },
  },
  {
    rule: "B8",
    from,
    to: "centrifugo",
    name: "without personal channels nothing goes to Centrifugo's clients",
    async run(world) {
      const ann = await world.centrifugo({ user: "ann" });
      await ann.join("lobby");
      await world.speak(from, own, "greet", { n: 1 });
      await world.heardBy(ann, "lobby");
      expect(ann.frames.all.join()).not.toContain('"greet"');
    },
  },
]);

const joiningCases: readonly BridgeCase[] = [
  {
    rule: "B8",
    from: "pusher",
    to: "pusher",
    name: "a user's channel is not joined by another user, nor by who has not signed in",
    async run(world) {
      const stranger = await world.rawPusher();
      expect(await stranger.ask(own, {})).not.toContain("succeeded");
      expect(await stranger.ask(own, { auth: stranger.sign(own) })).not.toContain("succeeded");
      const bob = await world.rawPusher();
      await bob.signIn("bob");
      expect(await bob.ask(own, {})).not.toContain("succeeded");
      expect(await bob.ask("#server-to-user-bob", {})).toContain("succeeded");
    },
  },
  {
    rule: "B8",
    from: "centrifugo",
    to: "centrifugo",
    name: "on Centrifugo's wire a user's channel is nobody's, with or without a token",
    async run(world) {
      const ann = await world.centrifugo({ user: "ann" });
      expect(await ann.join(own, { vouched: false })).toBe(denied.centrifugo);
      expect(await ann.join(own, { vouched: true })).toBe(denied.centrifugo);
      expect(await ann.history(own)).toBeGreaterThanOrEqual(denied.centrifugo);
    },
  },
  {
    rule: "B8",
    from: "centrifugo",
    to: "pusher",
    name: "client.insecure opens no user's channel",
    config: { client: { ...(baseConfig()["client"] as object), insecure: true } },
    async run(world) {
      const ann = await world.signedIn("ann");
      const cen = await world.centrifugo({ user: "ann" });
      expect(await cen.join(own, { vouched: false })).toBe(denied.centrifugo);
      expect(await cen.say(own, "greet", 1)).toBe(denied.centrifugo);
      expect(await world.eventsHeardBy(ann, own)).toEqual([]);
    },
  },
  {
    rule: "B8",
    from: "pusher",
    to: "pusher",
    name: "a sign-in with a wrong signature is refused",
    async run(world) {
      const client = await world.rawPusher();
      client.send("pusher:signin", { auth: `${keys.app.key}:00`, user_data: '{"id":"ann"}' });
      await client.socket.having("pusher:error", "4009");
    },
  },
  ...apis.flatMap((from) =>
    ["org:ann", 'a"b', "a\\b", "a/b c", "#ann", "ann,bob", "$ann"].map((user): BridgeCase => ({
      rule: "B8",
      from,
      to: "pusher",
      name: `the id ${JSON.stringify(user)} is an id`,
      async run(world) {
        const client = await world.signedIn(user);
        const stranger = await world.signedIn(`${user}2`);
        await world.speak(from, `#server-to-user-${user}`, "greet", 1);
        const heard = await client.heard.first(({ event }) => event === "greet");
        expect(heard.channel).toBe(`#server-to-user-${user}`);
        await stranger.answered();
        expect(stranger.heard.all).toEqual([]);
      },
    })),
  ),
  {
    rule: "B8",
    from: "pusher",
    to: "pusher",
    name: "a connection that is a user's does not become another's",
    async run(world) {
      const client = await world.rawPusher();
      await client.signIn("ann");
      expect(await client.ask(own, {})).toContain("succeeded");
      client.send("pusher:signin", client.signInAs("bob"));
      await client.socket.having("pusher:error", "4009");
      expect(await client.ask("#server-to-user-bob", {})).not.toContain("succeeded");
    },
  },
  {
    rule: "B8",
    from: "centrifugo",
    to: "centrifugo",
    name: "no token and no order of the API joins a Centrifugo client to a user's channel",
    async run(world) {
      const claims = { channels: [own] };
      expect(await CentrifugeClient.refusal(world.port, { user: "ann", claims })).toBe(denied.centrifugo);
      const ann = await world.centrifugo({ user: "ann" });
      await ann.join("lobby");
      await world.centrifugoApi.call("subscribe", { user: "ann", channel: own });
      await world.speak("centrifugo-api", own, "greet", 1);
      await world.heardBy(ann, "lobby");
      expect(ann.serverSide.all).toEqual([]);
      expect(ann.frames.all.join()).not.toContain('"greet"');
    },
  },
];

const watchlistCases = wires.flatMap((from): BridgeCase[] => [
  {
    rule: "B8",
    from,
    to: "pusher",
    name: "a watched user is online with a connection of the wire, and offline without",
    async run(world) {
      const watcher = await world.pusher({ user: "ann", watchlist: ["bob", "eve"] });
      const bob = await (from === "pusher" ? world.signedIn("bob") : world.centrifugo({ user: "bob" }));
      await watcher.signIn();
      expect([await watcher.watched.next(), await watcher.watched.next()]).toEqual([
        "online bob",
        "offline eve",
      ]);
      if (from === "pusher") await world.signedIn("eve");
      else await world.centrifugo({ user: "eve" });
      expect(await watcher.watched.next()).toBe("online eve");
      await bob[Symbol.asyncDispose]();
      expect(await watcher.watched.next()).toBe("offline bob");
    },
  },
  {
    rule: "B8",
    from,
    to: "pusher",
    name: "a user with a connection on each wire is online until both are gone",
    async run(world) {
      const connections = [await world.signedIn("bob"), await world.centrifugo({ user: "bob" })];
      if (from === "centrifugo") connections.reverse();
      const watcher = await world.pusher({ user: "ann", watchlist: ["bob", "eve"] });
      await watcher.signIn();
      expect([await watcher.watched.next(), await watcher.watched.next()]).toEqual([
        "online bob",
        "offline eve",
      ]);
      await connections[0]?.[Symbol.asyncDispose]();
      // What was to be said of bob would have been said before.
      const eve = await world.centrifugo({ user: "eve" });
      expect(await watcher.watched.next()).toBe("online eve");
      await eve[Symbol.asyncDispose]();
      expect(await watcher.watched.next()).toBe("offline eve");
      await connections[1]?.[Symbol.asyncDispose]();
      expect(await watcher.watched.next()).toBe("offline bob");
    },
  },
  {
    rule: "B8",
    from,
    to: "pusher",
    name: "a user of the same id in another app is another",
    config: twoApps(),
    async run(world) {
      const watcher = await world.pusher({ user: "zoe", watchlist: ["ann", "eve"] });
      await watcher.signIn();
      expect([await watcher.watched.next(), await watcher.watched.next()]).toEqual([
        "offline ann",
        "offline eve",
      ]);
      await using foreign = await stranger(world, from);
      if (foreign instanceof PusherClient) expect(await foreign.signIn()).toBe("done");
      // What was to be said of ann would have been said before.
      await world.signedIn("eve");
      expect(await watcher.watched.next()).toBe("online eve");
    },
  },
]);

/** B8: users. */
export const userCases: readonly BridgeCase[] = [...deliveryCases, ...joiningCases, ...watchlistCases];
