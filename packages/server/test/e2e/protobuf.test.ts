import { expect, setDefaultTimeout, test } from "bun:test";
import { Centrifuge } from "centrifuge/build/protobuf";
import { commandFrame, repliesOf } from "../../src/protocols/centrifugo/protobuf/forms.test.ts";
import { CentrifugeClient, CentrifugoApi, PusherClient, valueOf } from "../clients.ts";
import { hostileConfig } from "./hostile-server.ts";
import { openCentrifugo } from "./raw-centrifugo.ts";
import { baseConfig, startTestServer, type TestServer } from "../server.ts";
import { seconds, token } from "./tokens.ts";

setDefaultTimeout(30_000);

function serverWith(client: object = {}): TestServer {
  return startTestServer({
    ...hostileConfig(),
    client: { ...(baseConfig()["client"] as object), ...client },
  });
}

/** The official client in protobuf, with options of its own. */
function official(server: TestServer, options: object): Centrifuge & Disposable {
  const client = new Centrifuge(`ws://127.0.0.1:${server.port}/connection/websocket`, options);
  return Object.assign(client, {
    [Symbol.dispose](): void {
      client.disconnect();
    },
  });
}

const text = (data: unknown): string => new TextDecoder().decode(data as Uint8Array);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

test("pusher-js, centrifuge in JSON and centrifuge in protobuf hear each other on one channel", async () => {
  await using server = startTestServer(hostileConfig());
  const clients = [
    await PusherClient.connect(server.port, { user: "pus" }),
    await CentrifugeClient.connect(server.port, { user: "jay" }),
    await CentrifugeClient.connect(server.port, { user: "pro", encoding: "protobuf" }),
  ];
  for (const client of clients) expect(await client.join("presence-chat:a")).toBe("done");
  for (const client of clients) {
    expect(await client.say("presence-chat:a", "greet", { from: client.user })).toBe("done");
    for (const other of clients)
      if (other !== client)
        expect(await other.heard.first(({ user }) => user === client.user)).toMatchObject({
          event: other.wire === "pusher" || client.wire === "pusher" ? "client-greet" : "greet",
          data: { from: client.user },
        });
  }
  for (const client of clients) await client[Symbol.asyncDispose]();
});

test("reads presence, history and positions, and is refused in the same numbers", async () => {
  await using server = startTestServer(hostileConfig());
  using client = official(server, { token: token({ sub: "pro", info: { n: 1 } }) });
  const subscription = client.newSubscription("chat:a");
  const subscribed = new Promise((resolve) => subscription.on("subscribed", resolve));
  subscription.subscribe();
  client.connect();
  expect(await subscribed).toMatchObject({
    recoverable: true,
    positioned: true,
    streamPosition: { offset: 0 },
  });
  for (const n of [1, 2, 3]) await subscription.publish(bytes(String(n)));
  const { publications, offset, epoch } = await subscription.history({ limit: 2, reverse: true });
  expect(publications.map(({ data, offset: at }) => [text(data), at])).toEqual([
    ["3", 3],
    ["2", 2],
  ]);
  expect([offset, typeof epoch]).toEqual([3, "string"]);
  const { clients } = await subscription.presence();
  expect(Object.values(clients).map((info) => [info.user, text(info.connInfo)])).toEqual([
    ["pro", '{"n":1}'],
  ]);
  expect(await subscription.presenceStats()).toEqual({ numClients: 1, numUsers: 1 });
  const refused = async (command: Promise<unknown>): Promise<unknown> =>
    command.catch((error: { code: number }) => error.code);
  expect(await refused(client.rpc("method", bytes("1")))).toBe(108);
  expect(await refused(client.publish("shut:a", bytes("1")))).toBe(103);
  expect(await refused(client.history("nowhere:a", { limit: 1 }))).toBe(102);
});

