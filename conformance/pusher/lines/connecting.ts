import { standardQuery, type Client } from "../client.ts";
import { may, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { NotUpgraded } from "../../program/socket.ts";
import { Broken, expectSame, expectThat, field, inner, NotOffered, shown } from "../../program/verdict.ts";

/** Turned away: `pusher:error` with the code, then a close frame with it, and no connection in between (section 1.5). */
async function turnedAway(client: Client, codes: readonly number[]): Promise<void> {
  const code = await client.closed();
  expectThat(codes.includes(code), `closed with ${code}, not ${codes.join(" or ")}`);
  client.expectNone("pusher:connection_established");
  const error = await client.next("pusher:error");
  expectSame(field(error.data, "code"), code, "the code of pusher:error before the close");
}

async function connectsWith(scene: Scene, query: string, headers: readonly string[] = []): Promise<void> {
  const client = await scene.connect(headers.length === 0 ? { query } : { query, protocols: headers });
  await client.join(scene.name());
  await client.quiet();
}

async function notUpgraded(opening: Promise<Client>): Promise<Client | undefined> {
  try {
    return await opening;
  } catch (cause) {
    if (cause instanceof NotUpgraded) return undefined;
    throw cause;
  }
}

async function reachableAt(scene: Scene, path: string): Promise<void> {
  const client = await notUpgraded(scene.open({ path }));
  if (client === undefined) throw new NotOffered(`${path} is no WebSocket`);
  await client.until(() => client.messages.length > 0 || client.closing !== undefined, "the first message");
  if (client.messages[0]?.event !== "pusher:connection_established")
    throw new NotOffered(`${path} lets nobody in: ${shown(client.messages[0]?.raw)}`);
}

/** Every version that clients in the field speak. */
const versions = [5, 6, 7].map((version) =>
  must("1.1", `protocol-${version}`, `protocol=${version} is accepted and served`, (scene) =>
    connectsWith(scene, `protocol=${version}&client=x&version=1`),
  ),
);

export const connecting: readonly Line[] = [
  must(
    "1.3",
    "established",
    "connection_established is the first message; its data is a string",
    async (scene) => {
      const client = await scene.connect();
      const [first] = client.messages;
      const data = inner(first?.data, "connection_established");
      expectThat(/^\d+\.\d+$/.test(client.id), `socket_id is ${shown(client.id)}, not digits.digits`);
      const timeout = field(data, "activity_timeout");
      expectThat(typeof timeout === "number" && timeout > 0, `activity_timeout is ${shown(timeout)}`);
    },
  ),
  must("1.3", "socket-ids-differ", "every connection has a socket id of its own", async (scene) => {
    const ids = (await scene.connectMany(40)).map(({ id }) => id);
    expectSame(new Set(ids).size, ids.length, "the number of different ids");
  }),
  ...versions,
  must("1.1", "query-of-pusher-js", "the query of pusher-js is served", (scene) =>
    connectsWith(scene, "protocol=7&client=js&version=8.6.0&flash=false"),
  ),
  must("1.1", "query-of-java", "the query of pusher-java-client is served", (scene) =>
    connectsWith(scene, "client=java-client&protocol=5&version=2.4.4"),
  ),
  must(
    "1.1",
    "query-of-swift",
    "the query and the subprotocol header of pusher-websocket-swift are served",
    (scene) =>
      connectsWith(scene, "client=pusher-websocket-swift&version=10.1.10&protocol=7", [
        "pusher-channels-protocol-7",
      ]),
  ),
  must("1.1", "subprotocol", "an offered pusher-channels-protocol-7 is selected", async (scene) => {
    const client = await scene.connect({ protocols: ["x-other", "pusher-channels-protocol-7"] });
    expectSame(client.wire.protocol, "pusher-channels-protocol-7", "the subprotocol");
  }),
  must("1.1", "no-subprotocol", "no subprotocol is selected where none was offered", async (scene) => {
    const client = await scene.connect();
    expectSame(client.wire.protocol, "", "the subprotocol");
  }),
  may("1.1", "path-prefix", "/pusher/app/{key} is the same door", (scene) =>
    reachableAt(scene, `/pusher/app/${scene.target.app.key}?${standardQuery}`),
  ),
  may("8.7", "doubled-slash", "//app/{key}, as old mobile clients write it, is the same door", (scene) =>
    reachableAt(scene, `//app/${scene.target.app.key}?${standardQuery}`),
  ),
  must("1.5", "unknown-key", "a key of no app: pusher:error 4001, close 4001", async (scene) => {
    await turnedAway(await scene.open({ path: `/app/no-such-key?${standardQuery}` }), [4001]);
  }),
  must("1.5", "unknown-path", "a path that is no app's: no connection, or close 4005", async (scene) => {
    const client = await notUpgraded(scene.open({ path: `/no/such/path?${standardQuery}` }));
    if (client !== undefined) await turnedAway(client, [4005]);
  }),
  must("1.1", "no-version", "no protocol version: close 4008, or a guess", async (scene) => {
    const client = await scene.open({ query: "client=js&version=8.6.0" });
    await client.until(() => client.messages.length > 0, "the first message");
    if (client.messages[0]?.event === "pusher:connection_established") return;
    await turnedAway(client, [4008]);
  }),
  must(
    "1.5",
    "bad-version",
    "a protocol version that is no number: close 4006, 4007 or 4008",
    async (scene) => {
      await turnedAway(
        await scene.open({ query: "protocol=seven&client=js&version=8.6.0" }),
        [4006, 4007, 4008],
      );
    },
  ),
  must("1.5", "unsupported-version", "a protocol version that nobody speaks: close 4007", async (scene) => {
    await turnedAway(await scene.open({ query: "protocol=99&client=js&version=8.6.0" }), [4007]);
  }),
  must("1.10", "versions-1-to-3", "protocol=3, no longer supported: close 4007", async (scene) => {
    await turnedAway(await scene.open({ query: "protocol=3&client=js&version=1.0" }), [4007]);
  }),
  must("1.5", "app-disabled", "an app that is off: close 4003", async (scene) => {
    await turnedAway(await scene.open({ app: scene.special("disabled") }), [4003]);
  }),
  must("1.5", "tls-only", "an app for TLS alone, without TLS: close 4000", async (scene) => {
    await turnedAway(await scene.open({ app: scene.special("tls-only") }), [4000]);
  }),
  must(
    "1.5",
    "quota",
    "one connection more than the app may have: close 4004 (4100: come back)",
    async (scene) => {
      const app = scene.special("quota");
      const two = await scene.connectMany(2, { app });
      await turnedAway(await scene.open({ app }), [4004, 4100]);
      for (const client of two) await client.quiet();
      two[0]?.close();
      await two[0]?.closed();
      // The place is free again; the server may take a moment to see it.
      const until = Date.now() + scene.target.patience;
      for (;;) {
        const third = await scene.open({ app });
        await third.until(() => third.messages.length > 0, "the first message");
        if (third.messages[0]?.event === "pusher:connection_established") return;
        if (Date.now() > until) throw new Broken("the place of a connection that ended stays taken");
      }
    },
  ),
  may(
    "5",
    "origins",
    "browsers of other origins than the app's: close 4009; of its own: served",
    async (scene) => {
      const app = scene.special("origins");
      await turnedAway(await scene.open({ app, headers: { Origin: "https://elsewhere.example" } }), [4009]);
      await scene.connect({ app, headers: { Origin: "https://allowed.example" } });
    },
  ),
  must("3.2", "tenants", "channels of two apps never meet", async (scene) => {
    const app = scene.special("other");
    const channel = scene.name();
    const [ours, theirs] = [await scene.joined(channel), await scene.connect({ app })];
    await theirs.join(channel);
    await scene.apiOf(app).publish(channel, "theirs", "{}");
    await theirs.next("theirs", channel);
    await scene.settle(ours);
    ours.expectNone("theirs");
  }),
];
