import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { loadConfig } from "../../src/config/index.ts";
import { baseConfig, keys, startTestServer } from "../server.ts";
import { connectCentrifugo, openCentrifugo, subscribeCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, joinPresence, openPusher, subscribeEvent, subscribePusher } from "./raw-pusher.ts";
import { Scrape } from "./scrape.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(10_000);

/** A server whose app has the limits, and whose open channels take subscribers of both wires. */
function startLimited(limits: Record<string, number>, client: Record<string, unknown> = {}) {
  const base = baseConfig();
  return startTestServer({
    client: { ...(base["client"] as object), ...client },
    channel: {
      without_namespace: { allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
    },
    apps: [{ ...keys.app, public_channels: true, limits }],
  });
}

test("the guide has every limit of an app with its default", async () => {
  const config = loadConfig({ text: { name: "c.json", content: JSON.stringify(baseConfig()) }, env: {} });
  if (!config.ok) throw new Error("no configuration");
  const guide = await Bun.file(new URL("../../../../docs/back-ends.md", import.meta.url)).text();
  const rows = [...guide.matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm)].map(([, name, limit]) => [
    name,
    Number(limit),
  ]);
  expect(Object.fromEntries(rows)).toEqual(config.config.apps[0]?.limits ?? {});
});

function clientEvent(channel: string, data: unknown): string {
  return JSON.stringify({ event: "client-hi", channel, data });
}

describe("channels of a connection", () => {
  test("a Pusher client is refused the one above apps[].limits.channels_per_connection, and keeps the others", async () => {
    await using server = startLimited({ channels_per_connection: 2 });
    const connection = await connectPusher(server.url);
    await subscribePusher(connection, "one");
    await subscribePusher(connection, "two");
    connection.socket.send(subscribeEvent("three"));
    await connection.socket.having("subscription_error", "three");
    expect((await Scrape.of(server.url)).counted("pusher", "limit-exceeded")).toBe(1);
    connection.socket.send(JSON.stringify({ event: "pusher:unsubscribe", data: { channel: "one" } }));
    await subscribePusher(connection, "four");
    connection.socket.close();
  });

  test("a Centrifugo client gets error 106 above client.channel_limit, and keeps the others", async () => {
    await using server = startLimited({}, { channel_limit: 2 });
    using socket = await connectCentrifugo(server.url);
    await subscribeCentrifugo(socket, "one", 2);
    await subscribeCentrifugo(socket, "two", 3);
    socket.send(JSON.stringify({ id: 4, subscribe: { channel: "three" } }));
    expect(JSON.parse(await socket.having('"id":4'))).toMatchObject({ error: { code: 106 } });
    expect((await Scrape.of(server.url)).counted("centrifugo", "limit-exceeded")).toBe(1);
    socket.send(JSON.stringify({ id: 5, unsubscribe: { channel: "one" } }));
    await subscribeCentrifugo(socket, "four", 6);
  });

  test("subs of a connection token above client.channel_limit close with 3505", async () => {
    await using server = startLimited({}, { channel_limit: 2 });
    using socket = await openCentrifugo(server.url);
    const claims = { sub: "ann", channels: ["one", "two", "three"] };
    socket.send(JSON.stringify({ id: 1, connect: { token: token(claims) } }));
    expect((await socket.closed).code).toBe(3505);
  });
});