test("recovers what was published while it was away", async () => {
  await using server = startTestServer(hostileConfig());
  using client = official(server, {
    token: token({ sub: "pro" }),
    minReconnectDelay: 1,
    maxReconnectDelay: 1,
  });
  const subscription = client.newSubscription("chat:a");
  const heard: string[] = [];
  const complete = new Promise<void>((resolve) => {
    subscription.on("publication", ({ data }) => {
      heard.push(text(data));
      if (heard.at(-1) === '"last"') resolve();
    });
  });
  const recoveries: unknown[] = [];
  let subscribed = Promise.withResolvers<undefined>();
  subscription.on("subscribed", ({ wasRecovering, recovered }) => {
    recoveries.push([wasRecovering, recovered]);
    subscribed.resolve(undefined);
  });
  subscription.subscribe();
  client.connect();
  await subscribed.promise;
  const api = new CentrifugoApi(server.port);
  await api.publish("chat:a", "before");
  client.disconnect();
  for (const data of ["away", { n: 1 }]) await api.publish("chat:a", data);
  subscribed = Promise.withResolvers();
  client.connect();
  await subscribed.promise;
  await api.publish("chat:a", "last");
  await complete;
  expect(heard).toEqual(['"before"', '"away"', '{"n":1}', '"last"']);
  expect(recoveries).toEqual([
    [false, false],
    [true, true],
  ]);
});

test("renews its connection's and its subscription's token", async () => {
  await using server = serverWith({ expired_close_delay: "25s" });
  const asked = { connection: 0, subscription: 0 };
  const twice = Promise.withResolvers<undefined>();
  const next = (what: keyof typeof asked, claims: object): Promise<string> => {
    asked[what] += 1;
    if (asked.connection > 1 && asked.subscription > 1) twice.resolve(undefined);
    // The first runs out at once, as far as the client can tell.
    return Promise.resolve(token({ sub: "pro", exp: seconds(asked[what] === 1 ? 2 : 600), ...claims }));
  };
  using client = official(server, { getToken: () => next("connection", {}) });
  const subscription = client.newSubscription("shut:a", {
    getToken: () => next("subscription", { channel: "shut:a" }),
  });
  subscription.subscribe();
  client.connect();
  await twice.promise;
  // Answered behind the refresh commands.
  await client.presenceStats("nowhere:a").catch(() => undefined);
  expect([client.state as string, subscription.state as string]).toEqual(["connected", "subscribed"]);
});

test("answers pings, and stays", async () => {
  await using server = serverWith({ ping_interval: "2s", pong_timeout: "1s" });
  const pings = Promise.withResolvers<undefined>();
  let heard = 0;
  class Listening extends WebSocket {
    constructor(url: string | URL, protocols: string | string[] = []) {
      super(url, protocols);
      this.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer && data.byteLength === 1) heard += 1;
        // The one before was answered, or there would be no third.
        if (heard === 3) pings.resolve(undefined);
      });
    }
  }
  using client = official(server, { token: token({ sub: "pro" }), websocket: Listening });
  const ends: unknown[] = [];
  client.on("disconnected", (context) => ends.push(context));
  client.connect();
  await pings.promise;
  expect(client.state as string).toBe("connected");
  expect(ends).toEqual([]);
});

