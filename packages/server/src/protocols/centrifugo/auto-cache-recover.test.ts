import { describe, expect, test } from "bun:test";
import { everybody, kept, signToken, TestServer } from "./test-server.test.ts";

function start(): TestServer {
  const auto = {
    subscribe: everybody,
    history: kept,
    forceRecovery: true,
    recoveryMode: "cache",
    autoRecover: true,
    tagFilters: true,
    deltas: true,
  } as const;
  return new TestServer({ namespaces: { auto } });
}

const tokenFor = (user: string): string => signToken({ sub: user, subs: { "auto:a": {} } });

/** The epoch of the stream, as a client that was here before knows it. */
function epochOf(server: TestServer): string {
  const client = server.connected("earlier");
  client.send({ id: 2, subscribe: { channel: "auto:a" } });
  const [{ subscribe }] = client.take() as [{ subscribe: { epoch: string } }];
  return subscribe.epoch;
}

describe.each(["", "cf_protocol=protobuf"])("with %p", (query) => {
  test("whoever subscribes gets the newest publication without asking", () => {
    const server = start();
    const client = server.connected("a", {}, query);
    client.send({ id: 2, subscribe: { channel: "auto:a" } });
    const [empty] = client.take() as [{ subscribe: object }];
    expect(empty.subscribe).toMatchObject({ was_recovering: true, recoverable: true, positioned: true });
    expect(empty.subscribe).not.toHaveProperty("recovered");
    for (const text of ["1", "2"]) server.publish("auto:a", text);
    const later = server.connected("b", {}, query);
    later.send({ id: 2, subscribe: { channel: "auto:a" } });
    server.publish("auto:a", "3");
    expect(later.take()).toMatchObject([
      {
        subscribe: {
          was_recovering: true,
          recovered: true,
          offset: 2,
          publications: [{ data: 2, offset: 2 }],
        },
      },
      { push: { pub: { data: 3, offset: 3 } } },
    ]);
  });

  test("whoever comes back gets it once", () => {
    const server = start();
    server.publish("auto:a", "1");
    const epoch = epochOf(server);
    const client = server.connected("a", {}, query);
    client.send({ id: 2, subscribe: { channel: "auto:a", recover: true, offset: 1, epoch } });
    const [reply] = client.take() as [{ subscribe: object }];
    expect(reply.subscribe).toMatchObject({ was_recovering: true, recovered: true, offset: 1 });
    expect(reply.subscribe).not.toHaveProperty("publications");
  });

  test("so does who is subscribed by its token", () => {
    const server = start();
    server.publish("auto:a", "1");
    const epoch = epochOf(server);
    const client = server.open(query);
    client.send({ id: 1, connect: { token: tokenFor("a") } });
    expect(client.take()).toMatchObject([
      { connect: { subs: { "auto:a": { recovered: true, epoch, publications: [{ data: 1, offset: 1 }] } } } },
    ]);
  });

  test("the newest that its filter lets through, and with deltas the whole", () => {
    const server = start();
    server.publish("auto:a", "1", { k: "1" });
    server.publish("auto:a", "2", { k: "2" });
    const filtering = server.connected("a", {}, query);
    filtering.send({ id: 2, subscribe: { channel: "auto:a", tf: { key: "k", cmp: "eq", val: "1" } } });
    expect(filtering.take()).toMatchObject([{ subscribe: { publications: [{ data: 1 }], offset: 2 } }]);
    const delta = server.connected("b", {}, query);
    delta.send({ id: 2, subscribe: { channel: "auto:a", delta: "fossil" } });
    expect(delta.take()).toMatchObject([
      { subscribe: { delta: true, publications: [{ data: query === "" ? "2" : 2 }] } },
    ]);
  });
});
