import { describe, expect, test } from "bun:test";
import { applyDelta } from "fossil-delta";
import { fossilDelta } from "./fossil-delta.ts";
import { randomSource, type RandomSource } from "./random-source.test.ts";

const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function applied(base: Uint8Array, delta: Uint8Array | undefined): Uint8Array | undefined {
  return delta === undefined ? undefined : new Uint8Array(applyDelta(base, delta));
}

/** Counts how often bytes are read. */
function counted(bytes: Uint8Array, count: { reads: number }): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (key === "subarray") return (from: number, to: number) => counted(target.subarray(from, to), count);
      if (typeof key === "string" && /^\d+$/.test(key)) count.reads += 1;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value as () => unknown).bind(target) : value;
    },
  });
}

function repeated(text: string, length: number): Uint8Array {
  return utf8.encode(text.repeat(Math.ceil(length / text.length)).slice(0, length));
}

const length = 4_096;
/** Bases and bodies that let a search for the best delta try everything with everything. */
const hostile: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
  ["one byte", repeated("a", length), repeated("a", length + 1)],
  [
    "one byte, and another in the middle",
    repeated("a", length),
    utf8.encode("a".repeat(2_000) + "b" + "a".repeat(2_000)),
  ],
  ["long runs", repeated("a".repeat(251) + "b", length), repeated("a".repeat(200) + "c", length)],
  ["runs as long as a block", repeated("a".repeat(17) + "b", length), repeated("a".repeat(16) + "c", length)],
  [
    "runs that end within a character",
    repeated("a".repeat(17) + "é", length),
    repeated("a".repeat(16) + "è", length),
  ],
];

describe("the time for a delta", () => {
  test.each(hostile)("is bounded by the lengths: %s", (_, base, body) => {
    const count = { reads: 0 };
    const delta = fossilDelta(counted(base, count), counted(body, count), { text: true });
    expect(applied(base, delta)).toEqual(new Uint8Array(body));
    // A search that tries every block it finds reads each byte up to 188 times here, and more in longer texts.
    expect(count.reads).toBeLessThan(20 * (base.length + body.length));
  });
});

const words = ["a", "ab", "é", "日本", "🙂", "the same words again and again", '{"n":1,', "\u0000\n", "ё"];

function changedText(random: RandomSource, text: string): string {
  const from = random.below(text.length + 1);
  const added = Array.from({ length: random.below(5) }, () => random.pick(words)).join("");
  const moved = random.below(4) === 0 ? text.slice(0, random.below(60)) : "";
  return (text.slice(0, from) + added + text.slice(from + random.below(40)) + moved).toWellFormed();
}

test("what is made of any two texts is shorter, is text, and gives the second back", () => {
  const random = randomSource(99);
  let text = "";
  let made = 0;
  for (let i = 0; i < 5_000; i += 1) {
    const next = text.length > 2_000 ? "" : changedText(random, text);
    const [base, body] = [utf8.encode(text), utf8.encode(next)];
    const delta = fossilDelta(base, body, { text: true });
    if (delta !== undefined) {
      made += 1;
      expect(delta.length).toBeLessThan(body.length);
      expect(strict.decode(delta)).toBeString();
      expect(strict.decode(applied(base, delta))).toBe(next);
    }
    text = next;
  }
  expect(made).toBeGreaterThan(4_000);
});

test("any bytes come back, moved parts are copied, and what has nothing in common has no delta", () => {
  const random = randomSource(7);
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random.below(256));
  const base = bytes(3_000);
  const body = Buffer.concat([base.subarray(2_000), bytes(10), base.subarray(0, 1_000)]);
  const delta = fossilDelta(base, body, { text: false });
  expect(applied(base, delta)).toEqual(new Uint8Array(body));
  expect(delta?.length ?? 0).toBeLessThan(100);
  expect(fossilDelta(base, bytes(3_000), { text: false })).toBeUndefined();
  expect(fossilDelta(base, new Uint8Array(0), { text: false })).toBeUndefined();
  expect(fossilDelta(new Uint8Array(0), base, { text: false })).toBeUndefined();
});
