import { describe, expect, test } from "bun:test";
import { everybody, kept, TestServer, type TestClient } from "./test-server.test.ts";

function start(limit = 64): TestServer {
  const filtered = { subscribe: everybody, tagFilters: true };
  return new TestServer({
    app: { tagFilters: limit },
    namespaces: {
      open: filtered,
      kept: { ...filtered, history: kept, forceRecovery: true },
      latest: { ...filtered, history: kept, forceRecovery: true, recoveryMode: "cache" },
      both: { ...filtered, deltas: true, deltaPublish: true },
      none: { subscribe: everybody },
    },
  });
}

const eq = (key: string, val: string): object => ({ key, cmp: "eq", val });

describe.each(["", "cf_protocol=protobuf"])("with %p", (query) => {
  function subscribe(client: TestClient, id: number, request: object): unknown {
    client.send({ id, subscribe: request });
    return client.take().at(-1);
  }

  const heard = (client: TestClient): unknown[] =>
    client.take().map((reply) => (reply as { push: { pub: { data: unknown } } }).push.pub.data);

  test("each hears what its filter lets through, and by one topic for each filter", () => {
    const server = start();
    const [plain, one, same, other] = ["a", "b", "c", "d"].map((user) =>
      server.connected(user, {}, query),
    ) as [TestClient, TestClient, TestClient, TestClient];
    subscribe(plain, 2, { channel: "open:a" });
    subscribe(one, 2, { channel: "open:a", tf: eq("k", "1") });
    subscribe(same, 2, { channel: "open:a", tf: { val: "1", cmp: "eq", key: "k" } });
    subscribe(other, 2, { channel: "open:a", tf: { op: "not", nodes: [eq("k", "1")] } });
    expect([...server.fanout.followers.keys()].filter((topic) => topic.includes("filtered"))).toHaveLength(2);
    server.publish("open:a", "1", { k: "1" });
    server.publish("open:a", "2", { k: "2" });
    server.publish("open:a", "3");
    expect([plain, one, same, other].map(heard)).toEqual([[1, 2, 3], [1], [1], [2, 3]]);
    one.send({ id: 3, unsubscribe: { channel: "open:a" } });
    one.take();
    same.connection.gone("", 1005);
    server.publish("open:a", "4", { k: "1" });
    expect([plain, one, other].map(heard)).toEqual([[4], [], []]);
    subscribe(one, 4, { channel: "open:a", tf: eq("k", "2") });
    server.publish("open:a", "5", { k: "2" });
    expect([plain, one, other].map(heard)).toEqual([[5], [5], [5]]);
  });

  test("a recovery holds what the filter lets through, and a position counts what it does not", () => {
    const server = start();
    const client = server.connected("a", {}, query);
    for (const n of [1, 2, 3, 4]) server.publish("kept:a", String(n), { odd: String(n % 2) });
    const recover = { recover: true, offset: 1, tf: eq("odd", "1") };
    expect(subscribe(client, 2, { channel: "kept:a", ...recover })).toMatchObject({
      subscribe: { recovered: true, was_recovering: true, offset: 1, publications: [{ data: 3, offset: 3 }] },
    });
    server.publish("kept:a", "5", { odd: "1" });
    expect(client.take()).toMatchObject([{ push: { pub: { data: 5, offset: 5 } } }]);
    const nothing = { recover: true, offset: 1, tf: eq("odd", "2") };
    client.send({ id: 3, unsubscribe: { channel: "kept:a" } });
    const reply = subscribe(client, 4, { channel: "kept:a", ...nothing }) as { subscribe: object };
    expect(reply.subscribe).toMatchObject({ recovered: true, offset: 1 });
    expect(reply.subscribe).not.toHaveProperty("publications");
  });

  test("a cache gives the newest that the filter lets through", () => {
    const server = start();
    const client = server.connected("a", {}, query);
    for (const n of [1, 2, 3, 4]) server.publish("latest:a", String(n), { odd: String(n % 2) });
    const recovering = (id: number, tf: object): unknown => {
      const reply = subscribe(client, id, { channel: "latest:a", recover: true, tf });
      client.send({ id: id + 1, unsubscribe: { channel: "latest:a" } });
      client.take();
      return reply;
    };
    expect(recovering(2, eq("odd", "1"))).toMatchObject({
      subscribe: { recovered: true, offset: 4, publications: [{ data: 3, offset: 3 }] },
    });
    expect(recovering(4, eq("odd", "0"))).toMatchObject({
      subscribe: { recovered: true, offset: 4, publications: [{ data: 4, offset: 4 }] },
    });
    expect(recovering(6, eq("odd", "2"))).not.toMatchObject({ subscribe: { recovered: true } });
  });

  test("with deltas everything comes, as each is made of the one before", () => {
    const server = start();
    const client = server.connected("a", {}, query);
    subscribe(client, 2, { channel: "both:a", delta: "fossil", tf: eq("k", "1") });
    server.publish("both:a", "1");
    server.publish("both:a", "2", { k: "1" });
    expect(client.take()).toHaveLength(2);
  });

  test.each([
    ["the namespace takes none", "none:a", eq("k", "1")],
    ["it is not well formed", "open:a", {}],
    ["it is not well formed far inside", "open:a", { op: "and", nodes: [{ op: "not", nodes: [] }] }],
  ])("107 where %s", (_, channel, tf) => {
    const server = start();
    const client = server.connected("a", {}, query);
    expect(subscribe(client, 2, { channel, tf })).toMatchObject({ error: { code: 107 } });
    expect(server.hub.channels.size).toBe(0);
  });
});

