// Tokens by key pairs are checked in a later turn. Nothing may be lost in between, and nobody left behind.
import { describe, expect, test } from "bun:test";
import { userId } from "../../core/ids.ts";
import { everybody, kept, testTokens, TestServer, type TestClient } from "./test-server.test.ts";
import { KeyPair } from "./tokens/key-pairs.test.ts";

const pair = KeyPair.ec("P-256");
const tokens = { ...testTokens, hmacSecret: "", ecdsaPublicKey: pair.publicPem };

function signed(claims: object): string {
  return pair.token({ sub: "42", ...claims }, "ES256");
}

function startServer(): TestServer {
  return new TestServer({
    entry: { tokens, subscriptionTokens: tokens },
    namespaces: { open: { subscribe: everybody, publish: everybody, history: kept, forcePositioning: true } },
  });
}

/** Hands over a frame; resolves when all of it is done. */
async function sent(client: TestClient, ...commands: readonly object[]): Promise<void> {
  await client.connection.receive(commands.map((one) => JSON.stringify(one)).join("\n"));
}

async function connected(server: TestServer, claims: object = {}): Promise<TestClient> {
  const client = server.open();
  await sent(client, { id: 1, connect: { token: signed(claims) } });
  expect(client.take()).toMatchObject([{ id: 1, connect: {} }]);
  return client;
}

function isEmpty(server: TestServer): void {
  expect(server.app.size).toBe(0);
  expect(server.hub.channels.size).toBe(0);
  expect(server.defects).toEqual([]);
}

test("commands of one frame are answered in their order", async () => {
  const server = startServer();
  const client = server.open();
  const token = signed({ channel: "$a" });
  await sent(
    client,
    { id: 1, connect: { token: signed({ channels: ["open:own"] }) } },
    { id: 2, subscribe: { channel: "open:a" } },
    { id: 3, subscribe: { channel: "$a", token } },
    { id: 4, publish: { channel: "open:a", data: 1 } },
    { id: 5, unsubscribe: { channel: "$a" } },
    { id: 6, subscribe: { channel: "$a", token } },
    { id: 7, sub_refresh: { channel: "$a", token } },
    { id: 8, refresh: { token: signed({ channels: ["open:own"], exp: server.seconds + 60 }) } },
  );
  const ids = client.take().map((reply) => (reply as { id?: number }).id);
  expect(ids.filter((id) => id !== undefined)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(client.closeCode).toBeUndefined();
});

describe("a client that leaves while its token is checked", () => {
  test("leaves nothing behind, and is told and counted nothing", async () => {
    const rows: readonly object[] = [
      { subscribe: { channel: "open:a", token: signed({ channel: "open:a" }) } },
      { subscribe: { channel: "open:a", token: KeyPair.ec("P-256").token({ channel: "open:a" }, "ES256") } },
      { refresh: { token: signed({ exp: 1 }) } },
      { sub_refresh: { channel: "open:b", token: signed({ channel: "open:b", exp: 1 }) } },
    ];
    for (const row of rows) {
      const server = startServer();
      const client = await connected(server);
      await sent(client, { id: 2, subscribe: { channel: "open:b" } });
      client.take();
      const waiting = sent(client, { id: 3, ...row }, { id: 4, publish: { channel: "open:a", data: 1 } });
      client.connection.gone("client", 1006);
      await waiting;
      expect(client.take()).toEqual([]);
      isEmpty(server);
      expect(server.connections).toEqual({ opened: 1, ended: ["client"] });
    }
  });

  test("is not let in any more", async () => {
    const server = startServer();
    const client = server.open();
    const waiting = sent(client, { id: 1, connect: { token: signed({ channels: ["open:a"] }) } });
    client.connection.gone("client", 1006);
    await waiting;
    expect(client.take()).toEqual([]);
    isEmpty(server);
    expect(server.connections.opened).toBe(0);
    expect(server.refused).toEqual([]);
  });

  test("nor is one that takes too long", async () => {
    const server = startServer();
    const client = server.open();
    const waiting = sent(client, { id: 1, connect: { token: signed({}) } });
    for (let i = 0; i < 12; i += 1) server.clock.advance(1_000);
    expect(client.closeCode).toBe(3502);
    await waiting;
    isEmpty(server);
  });
});

test("what is published right when a late subscribe is settled is not lost", async () => {
  const server = startServer();
  const client = await connected(server);
  const { broker } = server;
  const history = broker.history.bind(broker);
  broker.history = (...asked) => {
    // Comes after the place is settled, and before whoever waits for the command goes on.
    queueMicrotask(() => {
      server.publish("open:a", "1");
    });
    return history(...asked);
  };
  await sent(client, { id: 2, subscribe: { channel: "open:a", token: signed({ channel: "open:a" }) } });
  const [reply, push] = client.take();
  expect(reply).toMatchObject({ id: 2, subscribe: { positioned: true } });
  expect(push).toMatchObject({ push: { channel: "open:a", pub: { data: 1, offset: 1 } } });
});

test("a subscription that ends while its new token is checked is not put off", async () => {
  const server = startServer();
  const client = await connected(server);
  const token = (exp: number): string => signed({ channel: "open:a", exp: server.seconds + exp });
  await sent(client, { id: 2, subscribe: { channel: "open:a", token: token(30) } });
  client.take();
  const waiting = sent(client, { id: 3, sub_refresh: { channel: "open:a", token: token(90) } });
  const whom = { user: userId("42"), client: undefined, whitelist: [] };
  server.broker.control({ kind: "unsubscribe", app: server.app.id, whom, channel: "open:a" });
  await waiting;
  expect(client.take()).toMatchObject([
    { push: { unsubscribe: { code: 2000 } } },
    { id: 3, error: { code: 103 } },
  ]);
});

test("two of one user whose tokens are checked at once count for the limit", async () => {
  const server = new TestServer({ entry: { tokens }, app: { userConnections: 1 } });
  const clients = [server.open(), server.open(), server.open()];
  await Promise.all(clients.map((client) => sent(client, { id: 1, connect: { token: signed({}) } })));
  expect(clients.map((client) => client.closeCode).toSorted()).toEqual([3504, 3504, undefined]);
  expect(server.app.size).toBe(1);
});

test("pings that come while a command waits may be answered behind it", async () => {
  const server = startServer();
  const client = await connected(server);
  const waiting = sent(client, { id: 2, subscribe: { channel: "$a", token: signed({ channel: "$a" }) } });
  // Two pings or more, and the time to answer them. A queue holds the answers back until the command is done.
  for (let i = 0; i < 60; i += 1) server.clock.advance(1_000);
  await waiting;
  const pings = client.takeText().filter((text) => text === "{}");
  expect(pings.length).toBeGreaterThan(1);
  for (const ping of pings) await client.connection.receive(ping);
  expect(client.closeCode).toBeUndefined();
});
