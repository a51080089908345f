import { describe, expect, test } from "bun:test";
import { parseFrame as parseJson } from "../json/parse.ts";
import type { Inbound } from "../messages.ts";
import { randomSource } from "../random-source.test.ts";
import { commandFrame } from "./forms.test.ts";
import { parseFrame } from "./parse.ts";

function frame(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

function kinds(bytes: Uint8Array): string[] {
  return parseFrame(bytes).map(({ kind }) => kind);
}

describe("frames of the protocol notes, 14.6", () => {
  test.each<[string, string, object]>([
    ["a pong", "00", { kind: "pong" }],
    ["connect", "04 08 01 22 00", { kind: "connect", id: 1, token: "" }],
    ["subscribe", "07 08 02 2a 03 0a 01 61", { kind: "subscribe", id: 2, channel: "a" }],
  ])("%s", (_, hex, message) => {
    expect(parseFrame(frame(hex))).toMatchObject([message]);
  });
});

describe("a frame", () => {
  test.each<[string, string, string[]]>([
    ["with several commands", "04 08 01 22 00 00 07 08 02 2a 03 0a 01 61", ["connect", "pong", "subscribe"]],
    ["with a length in more bytes than it needs", "84 00 08 01 22 00", ["connect"]],
    ["with an unknown varint", "07 08 01 a8 06 05 22 00", ["connect"]],
    ["with an unknown eight-byte number", "0e 08 01 a9 06 0102030405060708 22 00", ["connect"]],
    ["with an unknown four-byte number", "0a 08 01 ad 06 01020304 22 00", ["connect"]],
    ["with an unknown text", "09 08 01 aa 06 02 6162 22 00", ["connect"]],
    ["with an unknown group in a group", "0e 08 01 ab 06 b3 06 08 05 b4 06 ac 06 22 00", ["connect"]],
    ["with an id and nothing else", "02 08 05", ["unknown"]],
    ["with ping", "04 08 05 5a 00", ["unknown"]],
    ["with a command without an id", "02 22 00", ["pong"]],
    ["with send, which needs no id", "02 62 00", ["send"]],
    ["with the highest id", "08 08 ffffffff0f 22 00", ["connect"]],
    ["with two requests, of which connect counts", "06 08 01 2a 00 22 00", ["connect"]],
  ])("%s", (_, hex, expected) => {
    expect(kinds(frame(hex))).toEqual(expected);
  });
});

const nested = (depth: number): Uint8Array => {
  let node = new Uint8Array(0);
  const inside = (tag: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    const length = bytes.length;
    const prefix = length < 128 ? [tag, length] : [tag, (length & 127) | 128, length >> 7];
    return Uint8Array.from([...prefix, ...bytes]);
  };
  for (let level = 0; level < depth; level += 1) node = inside(0x32, node);
  const subscribe = inside(0x2a, Uint8Array.from([0x0a, 1, 0x61, ...inside(0x6a, node)]));
  return inside(0, Uint8Array.from([8, 2, ...subscribe])).slice(1);
};

describe("what is malformed", () => {
  test.each<[string, string]>([
    ["an empty frame", ""],
    ["a length that does not end", "80"],
    ["a length of too many bytes", "80 80 80 80 80 80 80 80 80 80 01"],
    ["a length beyond the frame", "05 08 01 22 00"],
    ["a huge length", "ff ff ff ff 0f 08 01"],
    ["a cut varint", "02 08 80"],
    ["a varint of eleven bytes", "0c 08 80 80 80 80 80 80 80 80 80 80 01"],
    ["a cut tag", "01 80"],
    ["field zero", "02 00 01"],
    ["a tag of 40 bits", "07 88 80 80 80 80 01 05"],
    ["an id that is a text", "04 0a 02 61 62"],
    ["a request that is a number", "04 08 01 20 05"],
    ["a channel that is a number", "06 08 02 2a 02 08 05"],
    ["a channel that is a number, and could be read as a text", "08 08 02 32 04 08 02 10 05"],
    ["a flag that is a text", "08 08 02 2a 04 1a 02 61 62"],
    ["a request that reaches over its command", "06 08 02 2a 05 0a 01"],
    ["a channel that reaches over its request", "08 08 02 2a 03 0a 04 61 62"],
    ["an unknown text that reaches over the command", "07 08 01 aa 06 09 61 62"],
    ["a cut eight-byte number", "06 08 01 a9 06 01 02"],
    ["a wire type that does not exist", "04 08 01 a6 06"],
    ["the end of a group that has not begun", "05 08 01 ac 06 00"],
    ["a group without an end", "06 08 01 ab 06 08 05"],
    ["a group that ends as another", "07 08 01 ab 06 b4 06 00"],
    ["a channel that is not UTF-8", "07 08 02 2a 03 0a 01 ff"],
    ["a map's key that is a number", "0a 08 01 22 06 1a 04 08 01 12 00"],
  ])("%s", (_, hex) => {
    expect(kinds(frame(hex)).at(-1)).toBe("malformed");
  });

  test("messages within each other, beyond any that is meant", () => {
    expect(kinds(nested(50))).toEqual(["subscribe"]);
    expect(kinds(nested(200))).toEqual(["malformed"]);
    expect(kinds(nested(1_000))).toEqual(["malformed"]);
  });

  test("what stands before it is read, what stands behind is not", () => {
    expect(kinds(frame("04 08 01 22 00 02 08 80 04 08 01 22 00"))).toEqual(["connect", "malformed"]);
  });
});

describe("data of a publish", () => {
  const published = (data: Uint8Array): Inbound | undefined =>
    parseFrame(commandFrame({ id: 1, publish: { channel: "a", data } }))[0];

  test.each<[string, Uint8Array, object]>([
    ["JSON", Buffer.from('{"n": 1.0}'), { kind: "json", text: '{"n": 1.0}' }],
    ["JSON with line feeds", Buffer.from("[\n1]"), { kind: "json", text: "[\n1]" }],
    [
      "text that is no JSON",
      Buffer.from("hello"),
      { kind: "bytes", bytes: new Uint8Array(Buffer.from("hello")) },
    ],
    [
      "JSON behind a BOM",
      Buffer.from("\ufeff1"),
      { kind: "bytes", bytes: Uint8Array.of(0xef, 0xbb, 0xbf, 0x31) },
    ],
    ["no text", Uint8Array.of(0, 255), { kind: "bytes", bytes: Uint8Array.of(0, 255) }],
    ["nothing", new Uint8Array(0), { kind: "bytes", bytes: new Uint8Array(0) }],
  ])("%s", (_, data, content) => {
    expect(published(data)).toMatchObject({ kind: "publish", bytes: data.length, content });
  });

  test("is kept without the frame it came in", () => {
    const whole = commandFrame({ id: 1, publish: { channel: "a", data: Uint8Array.of(0, 1) } });
    const [message] = parseFrame(Buffer.concat([whole, new Uint8Array(50_000)]));
    if (message?.kind !== "publish" || message.content.kind !== "bytes") throw new Error("no bytes");
    expect(message.content.bytes.buffer.byteLength).toBe(2);
  });
});

const { below, pick } = randomSource(0xc0de);
const word = (): string => pick(["", "a", "news", "chat:é", "$x", "__proto__", "日本"]);
const truth = (): boolean => below(2) === 0;

function subscription(): object {
  return {
    token: word(),
    recover: truth(),
    epoch: word(),
    offset: below(1_000),
    positioned: truth(),
    recoverable: truth(),
    join_leave: truth(),
    delta: pick(["", "fossil"]),
    flag: below(4),
    type: below(5),
    ...(truth() ? { tf: { op: "and", nodes: [{ key: word(), cmp: "eq", val: word() }] } } : {}),
  };
}

const requests: readonly (() => object)[] = [
  () => ({
    connect: {
      token: word(),
      data: { n: below(9) },
      name: word(),
      version: word(),
      headers: { a: word() },
      subs: Object.fromEntries([[word(), subscription()]]),
    },
  }),
  () => ({ subscribe: { channel: word(), ...subscription() } }),
  () => ({ unsubscribe: { channel: word() } }),
  () => ({ publish: { channel: word(), data: pick([1, "x", null, { a: [1] }]), type: below(2) } }),
  () => ({ presence: { channel: word() } }),
  () => ({ presence_stats: { channel: word() } }),
  () => ({
    history: {
      channel: word(),
      limit: below(20) - 10,
      reverse: truth(),
      ...(truth() ? { since: { offset: below(9), epoch: word() } } : {}),
    },
  }),
  () => ({ rpc: { method: word(), data: 1 } }),
  () => ({ send: { data: 1 } }),
  () => ({ refresh: { token: word() } }),
  () => ({ sub_refresh: { channel: word(), token: word(), type: below(3) } }),
  () => ({ ping: {} }),
  () => ({}),
];

test("both decoders read the same command alike", () => {
  for (let round = 0; round < 3_000; round += 1) {
    // At times two requests in one command.
    const command = {
      id: pick([0, 1, 7, 0xffff_ffff]),
      ...pick(requests)(),
      ...(below(5) === 0 ? pick(requests)() : {}),
    };
    expect(parseFrame(commandFrame(command))).toEqual([...parseJson(JSON.stringify(command))]);
  }
});
