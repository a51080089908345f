import { describe, expect, test } from "bun:test";
import { mutatedBytes, relengthened } from "../../../test/fuzz/mutate-bytes.ts";
import { mutated, twisted } from "../../../test/fuzz/mutate.ts";
import { randomNumbers, type Random } from "../../../test/fuzz/random.ts";
import { commandFrame } from "./protobuf/forms.test.ts";
import { everybody, kept, signToken, TestServer, type TestClient } from "./test-server.test.ts";

const seed = 0x5eed;
const frames = 100_000;
/** A slow machine tries fewer of them. Milliseconds. */
const patience = 30_000;
/** A connection that was not closed takes so many, and makes room for the next. */
const perConnection = 30;

const all = {
  subscribe: everybody,
  publish: everybody,
  history: kept,
  historyAccess: everybody,
  presence: true,
  joinLeave: true,
  presenceAccess: everybody,
  allowRecovery: true,
};

const good: readonly object[] = [
  { id: 2, subscribe: { channel: "all:a", recover: true, offset: 1, epoch: "e", flag: 1 } },
  {
    id: 3,
    subscribe: {
      channel: "shut:a",
      token: signToken({ sub: "fuzz", channel: "shut:a" }),
      tf: { op: "and", nodes: [{ key: "k", cmp: "eq", val: "v" }] },
    },
  },
  { id: 4, publish: { channel: "all:a", data: { type: "a", data: {} } } },
  { id: 4, publish: { channel: "bytes:a", data: "some text" } },
  { id: 5, history: { channel: "all:a", limit: 10, since: { offset: 1, epoch: "e" }, reverse: true } },
  { id: 6, presence: { channel: "all:a" } },
  { id: 7, presence_stats: { channel: "all:a" } },
  { id: 8, unsubscribe: { channel: "all:a" } },
  {
    id: 9,
    sub_refresh: {
      channel: "shut:a",
      token: "x",
      track: [{ signature: "s", items: [{ key: "k" }] }],
      untrack: ["u"],
    },
  },
  { id: 10, refresh: { token: signToken({ sub: "fuzz" }) } },
  { id: 11, rpc: { method: "m", data: 1 } },
  { send: { data: 1 } },
  {},
  {
    id: 1,
    connect: {
      token: signToken({ sub: "fuzz" }),
      headers: { a: "b" },
      subs: { "all:b": { recover: true, offset: 1 } },
    },
  },
];

const texts = good.map((command) => JSON.stringify(command));
const binaries = good.map(commandFrame);

function spoiltText(random: Random): string {
  const spoilt = random(2) === 0 ? mutated : twisted;
  const frame = spoilt(texts[random(texts.length)] ?? "", random);
  return random(4) === 0 ? `${frame}\n${texts[random(texts.length)]}` : frame;
}

function spoiltBytes(random: Random): Uint8Array {
  const spoilt = random(2) === 0 ? mutatedBytes : relengthened;
  return spoilt(binaries[random(binaries.length)] ?? new Uint8Array(0), random);
}

const encodings: readonly (readonly [string, string, (random: Random) => string | Uint8Array])[] = [
  ["JSON", "", spoiltText],
  ["protobuf", "format=protobuf", spoiltBytes],
];

/** Clients that do nothing wrong, and must not notice. */
function bystanders(server: TestServer): TestClient[] {
  return ["", "format=protobuf"].map((query) => {
    const client = server.connected("bystander", {}, query);
    client.send({ id: 2, subscribe: { channel: "calm:a" } });
    client.take();
    return client;
  });
}

function expectCalm(server: TestServer, clients: readonly TestClient[], mark: number): void {
  server.publish("calm:a", String(mark));
  for (const client of clients)
    expect(client.take()).toMatchObject([{ push: { channel: "calm:a", pub: { data: mark } } }]);
}

describe.each(encodings)("the %s decoder", (_, query, spoilt) => {
  test("takes 100,000 broken frames: who sends them is refused or closed, and nobody else notices", () => {
    const server = new TestServer({
      namespaces: { all, shut: {}, bytes: { ...all, dataFormat: "binary" }, calm: { subscribe: everybody } },
    });
    const calm = bystanders(server);
    const random = randomNumbers(seed);
    const closeCodes = new Set<number>();
    const until = performance.now() + patience;
    let sent = 0;
    let answers = 0;
    while (sent < frames && performance.now() < until) {
      const client = random(20) === 0 ? server.open(query) : server.connected("fuzz", {}, query);
      for (let i = 0; i < perConnection && client.closeCode === undefined; i += 1) {
        const waiting = client.connection.receive(spoilt(random));
        sent += 1;
        // A reply so long that the rest has to wait for its turn.
        if (waiting instanceof Promise) break;
      }
      if (client.closeCode !== undefined) closeCodes.add(client.closeCode);
      answers += client.outlet.frames.length;
      client.connection.gone("client", 1006);
      client.outlet.shut({ code: 1000, reason: "" });
      if (sent % 1_000 < perConnection) expectCalm(server, calm, sent);
    }
    expect(sent).toBeGreaterThan(frames / 10);
    // Some are still commands.
    expect(answers).toBeGreaterThan(sent / 10);
    expect(server.defects).toEqual([]);
    for (const code of closeCodes) expect([3500, 3501, 3506, 3508]).toContain(code);
    expect(closeCodes).toContain(3501);
    expectCalm(server, calm, sent);
    for (const client of calm) expect(client.closeCode).toBeUndefined();
  }, 60_000);
});
