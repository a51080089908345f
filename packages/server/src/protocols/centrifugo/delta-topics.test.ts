import { describe, expect, test } from "bun:test";
import { everybody, kept, TestServer, type TestClient } from "./test-server.test.ts";

const long = "x".repeat(200);
const text = (n: number): string => JSON.stringify({ long, n });

function start(): TestServer {
  const told = { subscribe: everybody, deltas: true, deltaPublish: true };
  return new TestServer({
    namespaces: {
      told,
      kept: { ...told, history: kept, forceRecovery: true },
      plain: { subscribe: everybody },
    },
  });
}

/** Frames that go out by topics, and how many were pushed to clients one by one. */
function watch(server: TestServer, clients: readonly TestClient[]): { topics: string[]; pushed: number } {
  const seen = { topics: [] as string[], pushed: 0 };
  const { fanout } = server;
  fanout.publish = (topic: string) => {
    seen.topics.push(topic.split("/").slice(0, -1).join("/"));
  };
  for (const { outlet } of clients)
    outlet.push = () => {
      seen.pushed += 1;
    };
  return seen;
}

describe.each([
  ["", "c"],
  ["cf_protocol=protobuf", "b"],
])("with %p", (query, encoding) => {
  function followers(server: TestServer, count: number, request: object): TestClient[] {
    return Array.from({ length: count }, (_, index) => {
      const client = server.connected(String(index), {}, query);
      client.send({ id: 2, subscribe: request });
      client.take();
      return client;
    });
  }

  test("each fresh one is told once, and from then on all by one topic", () => {
    const server = start();
    const clients = followers(server, 50, { channel: "told:a", delta: "fossil" });
    const seen = watch(server, clients);
    for (const n of [1, 2, 3]) server.publish("told:a", text(n));
    expect(seen).toEqual({ topics: [`${encoding}/deltas`, `${encoding}/deltas`], pushed: 50 });
  });

  test("where nobody asked for deltas there is one topic, with or without the option", () => {
    for (const channel of ["plain:a", "told:a"]) {
      const server = start();
      const clients = followers(server, 50, { channel });
      const seen = watch(server, clients);
      for (const n of [1, 2]) server.publish(channel, text(n));
      expect(seen).toEqual({ topics: [encoding, encoding], pushed: 0 });
    }
  });

  test("who has recovered the newest goes on with a delta at once, where somebody is there to share it", () => {
    const server = start();
    followers(server, 1, { channel: "kept:a", delta: "fossil" });
    for (const n of [1, 2, 3]) server.publish("kept:a", text(n));
    const client = server.connected("back", {}, query);
    client.send({ id: 2, subscribe: { channel: "kept:a", delta: "fossil", recover: true, offset: 1 } });
    server.publish("kept:a", text(4));
    const [reply, push] = client.take() as [
      { subscribe: { publications: { delta?: boolean }[] } },
      { push: { pub: { delta?: boolean } } },
    ];
    expect(reply.subscribe).toMatchObject({ delta: true, recovered: true, was_recovering: true });
    expect(reply.subscribe.publications.map(({ delta }) => delta)).toEqual([undefined, true]);
    expect(push.push.pub.delta).toBe(true);
  });

  test("nothing is left behind by those who go, fresh or not", () => {
    const server = start();
    const [first, second, third] = followers(server, 2, { channel: "told:a", delta: "fossil" });
    server.publish("told:a", text(1));
    const [late] = followers(server, 1, { channel: "told:a", delta: "fossil" });
    expect(third).toBeUndefined();
    first?.send({ id: 3, unsubscribe: { channel: "told:a" } });
    late?.connection.gone("", 1005);
    server.publish("told:a", text(2));
    expect(second?.take()).toHaveLength(2);
    second?.send({ id: 3, unsubscribe: { channel: "told:a" } });
    first?.take();
    server.publish("told:a", text(3));
    expect(first?.take()).toEqual([]);
    expect(server.hub.channels.size).toBe(0);
  });
});

test("bytes that are no JSON end JSON clients with deltas alone, and the next publication comes whole", () => {
  const server = start();
  const json = server.connected("a");
  const bytes = server.connected("b", {}, "cf_protocol=protobuf");
  for (const client of [json, bytes]) {
    client.send({ id: 2, subscribe: { channel: "told:a", delta: "fossil" } });
    client.take();
  }
  server.publish("told:a", text(1));
  server.publish("told:a", { kind: "bytes", bytes: Uint8Array.of(255) });
  expect([json.closeCode, bytes.closeCode]).toEqual([3506, undefined]);
  expect(bytes.take()).toHaveLength(2);
});
