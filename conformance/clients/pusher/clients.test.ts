import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { PusherClient } from "../../../packages/server/test/clients.ts";
import { missingOf } from "../table.ts";
import { infoOf } from "./application.ts";
import { Hearing, value } from "./hearing.ts";
import { rows, type Ability, type Row } from "./rows.ts";
import { World } from "./world.ts";

// Maven and pip may have to fetch the clients first.
setDefaultTimeout(120_000);

const greeting = { text: 'Grüße 👋 "quoted" \\ ', at: 1 };

/** Where a client lacks it, the test is of what its user sees instead, and there may be nothing to see. */
function ability(row: Row, name: Ability, has: () => Promise<void>, instead?: () => Promise<void>): void {
  const lack = row.lacks[name];
  if (lack === undefined) test(name, has);
  else if (instead !== undefined) test(`${name}: it ${lack}`, instead);
}

describe.each(rows.filter(({ skipped }) => !skipped))("$name", (row) => {
  let world: World;
  let ann: Hearing;
  let bob: PusherClient;
  beforeAll(async () => {
    world = await World.start();
    ann = await start("ann");
    await ann.connected();
    bob = await PusherClient.connect(world.port, { user: "bob", info: infoOf("bob"), watchlist: ["ann"] });
  });
  afterAll(async () => {
    await bob[Symbol.asyncDispose]();
    await ann[Symbol.asyncDispose]();
    // What its user did not catch would end an app.
    const ended = ann.client.lines.all.find((line) => line.kind === "ended");
    expect(ended?.said ?? "").not.toContain("Exception in thread");
    await world[Symbol.asyncDispose]();
    await row.close();
  });

  async function start(user: string, more: Parameters<World["terms"]>[1] = {}): Promise<Hearing> {
    return new Hearing(await row.start(world.terms(user, more), world.application));
  }

  test("public and private channels", async () => {
    for (const channel of ["news", "private-news"]) {
      await ann.subscribe(channel, "App\\Events\\Said");
      await world.api.trigger(channel, "App\\Events\\Said", greeting);
      const heard = await ann.event(channel, "App\\Events\\Said");
      expect([channel, value(heard.data)]).toEqual([channel, greeting]);
    }
    // What is unsubscribed is heard no more: what comes after it on another channel is.
    ann.client.tell({ do: "unsubscribe", channel: "news" });
    await ann.subscribe("private-after", "after");
    await world.api.trigger("news", "App\\Events\\Said", greeting);
    await world.api.trigger("private-after", "after", {});
    await ann.event("private-after", "after");
    expect(ann.all("event").filter(({ channel }) => channel === "news")).toHaveLength(1);
  });

  test("presence: who is there, who comes, who goes", async () => {
    await using carl = await PusherClient.connect(world.port, { user: "carl", info: infoOf("carl") });
    await carl.join("presence-room");
    const { members } = await ann.subscribe("presence-room");
    expect(members).toEqual({ ann: infoOf("ann"), carl: infoOf("carl") });
    await bob.join("presence-room");
    expect((await ann.line("joined")).info).toEqual(infoOf("bob"));
    await bob.leave("presence-room");
    expect((await ann.line("left")).id).toBe("bob");
  });

  const secret = async (): Promise<unknown> => {
    await ann.subscribe("private-encrypted-safe", "secret");
    await world.api.trigger("private-encrypted-safe", "secret", greeting);
    return value((await ann.event("private-encrypted-safe", "secret")).data);
  };
  ability(
    row,
    "encrypted channels",
    async () => {
      expect(await secret()).toEqual(greeting);
    },
    async () => {
      expect(Object.keys(Object(await secret()) as object).sort()).toEqual(["ciphertext", "nonce"]);
    },
  );

  test("a cache channel's event, published before it came", async () => {
    await world.api.trigger("private-cache-full", "kept", greeting);
    await ann.subscribe("private-cache-full", "kept");
    expect(value((await ann.event("private-cache-full", "kept")).data)).toEqual(greeting);
  });

  ability(row, "cache miss", async () => {
    await ann.subscribe("cache-empty");
    await ann.event("cache-empty", "pusher:cache_miss");
  });

  test("client events to and fro", async () => {
    await ann.subscribe("private-talk", "client-said", "client-object");
    await bob.join("private-talk");
    await bob.say("private-talk", "said", JSON.stringify(greeting));
    expect(value((await ann.event("private-talk", "client-said")).data)).toEqual(greeting);
    ann.client.tell({ do: "trigger", channel: "private-talk", event: "client-answered", data: greeting });
    const answer = await bob.heard.first(({ event }) => event === "client-answered");
    expect(value(answer.data)).toEqual(greeting);
  });

  ability(
    row,
    "client events whose data is no text",
    async () => {
      await bob.say("private-talk", "object", greeting);
      expect(value((await ann.event("private-talk", "client-object")).data)).toEqual(greeting);
    },
    async () => {
      await bob.say("private-talk", "object", greeting);
      expect((await ann.line("error")).message).toContain("ClassCastException");
    },
  );

  ability(row, "sign-in", async () => {
    ann.client.tell({ do: "signin", events: ["for-ann"] });
    await bob.signIn();
    await bob.watched.first((who) => who === "online ann");
    // No client says when it listens to what is sent to its user: the first that it hears will do.
    while (ann.all("user-event").length === 0) {
      await world.api.sendToUser("ann", "for-ann", greeting);
      await Bun.sleep(10);
    }
    expect(value(ann.all("user-event")[0]?.data)).toEqual(greeting);
  });

  ability(row, "watchlist", async () => {
    expect((await ann.line("watched", ({ name }) => name === "online")).ids).toEqual(["bob"]);
  });

  ability(row, "subscription count", async () => {
    await ann.subscribe("counted");
    await bob.join("counted");
    expect(
      await ann.line("count", ({ channel, count }) => channel === "counted" && count === 2),
    ).toBeDefined();
  });

  test("a channel that the application refuses", async () => {
    ann.client.tell({ do: "subscribe", channel: "private-forbidden", events: [] });
    const { error } = await ann.line("refused");
    expect(JSON.stringify(error)).toMatch(row.forbidden);
  });

  test("a signature that is not right", async () => {
    await using finn = await start("finn");
    await finn.connected();
    finn.client.tell({ do: "subscribe", channel: "private-forged", events: [] });
    const reason = "the signature is not right";
    if (row.lacks["4009 told to the connection"] === undefined) {
      const { code, message } = await finn.line("error", (error) => error.code !== null);
      expect([code, message]).toEqual([4009, reason]);
    }
    if (row.lacks["subscription error of the server"] === undefined) {
      const { error } = await finn.line("refused", ({ channel }) => channel === "private-forged");
      expect(error).toEqual({ type: "AuthError", error: reason, status: 401 });
    }
    // It is still there for other channels.
    await finn.subscribe("private-news");
  });

  test("4001: a key that does not exist is final", async () => {
    const made = world.network.made;
    await using lost = await start("ann", { key: "no-such-key" });
    const { code, message } = await lost.line("error", (error) => error.code !== null);
    expect([code, message]).toEqual([4001, "there is no app with this key"]);
    await lost.line("state", ({ state }) => state === "disconnected");
    expect(world.network.made).toBe(made + 1);
  });

  const afterFreeze = async (dora: Hearing): Promise<number> => {
    await dora.connected();
    await dora.subscribe("news", "still");
    const from = dora.now;
    world.network.freeze();
    return from;
  };
  const impatient = { activityTimeout: 1000, pongTimeout: 1000 };
  ability(
    row,
    "a dead connection noticed",
    async () => {
      await using dora = await start("dora", impatient);
      const from = await afterFreeze(dora);
      const again = await dora.connected(from);
      await dora.line("subscribed", ({ channel }) => channel === "news", again);
      await world.api.trigger("news", "still", greeting);
      expect(value((await dora.event("news", "still")).data)).toEqual(greeting);
    },
    row.name.startsWith("pysher")
      ? undefined
      : async () => {
          await using dora = await start("dora", impatient);
          const from = await afterFreeze(dora);
          // Most of the time it ends there; at times it comes again.
          const noticed: readonly unknown[] = ["disconnected", "reconnecting"];
          await dora.line("state", ({ state }) => noticed.includes(state), from);
        },
  );

  test("4200: where the server stops, it comes again to the next one and hears on", async () => {
    await using eve = await start("eve");
    await eve.connected();
    await eve.subscribe("news", "again");
    await eve.subscribe("private-news", "again");
    const from = eve.now;
    await world.replaceServer();
    const again = await eve.connected(from);
    expect((await eve.line("error", ({ code }) => code !== null, from)).code).toBe(4200);
    await eve.line("subscribed", ({ channel }) => channel === "news", again);
    await world.api.trigger("news", "again", greeting);
    await eve.event("news", "again");
    if (row.lacks["closed channels again after a reconnect"] !== undefined) {
      await eve.line("refused", ({ channel }) => channel === "private-news", from);
      return;
    }
    await eve.line("subscribed", ({ channel }) => channel === "private-news", from);
    await world.api.trigger("private-news", "again", greeting);
    await eve.event("private-news", "again");
  });
});

