import { expect, test } from "bun:test";
import { everybody, kept, TestServer } from "./test-server.test.ts";

const namespaces = { long: { history: kept, historyAccess: everybody, publish: everybody } };

test("a frame that asks for much gives others their turn, and is answered in order all the same", async () => {
  const server = new TestServer({ namespaces });
  const client = server.connected("42");
  client.send({ id: 2, publish: { channel: "long:a", data: "x".repeat(40_000) } });
  client.take();
  const ids = Array.from({ length: 10 }, (_, i) => 3 + i);
  const asks = ids.map((id) => JSON.stringify({ id, history: { channel: "long:a", limit: -1 } }));
  const done = client.connection.receive(asks.join("\n"));
  // Two of them are as much as goes out in one turn.
  expect(client.take()).toMatchObject([{ id: 3 }, { id: 4 }]);
  await done;
  expect(client.take()).toMatchObject(ids.slice(2).map((id) => ({ id })));
});

test("who is gone in between is not answered any more", async () => {
  const server = new TestServer({ namespaces });
  const client = server.connected("42");
  client.send({ id: 2, publish: { channel: "long:a", data: "x".repeat(70_000) } });
  const ask = (id: number): string => JSON.stringify({ id, history: { channel: "long:a", limit: -1 } });
  const done = client.connection.receive([ask(3), ask(4), ask(5)].join("\n"));
  client.take();
  client.connection.gone("abnormal", 1006);
  await done;
  expect(client.take()).toEqual([]);
});
