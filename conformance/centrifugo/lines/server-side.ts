import { expectSame, expectThat, field, shown, Skipped } from "../../program/verdict.ts";
import type { Client } from "../client.ts";
import { inSeconds } from "../jwt.ts";
import { both, may, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";

function subOf(client: Client, channel: string): unknown {
  return field(client.welcome, "subs", channel);
}

function personalOf(scene: Scene, user: string): string {
  const { personal } = scene.target;
  if (personal === undefined) throw new Skipped("needs --personal NAMESPACE, of users' personal channels");
  return `${personal}:#${user}`;
}

export const serverSide: readonly Line[] = [
  ...both(
    "4.1",
    "channels",
    "channels of the token are in subs of the connect reply, and their publications come",
    async (scene) => {
      const [one, other] = [scene.channel("open"), scene.channel("stream")];
      await scene.api.publish(other, 1);
      const client = await scene.connect({ claims: { channels: [one, other] } });
      expectSame(subOf(client, one), {}, "the one without a position");
      const sub = subOf(client, other);
      expectSame(
        [field(sub, "recoverable"), field(sub, "positioned"), field(sub, "offset")],
        [true, true, 1],
        "recoverable, positioned and offset of the other",
      );
      await scene.settle(one, client);
      await scene.settle(other, client);
    },
  ),
  must("4.1", "channels-closed", "… be they closed to clients", async (scene) => {
    const channel = scene.name();
    const client = await scene.connect({ claims: { channels: [channel] } });
    await scene.settle(channel, client);
  }),
  ...both("4.1", "subs", "subs of the token have info, data and overrides of their own", async (scene) => {
    const channel = scene.channel("presence");
    const b64data = Buffer.from('{"b64":1}').toString("base64");
    const second = scene.channel("unread");
    const client = await scene.connect({
      claims: {
        subs: {
          [channel]: { info: { seat: 1 }, data: { hello: 1 } },
          [second]: { b64data, override: { force_recovery: { value: true } } },
        },
      },
    });
    expectSame(field(subOf(client, channel), "data"), { hello: 1 }, "data");
    const { presence } = await client.ok("presence", { channel });
    expectSame(field(presence, client.id, "chan_info"), { seat: 1 }, "chan_info");
    expectSame(field(subOf(client, second), "data"), { b64: 1 }, "data in base64");
    expectSame(field(subOf(client, second), "recoverable"), true, "recoverable");
  }),
  must("4.1", "subs-over-channels", "subs of the token win over channels", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.connect({
      claims: { channels: [channel], subs: { [channel]: { data: "of subs" } } },
    });
    expectSame(field(subOf(client, channel), "data"), "of subs", "data");
  }),
  must(
    "4.1",
    "channels-unknown",
    "a token's channel of a namespace that there is not: error 102",
    async (scene) => {
      const client = await scene.open();
      client.send({ id: 1, connect: { token: scene.token({ sub: "x", channels: ["nowhere:x"] }) } });
      const { value } = await client.replyTo(1);
      expectSame(field(value, "error", "code"), 102, "the error");
    },
  ),
  must(
    "3.3",
    "channels-too-many",
    "more server-side channels than a client may have: close 3505",
    async (scene) => {
      const client = await scene.open();
      const channels = Array.from({ length: 129 }, () => scene.name());
      client.send({ id: 1, connect: { token: scene.token({ sub: scene.name(), channels }) } });
      await client.closed(3505);
    },
  ),
  ...both(
    "2.1",
    "wishes",
    "subs of the connect command are granted where the client might subscribe",
    async (scene) => {
      const [wished, closed] = [scene.channel("open"), scene.name()];
      const client = await scene.connect({ request: { subs: { [wished]: {}, [closed]: {} } } });
      expectSame(subOf(client, wished), {}, "the one that is open");
      expectSame(subOf(client, closed), undefined, "the one that is closed");
      await scene.settle(wished, client);
    },
  ),
  must("2.1", "wishes-private", "… and $ channels never", async (scene) => {
    const channel = `$${scene.channel("open")}`;
    const client = await scene.connect({ request: { subs: { [channel]: {} } } });
    expectSame(subOf(client, channel), undefined, "the sub");
  }),
  must("2.1", "wishes-limited", "… and channels of other users never", async (scene) => {
    const channel = scene.channel("limited");
    const user = scene.name();
    const subs = { [`${channel}#${user}`]: {}, [`${channel}#bob`]: {} };
    const client = await scene.connect({ user, request: { subs } });
    expectSame(subOf(client, `${channel}#${user}`), {}, "the own one");
    expectSame(subOf(client, `${channel}#bob`), undefined, "the other's");
  }),
  must("2.1", "wishes-unknown", "… of a namespace that there is not: close 3501", async (scene) => {
    const client = await scene.open();
    client.send({ id: 1, connect: { token: scene.token({ sub: scene.name() }), subs: { "nowhere:x": {} } } });
    await client.closed(3501);
  }),
  ...both("2.1", "personal", "a user is subscribed to its personal channel", async (scene) => {
    const user = scene.name();
    const channel = personalOf(scene, user);
    const client = await scene.connect({ user });
    expectThat(subOf(client, channel) !== undefined, `subs are ${shown(client.welcome["subs"])}`);
    await scene.settle(channel, client);
  }),
  must("2.1", "personal-nobody", "nobody has none", async (scene) => {
    personalOf(scene, "");
    const client = await scene.connect({ user: "" });
    expectSame(client.welcome["subs"], undefined, "subs");
  }),
  ...both(
    "6.2",
    "api-subscribe",
    "subscribe of the API: a push subscribe, and publications come",
    async (scene) => {
      const channel = scene.channel("stream");
      await scene.api.publish(channel, 1);
      const client = await scene.connect();
      expectSame(
        await scene.api.ok("subscribe", { channel, user: client.user, data: { hello: 1 } }),
        {},
        "the result",
      );
      const push = await client.next("subscribe", channel);
      expectSame(
        [push["recoverable"], push["positioned"], push["offset"], push["data"]],
        [true, true, 1, { hello: 1 }],
        "recoverable, positioned, offset and data",
      );
      await scene.settle(channel, client);
    },
  ),
  must("6.2", "api-subscribe-client", "… of one client alone", async (scene) => {
    const channel = scene.channel("open");
    const user = scene.name();
    const [one, other] = [await scene.connect({ user }), await scene.connect({ user })];
    await scene.api.ok("subscribe", { channel, user, client: one.id });
    await one.next("subscribe", channel);
    await scene.settle(channel, one);
    await other.quiet();
    expectSame(
      other.messages.filter(({ value }) => value["push"] !== undefined).length,
      0,
      "pushes of the other",
    );
  }),
  must("6.2", "api-subscribe-info", "info, b64data and overrides of subscribe", async (scene) => {
    const channel = scene.channel("presence");
    const client = await scene.connect();
    const b64data = Buffer.from('{"b64":1}').toString("base64");
    await scene.api.ok("subscribe", {
      channel,
      user: client.user,
      info: { seat: 2 },
      b64data,
      override: { presence: { value: false } },
    });
    const push = await client.next("subscribe", channel);
    expectSame(push["data"], { b64: 1 }, "data");
    const { presence } = await client.ok("presence", { channel });
    expectSame(presence ?? {}, {}, "presence");
  }),
  must(
    "15",
    "api-subscribe-since",
    "recover_since of subscribe: the push has the position that was asked for",
    async (scene) => {
      const channel = scene.channel("stream");
      const { epoch } = await scene.api.publish(channel, 1);
      await scene.api.publish(channel, 2);
      const client = await scene.connect();
      await scene.api.ok("subscribe", { channel, user: client.user, recover_since: { offset: 1, epoch } });
      const push = await client.next("subscribe", channel);
      expectSame(push["epoch"], epoch, "epoch");
      expectSame(push["offset"], 1, "offset");
    },
  ),
  ...both(
    "6.2",
    "api-unsubscribe",
    "unsubscribe of the API: a push 2000, and nothing more comes",
    async (scene) => {
      const channel = scene.channel("open");
      const [client, other] = [await scene.joined(channel), await scene.joined(channel)];
      expectSame(await scene.api.ok("unsubscribe", { channel, user: client.user }), {}, "the result");
      const push = await client.next("unsubscribe", channel);
      expectSame(push, { code: 2000, reason: "server unsubscribe" }, "the push");
      await scene.settle(channel, other);
      await client.quiet();
      expectSame(client.heard("pub", channel).length, 0, "the number of publications");
      await client.join(channel);
    },
  ),
  ...both("6.2", "api-disconnect", "disconnect of the API: close 3503", async (scene) => {
    const client = await scene.connect();
    expectSame(await scene.api.ok("disconnect", { user: client.user }), {}, "the result");
    await client.closed(3503);
  }),
  must("6.2", "api-disconnect-own", "… with a code and reason of the application's own", async (scene) => {
    const client = await scene.connect();
    await scene.api.ok("disconnect", { user: client.user, disconnect: { code: 4100, reason: "go away" } });
    await client.closed(4100, "go away");
  }),
  must("6.2", "api-disconnect-whitelist", "… but for the clients of the whitelist", async (scene) => {
    const user = scene.name();
    const [one, other] = [await scene.connect({ user }), await scene.connect({ user })];
    await scene.api.ok("disconnect", { user, whitelist: [one.id] });
    await other.closed(3503);
    await one.quiet();
  }),
  must("6.2", "api-disconnect-client", "… of one client alone", async (scene) => {
    const user = scene.name();
    const [one, other] = [await scene.connect({ user }), await scene.connect({ user })];
    await scene.api.ok("disconnect", { user, client: other.id });
    await other.closed(3503);
    await one.quiet();
  }),
  ...both("6.2", "api-refresh", "refresh of the API: a push refresh with the new end", async (scene) => {
    const client = await scene.connect({ claims: { exp: inSeconds(60) } });
    expectSame(
      await scene.api.ok("refresh", { user: client.user, expire_at: inSeconds(600) }),
      {},
      "the result",
    );
    const push = await client.next("refresh");
    expectSame(push["expires"], true, "expires");
    expectThat(Number(push["ttl"]) > 500, `ttl is ${shown(push["ttl"])}`);
  }),
  must("6.2", "api-refresh-expired", "… with expired: close 3005", async (scene) => {
    const client = await scene.connect({ claims: { exp: inSeconds(60) } });
    await scene.api.ok("refresh", { user: client.user, expired: true });
    await client.closed(3005);
  }),
  must("6.2", "api-refresh-info", "… with info, which is shown from then on", async (scene) => {
    const channel = scene.channel("presence");
    const client = await scene.connect({ claims: { exp: inSeconds(60), info: { mood: "old" } } });
    await scene.api.ok("refresh", { user: client.user, expire_at: inSeconds(600), info: { mood: "new" } });
    await client.next("refresh");
    await client.join(channel);
    const { presence } = await client.ok("presence", { channel });
    expectSame(field(presence, client.id, "conn_info"), { mood: "new" }, "conn_info");
  }),
  must("2.8", "server-side-expired", "a server-side subscription that ran out: close 3006", async (scene) => {
    scene.needsShortDelays();
    const channel = scene.channel("open");
    const client = await scene.connect();
    await scene.api.ok("subscribe", { channel, user: client.user, expire_at: inSeconds(2) });
    await client.next("subscribe", channel);
    await client.closed(3006, "subscription expired", 8_000);
  }),
  may(
    "6.2",
    "api-unsubscribe-stranger",
    "unsubscribe reaches connections that were not subscribed, too",
    async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.connect();
      await scene.api.ok("unsubscribe", { channel, user: client.user });
      await client.quiet();
      for (const { value } of client.heard("unsubscribe", channel))
        expectSame(field(value, "push", "unsubscribe", "code"), 2000, "the code");
    },
  ),
];