test("is told who comes and goes, and when the application ends its subscription or itself", async () => {
  const chat = { name: "chat", presence: true, join_leave: true, force_push_join_leave: true };
  const channel = { namespaces: [{ ...chat, allow_subscribe_for_client: true }, { name: "own" }] };
  await using server = startTestServer({ channel });
  using client = official(server, {
    token: token({ sub: "pro", subs: { "own:a": { data: { hello: 1 } } } }),
  });
  const late = Promise.withResolvers<undefined>();
  const serverSide: unknown[] = [];
  client.on("subscribed", (context) => serverSide.push([context.channel, valueOf(context.data)]));
  client.on("unsubscribed", (context) => {
    serverSide.push([context.channel, "over"]);
    late.resolve(undefined);
  });
  const connected = new Promise((resolve) => client.on("connected", resolve));
  client.connect();
  await connected;
  const subscription = client.newSubscription("chat:a");
  const moves: unknown[] = [];
  subscription.on("join", ({ info }) => moves.push(["join", info.user]));
  const left = new Promise<void>((resolve) => {
    subscription.on("leave", ({ info }) => {
      moves.push(["leave", info.user]);
      resolve();
    });
  });
  const unsubscribed = new Promise<{ code: number }>((resolve) => subscription.on("unsubscribed", resolve));
  const subscribed = new Promise((resolve) => subscription.on("subscribed", resolve));
  subscription.subscribe();
  await subscribed;
  const other = await CentrifugeClient.connect(server.port, { user: "other" });
  await other.join("chat:a");
  await other[Symbol.asyncDispose]();
  await left;
  expect(moves).toEqual([
    ["join", "pro"],
    ["join", "other"],
    ["leave", "other"],
  ]);
  const api = new CentrifugoApi(server.port);
  await api.call("unsubscribe", { user: "pro", channel: "chat:a" });
  expect((await unsubscribed).code).toBe(2000);
  await api.call("subscribe", { user: "pro", channel: "own:late", data: { late: true } });
  await api.call("unsubscribe", { user: "pro", channel: "own:late" });
  await late.promise;
  expect(serverSide).toEqual([
    ["own:a", { hello: 1 }],
    ["own:late", { late: true }],
    ["own:late", "over"],
  ]);
  const disconnected = new Promise((resolve) => client.on("disconnected", resolve));
  await api.call("disconnect", { user: "pro", disconnect: { code: 4500, reason: "banned" } });
  expect(await disconnected).toMatchObject({ code: 4500, reason: "banned" });
});

test.each([
  ["?cf_protocol=protobuf", [], ""],
  ["?format=protobuf&cf_protocol_version=v2", [], ""],
  ["", ["centrifuge-protobuf"], "centrifuge-protobuf"],
  ["?cf_protocol=protobuf", ["centrifuge-json"], "centrifuge-json"],
])("protobuf is spoken to who asks by %p and subprotocols %p", async (query, protocols, told) => {
  await using server = startTestServer(hostileConfig());
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/connection/websocket${query}`, protocols);
  socket.binaryType = "arraybuffer";
  const frame = new Promise<unknown>((resolve) => {
    socket.onmessage = ({ data }) => {
      resolve(data);
    };
  });
  await new Promise((resolve) => (socket.onopen = resolve));
  expect(socket.protocol).toBe(told);
  socket.send(commandFrame({ id: 1, connect: { token: token({ sub: "raw" }) } }) as Uint8Array<ArrayBuffer>);
  const data = await frame;
  expect(data).toBeInstanceOf(ArrayBuffer);
  expect(repliesOf(new Uint8Array(data as ArrayBuffer))).toMatchObject([{ id: 1, connect: { pong: true } }]);
  socket.close();
});

test("many commands in a frame, and a frame beyond the limit", async () => {
  await using server = startTestServer(hostileConfig());
  using socket = await openCentrifugo(server.url, { protocols: ["centrifuge-protobuf"] });
  const ids = Array.from({ length: 50 }, (_, index) => index + 2);
  const frames = [
    commandFrame({ id: 1, connect: { token: token({ sub: "raw" }) } }),
    ...ids.map((id) => commandFrame({ id, presence: { channel: `nowhere:${id}` } })),
  ];
  socket.send(Buffer.concat(frames));
  const answer = await socket.having("unknown channel");
  expect(answer.split("unknown channel")).toHaveLength(ids.length + 1);
  socket.send(commandFrame({ id: 99, publish: { channel: "chat:a", data: "x".repeat(70_000) } }));
  expect((await socket.closed).code).toBe(1009);
});
