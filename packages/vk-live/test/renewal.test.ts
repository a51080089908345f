import { describe, expect, test } from "bun:test";
import { seconds, token } from "../../server/test/e2e/tokens.ts";
import { Events } from "../../server/test/events.ts";
import type { ChannelFault, LiveState } from "@twinwire/vk-live";
import { Heard, message, World, Wiretap } from "./world.ts";

const tokenPath = "/v1/websocket/token";
const tokensPath = "/v1/websocket/subscription_token";
const limited = "api-channel-limited-chat:7";

const asks =
  (path: string) =>
  (asked: { readonly path: string }): boolean =>
    asked.path === path;

describe("a connection token", () => {
  test("is renewed before it expires, without a break", async () => {
    await using world = new World({ expiresIn: { connection: 1 } });
    const live = world.live("ann-token");
    const tap = new Wiretap();
    const tapped = world.live("ann-token", { websocket: tap.websocket });
    const states: LiveState[] = [];
    live.on("state", ({ state }) => states.push(state));
    live.connect();
    tapped.connect();
    // Centrifugo's answer to a renewal.
    await tap.received.first((frame) => frame.includes('"refresh"'));
    expect(world.times(tokenPath)).toBeGreaterThan(2);
    expect(states).toEqual(["connecting", "connected"]);
    expect(tap.sockets).toHaveLength(1);
  });

  test("that has expired on the way is asked for again", async () => {
    let given = 0;
    await using world = new World({
      instead: (request) => {
        if (!request.url.endsWith(tokenPath) || given > 0) return undefined;
        given += 1;
        return Response.json({ data: { token: token({ sub: "1", exp: seconds(-60) }) } });
      },
    });
    const live = world.live("ann-token");
    const faults: ChannelFault[] = [];
    live.on("error", (fault) => faults.push(fault));
    const channel = live.channel("night-owl");
    live.connect();
    await channel.ready;
    expect([world.times(tokenPath), faults]).toEqual([2, []]);
  });

  test("that always comes expired is an error from the second time on, and is tried again", async () => {
    await using world = new World({
      instead: (request) =>
        request.url.includes(tokenPath)
          ? Response.json({ data: { token: token({ sub: "1", exp: seconds(-60) }) } })
          : undefined,
    });
    const live = world.live("ann-token");
    const faults = new Events<ChannelFault>();
    live.on("error", (fault) => {
      faults.push(fault);
    });
    live.connect();
    expect(await faults.next()).toMatchObject({ kind: "connection", code: 109 });
    expect(world.times(tokenPath)).toBeGreaterThan(1);
    expect(live.state).toBe("connecting");
  });

  test("that the DevAPI refuses ends it with an error, and is not asked for over and over", async () => {
    await using world = new World();
    let bearer = "nobodys-token";
    const live = world.live(() => bearer);
    const faults = new Events<ChannelFault>();
    live.on("error", (fault) => {
      faults.push(fault);
    });
    const stopped = new Promise<void>((resolve) => {
      live.on("state", ({ state }) => {
        if (state === "disconnected") resolve();
      });
    });
    live.connect();
    await stopped;
    expect(faults.all).toEqual([
      { kind: "unauthorized", request: "connection-token", message: "Not authorized" },
    ]);
    expect(world.times(tokenPath)).toBe(1);
    // With another token it may be tried again.
    bearer = "ann-token";
    const channel = live.channel("night-owl");
    live.connect();
    await channel.ready;
    expect(live.state).toBe("connected");
  });

  test("that cannot be had for a while is tried again", async () => {
    let failing = 2;
    await using world = new World({
      instead: () => (failing-- > 0 ? new Response("busy", { status: 503 }) : undefined),
    });
    const live = world.live("ann-token");
    const faults = new Events<ChannelFault>();
    live.on("error", (fault) => {
      faults.push(fault);
    });
    live.connect();
    await new Promise<void>((resolve) => {
      live.on("state", ({ state }) => {
        if (state === "connected") resolve();
      });
    });
    expect(faults.all).toMatchObject(
      Array(2).fill({ kind: "unavailable", request: "connection-token", status: 503 }),
    );
  });

  test("that the server does not accept ends it with what the server said", async () => {
    await using world = new World({
      instead: () => Response.json({ data: { token: token({ sub: "1" }, { secret: "another" }) } }),
    });
    const live = world.live("ann-token");
    const faults = new Events<ChannelFault>();
    live.on("error", (fault) => {
      faults.push(fault);
    });
    live.connect();
    expect(await faults.next()).toEqual({ kind: "closed", code: 3500, reason: "invalid token" });
  });
});

