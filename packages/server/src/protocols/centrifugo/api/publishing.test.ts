import { expect, test } from "bun:test";
import type { Broker } from "../../../core/broker.ts";
import { Bench } from "./api-bench.test.ts";

const pub = (channel: string, text: string): string => `{"push":{"channel":"${channel}","pub":${text}}}`;

test("a publish reaches subscribers as it was written", async () => {
  const bench = new Bench();
  const ear = bench.subscriber(bench.client("centrifugo", "c1"), "news");
  const text = await bench.post(
    "publish",
    '{"channel":"news","data":{"big":12345678901234567890, "one": 1.0}}',
  );
  expect(text).toBe('{"result":{}}');
  expect(bench.heard(ear)).toEqual([pub("news", '{"data":{"big":12345678901234567890, "one": 1.0}}')]);
  expect(bench.published).toBe(1);
  expect(bench.refusals).toEqual([]);
});

test("a publish says its place where the channel keeps history, and not where history is passed over", async () => {
  const bench = new Bench();
  const first = JSON.parse(
    await bench.post("publish", { channel: "chat:a", data: 1, tags: { a: "b" } }),
  ) as unknown;
  expect(first).toEqual({ result: { offset: 1, epoch: expect.any(String) as string } });
  expect(await bench.post("publish", { channel: "chat:a", data: 2, skip_history: true })).toBe(
    '{"result":{}}',
  );
  const read = JSON.parse(await bench.post("history", { channel: "chat:a", limit: -1 })) as unknown;
  expect(read).toMatchObject({
    result: { publications: [{ data: 1, offset: 1, tags: { a: "b" } }], offset: 1 },
  });
});

test("a second publish with the same idempotency key publishes nothing and gets the first one's place", async () => {
  const bench = new Bench();
  const ear = bench.subscriber(bench.client("centrifugo", "c1"), "chat:a");
  const body = { channel: "chat:a", data: 1, idempotency_key: "k" };
  const first = await bench.post("publish", body);
  expect(await bench.post("publish", body)).toBe(first);
  expect(bench.heard(ear)).toHaveLength(1);
});

test("delta is accepted", async () => {
  const bench = new Bench();
  expect(await bench.post("publish", { channel: "news", data: 1, delta: true })).toBe('{"result":{}}');
});

test("data that is not newer than the newest is delivered to nobody, and gets the position there is", async () => {
  const bench = new Bench();
  const ear = bench.subscriber(bench.client("centrifugo", "c1"), "chat:a");
  const offsets = [];
  for (const version of [2, 2, 1, 3]) {
    const text = await bench.post("publish", { channel: "chat:a", data: version, version });
    offsets.push((JSON.parse(text) as { result: { offset: number } }).result.offset);
  }
  expect(offsets).toEqual([1, 1, 1, 2]);
  expect(bench.heard(ear)).toHaveLength(2);
});

test("versions are compared exactly, however large: two of the same microsecond are two", async () => {
  const bench = new Bench();
  const offsets = [];
  for (const version of [
    "1700000000000000001",
    "1700000000000000002",
    "1700000000000000001",
    "18446744073709551615",
  ]) {
    const text = await bench.post("publish", `{"channel":"chat:a","data":1,"version":${version}}`);
    offsets.push((JSON.parse(text) as { result: { offset: number } }).result.offset);
  }
  expect(offsets).toEqual([1, 2, 2, 3]);
});

test("without history a version says nothing", async () => {
  const bench = new Bench();
  const ear = bench.subscriber(bench.client("centrifugo", "c1"), "news");
  for (const version of [2, 1])
    expect(await bench.post("publish", { channel: "news", data: 1, version })).toBe('{"result":{}}');
  expect(bench.heard(ear)).toHaveLength(2);
});

