import { expectSame, expectThat, shown } from "../../program/verdict.ts";
import { both, must, type Line } from "../line.ts";
import { inSeconds } from "../jwt.ts";
import type { NamespaceKind } from "../namespaces.ts";
import type { Scene } from "../scene.ts";

/** Whether a client may subscribe, by the permission algorithm (section 4.4). */
function permission(
  id: string,
  what: string,
  channelOf: (scene: Scene, user: string) => string,
  verdict: { readonly code?: number; readonly anonymous?: boolean } = {},
): Line {
  const { code, anonymous = false } = verdict;
  const answer = code === undefined ? "joined" : `error ${code}`;
  return must("4.4", id, `${what}: ${answer}`, async (scene) => {
    const user = anonymous ? "" : scene.name();
    const client = await scene.connect({ user });
    const channel = channelOf(scene, user);
    if (code === undefined) await client.join(channel);
    else await client.refused("subscribe", { channel }, code);
  });
}

function of(kind: NamespaceKind, rest?: string): (scene: Scene) => string {
  return (scene) => (rest === undefined ? scene.channel(kind) : scene.channel(kind, rest));
}

export const subscribing: readonly Line[] = [
  ...both("2.3", "subscribe", "subscribe is answered with {}, and publications come", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.connect();
    expectSame(await client.join(channel), {}, "the result");
    await scene.api.publish(channel, { hello: 1 });
    expectSame(await client.next("pub", channel), { data: { hello: 1 } }, "the publication");
  }),
  ...both("2.3", "order", "publications come once, and in order", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.joined(channel);
    await scene.numbersCome(client, channel, 60);
  }),
  must("2.3", "only-own", "publications of other channels do not come", async (scene) => {
    const [one, other] = [scene.channel("open"), scene.channel("open")];
    const client = await scene.joined(one);
    await scene.api.publish(other, "not for you");
    await scene.settle(one, client);
    expectSame(client.heard("pub").length, 1, "the number of publications");
  }),
  ...both(
    "2.3",
    "subscribe-twice",
    "a second subscribe: error 105, and publications come once",
    async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.joined(channel);
      await client.refused("subscribe", { channel }, 105);
      await scene.settle(channel, client);
      expectSame(client.heard("pub", channel).length, 1, "the number of publications");
    },
  ),
  must(
    "2.3",
    "subscribe-own-server-side",
    "a channel that the server subscribed to: error 105",
    async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.connect({ claims: { channels: [channel] } });
      await client.refused("subscribe", { channel }, 105);
    },
  ),
  must("2.3", "empty-channel", "an empty channel: close 3501", async (scene) => {
    const client = await scene.connect();
    client.send({ id: 7, subscribe: { channel: "" } });
    await client.closed(3501);
  }),
  must("2.3", "channel-255", "a name of 255 characters is taken", async (scene) => {
    const client = await scene.connect();
    await client.join(scene.channel("open").padEnd(255, "x"));
  }),
  ...both("2.3", "channel-256", "a name of 256 characters: error 107", async (scene) => {
    const client = await scene.connect();
    await client.refused("subscribe", { channel: scene.channel("open").padEnd(256, "x") }, 107);
  }),
  must(
    "2.3",
    "channel-limit",
    "the 129th channel of a client: error 106, and the 128 stay",
    async (scene) => {
      const client = await scene.connect();
      // The server may have subscribed it to some.
      const own = Object.keys((client.welcome["subs"] as object | undefined) ?? {}).length;
      const channels = Array.from({ length: 128 - own }, () => scene.channel("open"));
      const commands = channels.map((channel) => client.command("subscribe", { channel }));
      client.send(...commands);
      for (const { id } of commands) client.resultOf(await client.replyTo(Number(id)), "subscribe");
      await client.refused("subscribe", { channel: scene.channel("open") }, 106);
      await scene.settle(channels.at(-1) ?? "", client);
    },
  ),
  must("2.3", "unknown-delta", "a type of delta that there is not: close 3501", async (scene) => {
    const client = await scene.connect();
    client.send({ id: 7, subscribe: { channel: scene.channel("open"), delta: "xdelta" } });
    await client.closed(3501);
  }),
  ...both("2.3", "positioned", "positioned is granted where the namespace allows it", async (scene) => {
    const channel = scene.channel("positioning");
    await scene.api.publish(channel, 1);
    const client = await scene.connect();
    const result = await client.join(channel, { positioned: true });
    expectSame([result["positioned"], result["offset"]], [true, 1], "positioned and offset");
    expectSame(result["recoverable"], undefined, "recoverable");
    expectThat(
      typeof result["epoch"] === "string" && result["epoch"] !== "",
      `epoch is ${shown(result["epoch"])}`,
    );
  }),
  ...both(
    "2.3",
    "recoverable",
    "recoverable is granted where the namespace allows it, and is positioned, too",
    async (scene) => {
      const channel = scene.channel("recovering");
      await scene.api.publish(channel, 1);
      const client = await scene.connect();
      const result = await client.join(channel, { recoverable: true });
      expectSame(
        [result["recoverable"], result["positioned"], result["offset"]],
        [true, true, 1],
        "recoverable, positioned and offset",
      );
    },
  ),
  must("2.3", "history-access", "both are granted to who may read history", async (scene) => {
    const client = await scene.connect();
    const result = await client.join(scene.channel("history"), { recoverable: true, positioned: true });
    expectSame([result["recoverable"], result["positioned"]], [true, true], "recoverable and positioned");
  }),
  must("2.3", "not-granted", "nothing of it is granted to anybody else", async (scene) => {
    const client = await scene.connect();
    const result = await client.join(scene.channel("unread"), { recoverable: true, positioned: true });
    expectSame(result, {}, "the result");
  }),
  ...both("2.3", "force-positioning", "force_positioning: positioned without asking", async (scene) => {
    const client = await scene.connect();
    const result = await client.join(scene.channel("positioned"));
    expectSame(
      [result["positioned"], result["recoverable"]],
      [true, undefined],
      "positioned and recoverable",
    );
  }),
  ...both("2.3", "force-recovery", "force_recovery: recoverable without asking", async (scene) => {
    const client = await scene.connect();
    const result = await client.join(scene.channel("stream"));
    expectSame([result["positioned"], result["recoverable"]], [true, true], "positioned and recoverable");
  }),
  ...both(
    "2.7",
    "unsubscribe",
    "who has unsubscribed hears nothing more, and may come back",
    async (scene) => {
      const channel = scene.channel("open");
      const [client, other] = [await scene.joined(channel), await scene.joined(channel)];
      expectSame(await client.leave(channel), {}, "the result");
      await scene.settle(channel, other);
      await client.quiet();
      expectSame(client.heard("pub", channel).length, 0, "the number of publications");
      await client.join(channel);
      await scene.settle(channel, client);
    },
  ),
  ...both(
    "2.7",
    "unsubscribe-unknown",
    "unsubscribing from what was never joined succeeds",
    async (scene) => {
      const client = await scene.connect();
      expectSame(await client.leave(scene.name()), {}, "the result");
    },
  ),
  must(
    "2.7",
    "unsubscribe-server-side",
    "a client may leave what the server subscribed it to",
    async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.connect({ claims: { channels: [channel] } });
      const other = await scene.joined(channel);
      await client.leave(channel);
      await scene.settle(channel, other);
      await client.quiet();
      expectSame(client.heard("pub", channel).length, 0, "the number of publications");
    },
  ),
  ...both("2.8", "sub-refresh", "a new token puts the end of a subscription off", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    await client.join(channel, { token: scene.ticket(client, channel, { exp: inSeconds(60) }) });
    const token = scene.ticket(client, channel, { exp: inSeconds(600) });
    const result = await client.ok("sub_refresh", { channel, token });
    expectSame(result["expires"], true, "expires");
    expectThat(Number(result["ttl"]) > 500, `ttl is ${shown(result["ttl"])}`);
  }),
  must("2.8", "sub-refresh-stranger", "sub_refresh of what was never joined: error 103", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    await client.refused("sub_refresh", { channel, token: scene.ticket(client, channel) }, 103);
  }),
  must("2.8", "sub-refresh-no-token", "sub_refresh without a token: error 107", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.joined(channel);
    await client.refused("sub_refresh", { channel }, 107);
  }),
  ...(
    [
      ["forged", "a forged token", () => ({}), "x"],
      ["channel", "a token of another channel", (scene: Scene) => ({ channel: scene.name() }), ""],
      ["user", "a token of another user", (scene: Scene) => ({ sub: scene.name() }), ""],
    ] as const
  ).map(([id, what, claims, tail]) =>
    must("2.8", `sub-refresh-${id}`, `sub_refresh with ${what}: close 3500`, async (scene) => {
      const [client, channel] = [await scene.connect(), scene.name()];
      await client.join(channel, { token: scene.ticket(client, channel, { exp: inSeconds(60) }) });
      const token = scene.ticket(client, channel, claims(scene)) + tail;
      client.send({ id: 99, sub_refresh: { channel, token } });
      await client.closed(3500);
    }),
  ),
  must(
    "2.8",
    "sub-refresh-expire-at",
    "sub_refresh with an expire_at that is past: error 110",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.name()];
      await client.join(channel, { token: scene.ticket(client, channel, { exp: inSeconds(60) }) });
      const token = scene.ticket(client, channel, { exp: inSeconds(60), expire_at: inSeconds(-10) });
      await client.refused("sub_refresh", { channel, token }, 110);
    },
  ),
  ...both(
    "2.8",
    "sub-expired",
    "a subscription that is not refreshed in time ends with the push 2501",
    async (scene) => {
      scene.needsShortDelays();
      const [client, channel] = [await scene.connect(), scene.name()];
      await client.join(channel, { token: scene.ticket(client, channel, { exp: inSeconds(2) }) });
      const push = await client.next("unsubscribe", channel, 8_000);
      expectSame(push, { code: 2501, reason: "subscription expired" }, "the push");
      await client.quiet();
    },
  ),
  permission("unknown-namespace", "a namespace that there is not", () => "nowhere:x", { code: 102 }),
  permission("closed", "a channel that no option opens", (scene) => scene.name(), { code: 103 }),
  permission("open", "allow_subscribe_for_client", of("open")),
  permission("no-ascii", "a name outside ASCII", of("open", "жук"), { code: 107 }),
  permission("regex", "what channel_regex matches behind the namespace", of("letters", "abc")),
  permission("regex-not", "what channel_regex does not match", of("letters", "abc1"), { code: 107 }),
  permission("private", "$ before the name, without a token", (scene) => `$${scene.channel("open")}`, {
    code: 103,
  }),
  permission("private-unknown", "$ before a namespace that there is not", () => "$nowhere:x", { code: 102 }),
  permission("anonymous-shut-out", "nobody, in allow_subscribe_for_client", of("open"), {
    code: 103,
    anonymous: true,
  }),
  permission("anonymous", "nobody, in allow_subscribe_for_anonymous", of("anonymous"), { anonymous: true }),
  permission("limited", "a channel of this user", (scene, user) => `${scene.channel("limited")}#${user}`),
  permission(
    "limited-list",
    "a channel of this user and others",
    (scene, user) => `${scene.channel("limited")}#ann,${user},bob`,
  ),
  permission("limited-other", "a channel of other users", (scene) => `${scene.channel("limited")}#ann,bob`, {
    code: 103,
  }),
  permission(
    "limited-part",
    "a channel of a user whose name this one's begins with",
    (scene, user) => `${scene.channel("limited")}#${user.slice(0, -1)}`,
    { code: 103 },
  ),
  permission(
    "limited-last",
    "a channel of this user before another #",
    (scene, user) => `${scene.channel("limited")}#${user}#ann`,
    { code: 103 },
  ),
  permission("hash-open", "# in a namespace without allow_user_limited_channels", of("open", "room#ann")),
];
