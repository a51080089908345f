import { expectSame, field } from "../../program/verdict.ts";
import { expectApiError } from "../api.ts";
import { previousSecret, subscriptionSecret, tightLimits } from "../configuration.ts";
import { signed } from "../jwt.ts";
import { must, type Line } from "../line.ts";
import { offsets } from "./history.ts";

export const secondServer: readonly Line[] = [
  must(
    "2.1",
    "anonymous-connect",
    "allow_anonymous_connect_without_token: who has no token is nobody",
    async (scene) => {
      const second = scene.second();
      const client = await second.open();
      await client.ok("connect", {});
      const channel = second.name();
      await client.join(channel);
      const { presence } = await second.api.ok("presence", { channel });
      expectSame(
        Object.values(presence as object).map((info) => field(info, "user")),
        [""],
        "the users",
      );
    },
  ),
  must(
    "2.1",
    "anonymous-token",
    "disallow_anonymous_connection_tokens: a token without a user: close 3507",
    async (scene) => {
      const second = scene.second();
      const client = await second.open();
      client.send({ id: 1, connect: { token: second.token({ sub: "" }) } });
      await client.closed(3507);
    },
  ),
  must(
    "2.1",
    "single-connection",
    "single_connection: a user's new connection ends the old one with 3504",
    async (scene) => {
      const second = scene.second();
      const user = second.name();
      const old = await second.connect({ user });
      const client = await second.connect({ user });
      await old.closed(3504);
      await client.quiet();
    },
  ),
  must(
    "2.1",
    "personal-without-namespace",
    "a personal channel without a namespace is #USER",
    async (scene) => {
      const second = scene.second();
      const user = second.name();
      const { welcome } = await second.connect({ user });
      expectSame(Object.keys(welcome["subs"] as object), [`#${user}`], "the channels");
    },
  ),
  must(
    "4.3",
    "subscription-key",
    "client.subscription_token: subscription tokens have a key of their own",
    async (scene) => {
      const second = scene.second();
      const client = await second.connect();
      const channel = `$${second.name()}`;
      const claims = second.claims({ sub: client.user, channel });
      await client.refused("subscribe", { channel, token: signed(claims, second.target.secret) }, 103);
      await client.join(channel, { token: signed(claims, subscriptionSecret(second.target.secret)) });
    },
  ),
  must(
    "4.3",
    "previous-key",
    "hmac_previous_secret_key: a token of the key before lets in",
    async (scene) => {
      const second = scene.second();
      const client = await second.open();
      const token = signed(second.claims({ sub: second.name() }), previousSecret(second.target.secret));
      await client.ok("connect", { token });
    },
  ),
  must("1.6", "ping-25", "pings come every 25 seconds where nothing else is said", async (scene) => {
    const { welcome } = await scene.second().connect();
    expectSame([welcome["ping"], welcome["pong"]], [25, true], "ping and pong");
  }),
  must("2.1", "no-server-time", "without connect_include_server_time there is no time", async (scene) => {
    const { welcome } = await scene.second().connect();
    expectSame(welcome["time"], undefined, "time");
  }),
  must("10.3", "channel-limit-own", "client.channel_limit: one channel more: error 106", async (scene) => {
    const second = scene.second();
    const client = await second.open();
    await client.ok("connect", {});
    for (let i = 0; i < tightLimits.channels; i += 1) await client.join(second.name());
    await client.refused("subscribe", { channel: second.name() }, 106);
  }),
  must("10.3", "max-length-own", "channel.max_length: a longer name: error 107", async (scene) => {
    const second = scene.second();
    const client = await second.connect();
    await client.join(second.name().padEnd(tightLimits.nameLength, "x"));
    await client.refused(
      "subscribe",
      { channel: second.name().padEnd(tightLimits.nameLength + 1, "x") },
      107,
    );
  }),
  must(
    "10.3",
    "history-limit-own",
    "client.history_max_publication_limit: no more in one page",
    async (scene) => {
      const second = scene.second();
      const [client, channel] = [await second.connect(), second.name()];
      await second.api.publishMany(channel, tightLimits.history + 2);
      const found = await client.ok("history", { channel, limit: -1 });
      expectSame(offsets(found).length, tightLimits.history, "the number of publications");
    },
  ),
  must(
    "10.3",
    "recovery-limit-own",
    "client.recovery_max_publication_limit: who missed more: not recovered",
    async (scene) => {
      const second = scene.second();
      const channel = second.name();
      await second.api.publishMany(channel, tightLimits.recovery + 1);
      const client = await second.connect();
      const lost = await client.join(channel, { recover: true, offset: 0 });
      expectSame(
        [lost["was_recovering"], lost["recovered"]],
        [true, undefined],
        "was_recovering and recovered",
      );
      await client.leave(channel);
      const found = await client.join(channel, { recover: true, offset: 1 });
      expectSame([found["recovered"], offsets(found)], [true, [2, 3, 4]], "recovered and the offsets");
    },
  ),
  must(
    "5.1",
    "format-global",
    "channel.publication_data_format is that of namespaces without their own",
    async (scene) => {
      const second = scene.second();
      const [client, channel] = [await second.connect(), second.name()];
      await client.refused("publish", { channel, data: [1] }, 107);
      await client.ok("publish", { channel, data: {} });
    },
  ),
  must(
    "6.1",
    "error-mode-configured",
    "http_api.error_mode transport: errors are statuses without a header",
    async (scene) => {
      const { status, json } = await scene.second().api.call("publish", { channel: "nowhere:x", data: {} });
      expectSame(status, 404, "the status");
      expectApiError(json, 102, "publish");
    },
  ),
];
