import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";
import { inSeconds } from "../jwt.ts";
import { must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import type { UniClient, UniTransport } from "../stream-clients.ts";

const transports: readonly UniTransport[] = ["uni_websocket", "uni_sse", "uni_http_stream"];

function onEach(
  id: string,
  what: string,
  run: (scene: Scene, transport: UniTransport) => Promise<void>,
): readonly Line[] {
  return transports.map((transport) =>
    must("8.2", `${transport.replaceAll("_", "-")}-${id}`, `${transport}: ${what}`, (scene) =>
      run(scene, transport),
    ),
  );
}

/** The server refuses a connect request: a push says why, or the close frame does. */
async function refusedWith(
  scene: Scene,
  transport: UniTransport,
  code: number,
  token: string,
): Promise<void> {
  const client = scene.listener(transport);
  await client.listen(token === "" ? {} : { token });
  await client.closed(code);
}

function subOf(client: UniClient, channel: string): unknown {
  return field(client.welcome, "subs", channel);
}

export const unidirectional: readonly Line[] = [
  ...onEach(
    "connect",
    "the first push is connect, with client, version, session and ping, without pong and node",
    async (scene, transport) => {
      const { welcome, messages } = await scene.listening(transport);
      for (const name of ["client", "version", "session"])
        expectThat(
          typeof welcome[name] === "string" && welcome[name] !== "",
          `${name} is ${shown(welcome[name])}`,
        );
      expectThat(Number(welcome["ping"]) > 0, `ping is ${shown(welcome["ping"])}`);
      expectSame([welcome["pong"], welcome["node"]], [undefined, undefined], "pong and node");
      expectThat(
        field(messages[0]?.value, "push", "connect") !== undefined,
        `first came ${shown(messages[0]?.value)}`,
      );
    },
  ),
  ...onEach(
    "channels",
    "channels of the token are in its subs, and their publications come as pushes",
    async (scene, transport) => {
      const channel = scene.channel("stream");
      const client = await scene.listening(transport, { claims: { channels: [channel] } });
      expectSame(field(subOf(client, channel), "recoverable"), true, "recoverable");
      await scene.api.publish(channel, { a: 1 });
      const push = await client.next("pub", channel);
      expectSame([push["data"], push["offset"]], [{ a: 1 }, 1], "data and offset");
    },
  ),
  ...onEach(
    "wishes",
    "subs of the connect request are granted where the client might subscribe",
    async (scene, transport) => {
      const [wished, closed] = [scene.channel("open"), scene.name()];
      const client = await scene.listening(transport, { request: { subs: { [wished]: {}, [closed]: {} } } });
      expectSame([subOf(client, wished), subOf(client, closed)], [{}, undefined], "the subs");
      await scene.settle(wished, client);
    },
  ),
  ...onEach("recover", "subs of the connect request recover what was missed", async (scene, transport) => {
    const channel = scene.channel("stream");
    await scene.api.publishMany(channel, 2);
    const claims = { channels: [channel] };
    const first = await scene.listening(transport, { claims });
    const { epoch, offset } = subOf(first, channel) as Readonly<Record<string, unknown>>;
    first.close();
    await scene.api.publishMany(channel, 2);
    const subs = { [channel]: { recover: true, epoch, offset } };
    const back = await scene.listening(transport, { claims, request: { subs } });
    const sub = subOf(back, channel);
    expectSame(
      [field(sub, "recovered"), field(sub, "publications", "1", "offset")],
      [true, 4],
      "recovered, and the last offset",
    );
  }),
  ...onEach(
    "api-subscribe",
    "subscribe and unsubscribe of the API come as pushes",
    async (scene, transport) => {
      const channel = scene.channel("open");
      const client = await scene.listening(transport);
      await scene.api.ok("subscribe", { channel, user: client.user });
      await client.next("subscribe", channel);
      await scene.settle(channel, client);
      await scene.api.ok("unsubscribe", { channel, user: client.user });
      expectSame((await client.next("unsubscribe", channel))["code"], 2000, "the code");
    },
  ),
  ...onEach("session", "the API means a client by its session", async (scene, transport) => {
    const channel = scene.channel("open");
    const user = scene.name();
    const [one, other] = [
      await scene.listening(transport, { user }),
      await scene.listening(transport, { user }),
    ];
    await scene.api.ok("subscribe", { channel, user, session: one.welcome["session"] });
    await one.next("subscribe", channel);
    await scene.settle(channel, one);
    expectSame(other.heard("subscribe").length, 0, "subscribe pushes of the other");
  }),
  ...onEach("disconnect", "disconnect of the API: a push disconnect 3503", async (scene, transport) => {
    const client = await scene.listening(transport);
    await scene.api.ok("disconnect", { user: client.user });
    expectSame(await client.next("disconnect"), { code: 3503, reason: "force disconnect" }, "the push");
    await client.closed(3503);
  }),
  ...onEach("ping", "pings are empty pushes, and nobody waits for an answer", async (scene, transport) => {
    scene.needsShortDelays();
    const client = await scene.listening(transport);
    await client.until(() => client.pings >= 3, "a third ping", 7_000);
    expectSame(client.closing, undefined, "the end");
  }),
  ...onEach(
    "expires",
    "the end of the token is told, and is put off by the API's refresh",
    async (scene, transport) => {
      const client = await scene.listening(transport, { claims: { exp: inSeconds(60) } });
      expectSame(client.welcome["expires"], true, "expires");
      await scene.api.ok("refresh", { user: client.user, expire_at: inSeconds(600) });
      expectThat(Number((await client.next("refresh"))["ttl"]) > 500, "ttl of the push is no larger");
    },
  ),
  ...onEach("invalid-token", "an invalid token: disconnect 3500", (scene, transport) =>
    refusedWith(scene, transport, 3500, "no token"),
  ),
  ...onEach("expired-token", "an expired token: disconnect 3005", (scene, transport) =>
    refusedWith(scene, transport, 3005, scene.token({ sub: "late", exp: inSeconds(-10) })),
  ),
  ...onEach("no-token", "no token, where nobody gets in without one: disconnect 3501", (scene, transport) =>
    refusedWith(scene, transport, 3501, ""),
  ),
  ...(["uni_websocket", "uni_sse"] as const).map((transport) =>
    must(
      "8.2",
      `${transport.replaceAll("_", "-")}-query`,
      `${transport}: the connect request may be the query's cf_connect`,
      async (scene) => {
        await scene.listener(transport).enter({ token: scene.token({ sub: scene.name() }) }, true);
      },
    ),
  ),
  ...onEach("gone", "who goes away leaves its channels", async (scene, transport) => {
    const channel = scene.channel("presence");
    const watcher = await scene.joined(channel, { join_leave: true });
    const client = await scene.listening(transport, { claims: { channels: [channel] } });
    client.close();
    const left = await watcher.next("leave", channel);
    expectSame(field(left, "info", "client"), client.id, "client");
  }),
];