describe("a subscription token", () => {
  test("is renewed before it expires, and the channel goes on", async () => {
    await using world = new World({ expiresIn: { subscription: 1 } });
    const tap = new Wiretap();
    const live = world.live("ann-token", { websocket: tap.websocket });
    const channel = live.channel("night-owl");
    const heard = new Heard(channel);
    live.connect();
    await channel.ready;
    await tap.received.first((frame) => frame.includes('"sub_refresh"'));
    await world.publisher.to(limited).channelChatMessageSend(message(1, "still in"));
    await heard.events.next();
    expect(heard.texts).toEqual(["still in"]);
    expect([heard.noAccess.all, heard.faults.all]).toEqual([[], []]);
  });

  test("that is not given again at its end is no access from then on", async () => {
    await using world = new World({ expiresIn: { subscription: 1 } });
    const live = world.live("ann-token");
    const channel = live.channel("night-owl");
    const heard = new Heard(channel);
    live.connect();
    await channel.ready;
    world.store.revoke("night-owl", "1");
    await heard.noAccess.first((name) => name === limited);
    await world.publisher.to(limited).channelChatMessageSend(message(1, "to fans"));
    await world.publisher.to("api-channel-chat:7").channelChatMessageSend(message(2, "to all"));
    await heard.events.next();
    expect(heard.texts).toEqual(["to all"]);
    expect(heard.faults.all).toEqual([]);
  });

  test("that cannot be had for a while is an error, and is tried again", async () => {
    const answers = [
      new Response("busy", { status: 500 }),
      Response.json({ error: "unauthorized" }, { status: 401 }),
    ];
    await using world = new World({
      instead: (request) => (request.url.includes(tokensPath) ? answers.shift() : undefined),
    });
    const live = world.live("ann-token");
    const channel = live.channel("night-owl");
    const heard = new Heard(channel);
    live.connect();
    await channel.ready;
    expect(new Set(heard.faults.all.map(({ kind }) => kind))).toEqual(
      new Set(["unavailable", "unauthorized"]),
    );
    expect(heard.noAccess.all).toEqual([]);
    expect(heard.subscribed.all).toContain(limited);
  });

  test("that always comes expired is an error from the second time on, and is tried again", async () => {
    let isLate = true;
    await using world = new World({
      instead: (request) => {
        if (!request.url.includes(tokensPath) || !isLate) return undefined;
        const expired = token({ sub: "1", channel: limited, exp: seconds(-60) });
        return Response.json({ data: { channel_tokens: [{ channel: limited, token: expired }] } });
      },
    });
    const live = world.live("ann-token");
    const channel = live.channel("night-owl");
    const heard = new Heard(channel);
    live.connect();
    expect(await heard.faults.next()).toMatchObject({
      kind: "subscribe",
      code: 109,
      channel: { name: limited },
    });
    expect(world.times(tokensPath)).toBeGreaterThan(1);
    isLate = false;
    await heard.subscribed.first((name) => name === limited);
  });

  test("that the server refuses is asked for anew", async () => {
    let wrong = true;
    await using world = new World({
      instead: (request) => {
        if (!request.url.includes(tokensPath) || !wrong) return undefined;
        wrong = false;
        const claims = { sub: "1", channel: limited };
        return Response.json({
          data: { channel_tokens: [{ channel: limited, token: token(claims, { secret: "another" }) }] },
        });
      },
    });
    const live = world.live("ann-token");
    const channel = live.channel("night-owl");
    const heard = new Heard(channel);
    live.connect();
    await heard.subscribed.first((name) => name === limited);
    expect(heard.faults.all).toMatchObject([{ kind: "refused", code: 103, channel: { name: limited } }]);
    expect(world.asked.all.filter(asks(tokensPath)).length).toBeGreaterThan(1);
  });
});