test.each([
  ["news", '"data":null', true],
  ["news", '"data":""', true],
  ["news", '"b64data":""', false],
  ["news", '"b64data":"AAE="', true],
  ["news", '"b64data":"AAE"', false],
  ["news", '"b64data":"!"', false],
  ["json:a", '"data":1', true],
  ["json:a", '"b64data":"AAE="', false],
  ["json:a", '"b64data":"eyJhIjoxfQ=="', true],
  ["object:a", '"data":{}', true],
  ["object:a", '"data":[]', false],
  ["object:a", '"b64data":"eyJhIjoxfQ=="', true],
  ["binary:a", '"channel":"binary:a"', true],
  ["binary:a", '"b64data":"AAE="', true],
])("publication_data_format of %s with %s", async (channel, data, accepted) => {
  const bench = new Bench();
  const text = await bench.post("publish", `{"channel":"${channel}",${data}}`);
  if (accepted) expect(text).toStartWith('{"result":');
  else expect(text).toBe('{"error":{"code":107,"message":"bad request"}}');
});

test("JSON in base64 is JSON to subscribers, other bytes close those that cannot be told", async () => {
  const bench = new Bench();
  const ear = bench.subscriber(bench.client("centrifugo", "c1"), "news");
  await bench.post("publish", { channel: "news", b64data: btoa('{"a":1}') });
  expect(bench.heard(ear)).toEqual([pub("news", '{"data":{"a":1}}')]);
  await bench.post("publish", { channel: "news", b64data: "AAE=" });
  expect(ear.closure?.kind).toBe("inappropriate-protocol");
});

test.each(["private-a", "presence-a", "#server-to-user-7"])(
  "the application may publish to %s",
  async (channel) => {
    expect(await new Bench().post("publish", { channel, data: 1 })).toBe('{"result":{}}');
  },
);

test.each([
  ["", 107],
  ["nowhere:a", 102],
  ["ü", 107],
  ["n".repeat(255), 0],
  ["n".repeat(256), 107],
])("a publish to the channel %p", async (channel, code) => {
  const bench = new Bench();
  const text = await bench.post("publish", { channel, data: 1 });
  expect(text).toContain(code === 0 ? '"result"' : `"code":${code}`);
  expect(bench.refusals).toHaveLength(code === 0 ? 0 : 1);
});

test("a broadcast has an answer for each channel, in their order", async () => {
  const bench = new Bench();
  const ear = bench.subscriber(bench.client("centrifugo", "c1"), "b");
  const text = await bench.post("broadcast", { channels: ["a", "nowhere:a", "", "b"], data: { n: 1 } });
  expect(text).toBe(
    '{"result":{"responses":[{"result":{}},{"error":{"code":102,"message":"unknown channel"}},' +
      '{"error":{"code":107,"message":"bad request"}},{"result":{}}]}}',
  );
  expect(bench.heard(ear)).toEqual([pub("b", '{"data":{"n":1}}')]);
  expect(bench.refusals).toEqual(["centrifugo-api unknown-channel", "centrifugo-api bad-request"]);
});

test("a broadcast to many channels lets others have their turn", async () => {
  const bench = new Bench();
  let turns = 0;
  const nextTurn = bench.clock.nextTurn.bind(bench.clock);
  bench.clock.nextTurn = () => {
    turns += 1;
    return nextTurn();
  };
  const channels = Array.from({ length: 1_000 }, (_, i) => `c${i}`);
  const { result } = JSON.parse(await bench.post("broadcast", { channels, data: 1 })) as {
    result: { responses: unknown[] };
  };
  expect(result.responses).toHaveLength(1_000);
  expect(bench.published).toBe(1_000);
  expect(turns).toBe(3);
});

test("a broker that fails is a defect and error 100, once for each channel", async () => {
  const failing = (broker: Broker): Broker =>
    new Proxy(broker, {
      get(target, name, receiver): unknown {
        if (name === "publish") return () => Promise.reject(new Error("away"));
        const value: unknown = Reflect.get(target, name, receiver);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  const bench = new Bench({}, failing);
  const error = '{"error":{"code":100,"message":"internal server error"}}';
  expect(await bench.post("publish", { channel: "a", data: 1 })).toBe(error);
  expect(await bench.post("broadcast", { channels: ["a", "b"], data: 1 })).toBe(
    `{"result":{"responses":[${error},${error}]}}`,
  );
  expect(bench.defects).toHaveLength(3);
});