test("every client hears every other one's client events, and not its own", async () => {
  await using world = await World.start();
  await using all = new AsyncDisposableStack();
  const here = rows.filter(({ skipped }) => !skipped);
  const clients = await Promise.all(
    here.map(async (row, index) => {
      all.defer(() => row.close());
      const user = `user-${index}`;
      const client = all.use(new Hearing(await row.start(world.terms(user), world.application)));
      await client.connected();
      await client.subscribe("presence-all", ...here.map((_, other) => `client-of-${other}`));
      return { client, user };
    }),
  );
  for (const [index, { client }] of clients.entries()) {
    const event = `client-of-${index}`;
    // Text: see pusher-java-client 2.0.2.
    const text = JSON.stringify({ ...greeting, index });
    client.client.tell({ do: "trigger", channel: "presence-all", event, data: text });
  }
  for (const [index, { client }] of clients.entries())
    for (const [other, { user }] of clients.entries()) {
      if (other === index) continue;
      const { data, user: by } = await client.event("presence-all", `client-of-${other}`);
      expect(value(value(data))).toEqual({ ...greeting, index: other });
      // pysher tells nobody who it was.
      if (by !== null) expect(by).toBe(user);
    }
  for (const [index, { client }] of clients.entries())
    expect(client.all("event").map(({ event }) => event)).not.toContain(`client-of-${index}`);
});

test("README.md has a row for every client, with all that it lacks", () => {
  expect(missingOf(rows)).toEqual([]);
});