describe("client events", () => {
  test("of a Pusher client above the rate are refused with 4301, and the connection stays", async () => {
    await using server = startLimited({ client_events_per_second: 3 });
    const sender = await connectPusher(server.url);
    await subscribePusher(sender, "private-a");
    // Two seconds' worth and one more: one is refused even where the second turns in between.
    for (let i = 0; i < 7; i += 1) sender.socket.send(clientEvent("private-a", { i }));
    expect(await sender.socket.having("pusher:error")).toContain("4301");
    expect((await Scrape.of(server.url)).counted("pusher", "too-many-requests")).toBeGreaterThan(0);
    sender.socket.send('{"event":"pusher:ping"}');
    await sender.socket.having("pusher:pong");
    sender.socket.close();
  });

  test("of a Centrifugo client above the rate are refused with error 111", async () => {
    await using server = startLimited({ client_events_per_second: 3 });
    using socket = await connectCentrifugo(server.url);
    await subscribeCentrifugo(socket, "news");
    const commands = Array.from({ length: 7 }, (_, i) =>
      JSON.stringify({ id: 10 + i, publish: { channel: "news", data: { i } } }),
    );
    socket.send(commands.join("\n"));
    expect(await socket.having('"code":111')).toContain('"error"');
    expect((await Scrape.of(server.url)).counted("centrifugo", "too-many-requests")).toBeGreaterThan(0);
  });

  test("of a Pusher client above apps[].limits.event_bytes are refused", async () => {
    await using server = startLimited({ event_bytes: 100 });
    const sender = await connectPusher(server.url);
    const listener = await connectPusher(server.url);
    await subscribePusher(sender, "private-a");
    await subscribePusher(listener, "private-a");
    sender.socket.send(clientEvent("private-a", "x".repeat(200)));
    await sender.socket.having("pusher:error");
    sender.socket.send(clientEvent("private-a", "y".repeat(50)));
    await listener.socket.having("yyyy");
    expect(listener.socket.frames.all.join("")).not.toContain("xxxx");
    sender.socket.close();
    listener.socket.close();
  });

  test("of a Pusher client may be as long as apps[].limits.event_bytes, however long that is", async () => {
    await using server = startLimited({ event_bytes: 200_000 });
    const sender = await connectPusher(server.url);
    const listener = await connectPusher(server.url);
    await subscribePusher(sender, "private-a");
    await subscribePusher(listener, "private-a");
    // A quotation mark is two bytes in a frame.
    const quotes = '"'.repeat(90_000);
    sender.socket.send(clientEvent("private-a", quotes));
    expect(JSON.parse(await listener.socket.having("client-hi"))).toMatchObject({ data: quotes });
    sender.socket.close();
    listener.socket.close();
  });

  test("of a Centrifugo client above apps[].limits.event_bytes are error 107", async () => {
    await using server = startLimited({ event_bytes: 100 });
    using socket = await connectCentrifugo(server.url);
    await subscribeCentrifugo(socket, "news");
    socket.send(JSON.stringify({ id: 3, publish: { channel: "news", data: "x".repeat(200) } }));
    expect(JSON.parse(await socket.having('"id":3'))).toMatchObject({ error: { code: 107 } });
  });
});

describe("members of a presence channel", () => {
  test("above the limit are refused on both wires; a member's second connection is not", async () => {
    await using server = startLimited({ presence_members: 2 });
    const channel = "presence-room";
    const connections = await Promise.all([1, 2, 3, 4].map(() => connectPusher(server.url)));
    const answers: string[] = [];
    for (const [index, user] of ["ann", "bob", "carl", "ann"].entries()) {
      const connection = connections[index];
      if (connection !== undefined) answers.push(await joinPresence(connection, channel, user));
    }
    expect(answers[0]).toContain("subscription_succeeded");
    expect(answers[1]).toContain("subscription_succeeded");
    expect(answers[2]).not.toContain("subscription_succeeded");
    expect(answers[3]).toContain("subscription_succeeded");

    using socket = await connectCentrifugo(server.url, "dora");
    const subscription = token({ sub: "dora", channel });
    socket.send(JSON.stringify({ id: 2, subscribe: { channel, token: subscription } }));
    expect(JSON.parse(await socket.having('"id":2'))).toMatchObject({ error: { code: 106 } });
    for (const connection of connections) connection.socket.close();
  });
});

describe("connections", () => {
  test("of a user above client.user_connection_limit close with 3504, other users' do not", async () => {
    await using server = startLimited({}, { user_connection_limit: 1 });
    using first = await connectCentrifugo(server.url, "ann");
    using second = await openCentrifugo(server.url);
    second.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "ann" }) } }));
    expect((await second.closed).code).toBe(3504);
    using other = await connectCentrifugo(server.url, "bob");
    first.close();
    await first.closed;
    using again = await connectCentrifugo(server.url, "ann");
    await subscribeCentrifugo(again, "news");
    await subscribeCentrifugo(other, "news");
  });

  test("above client.connection_limit are answered with 503", async () => {
    await using server = startLimited({}, { connection_limit: 1 });
    using first = await connectCentrifugo(server.url);
    const upgrade = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": btoa("0123456789abcdef"),
    };
    const response = await fetch(`${server.url}/connection/websocket`, { headers: upgrade });
    expect(response.status).toBe(503);
    await subscribeCentrifugo(first, "news");
  });

  test("above apps[].limits.connections are closed with 4004, and there is room again when one leaves", async () => {
    await using server = startLimited({ connections: 1 });
    const first = await connectPusher(server.url);
    using second = await openPusher(server.url);
    expect(await second.next()).toMatchObject({ event: "pusher:error", data: { code: 4004 } });
    expect((await second.closed).code).toBe(4004);
    first.socket.close();
    await first.socket.closed;
    const third = await connectPusher(server.url);
    third.socket.close();
  });
});