test("a channel has so many distinct filters, and a place is free again once nobody has one", () => {
  const server = start(3);
  const client = (): TestClient => server.connected("a");
  const subscribe = (one: TestClient, k: number, channel = "open:a"): number | undefined => {
    one.send({ id: 2, subscribe: { channel, tf: eq("k", String(k)) } });
    return (one.take().at(-1) as { error?: { code: number } }).error?.code;
  };
  const first = client();
  expect([subscribe(first, 1), subscribe(client(), 2), subscribe(client(), 3)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(subscribe(client(), 4)).toBe(107);
  // One that is there already, another channel, and none at all.
  expect([subscribe(client(), 3), subscribe(client(), 4, "open:b")]).toEqual([undefined, undefined]);
  const plain = client();
  plain.send({ id: 2, subscribe: { channel: "open:a" } });
  expect(plain.take()).toMatchObject([{ subscribe: {} }]);
  first.send({ id: 3, unsubscribe: { channel: "open:a" } });
  first.take();
  expect(subscribe(client(), 4)).toBe(undefined);
});

test("a filter of the wrong types ends the connection", () => {
  const server = start();
  for (const tf of [
    { op: 1 },
    { vals: [1] },
    { vals: "a" },
    { nodes: {} },
    { nodes: [1] },
    { nodes: [{ key: 1 }] },
    1,
  ]) {
    const client = server.connected("a");
    client.send({ id: 2, subscribe: { channel: "open:a", tf } });
    expect(client.closeCode).toBe(3501);
  }
});

test("bytes that a filter keeps from a JSON client do not end it", () => {
  const server = start();
  const [kept, ended, plain] = [server.connected("a"), server.connected("b"), server.connected("c")];
  kept.send({ id: 2, subscribe: { channel: "open:a", tf: eq("k", "1") } });
  ended.send({ id: 2, subscribe: { channel: "open:a", tf: eq("k", "2") } });
  plain.send({ id: 2, subscribe: { channel: "open:b" } });
  server.publish("open:a", { kind: "bytes", bytes: Uint8Array.of(255) }, { k: "2" });
  expect([kept.closeCode, ended.closeCode, plain.closeCode]).toEqual([undefined, 3506, undefined]);
});
