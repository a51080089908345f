import { fromBinary } from "@bufbuild/protobuf";
import { sizeDelimitedPeek } from "@bufbuild/protobuf/wire";
import { describe, expect, test } from "bun:test";
import { applyDelta } from "fossil-delta";
import type { DeltaEncoder } from "../../core/encoder.ts";
import { channelName } from "../../core/ids.ts";
import type { Content, Publication } from "../../core/publication.ts";
import { oneLine } from "../../json-text/slices.ts";
import { recoveredTexts } from "./json/deltas.ts";
import { jsonCodec } from "./json/codec.ts";
import { ReplySchema } from "./protobuf/client_pb.ts";
import { protobufDeltas, recoveredMessages } from "./protobuf/deltas.ts";
import { randomSource, type RandomSource } from "./random-source.test.ts";

const jsonDeltas = jsonCodec.encoder.deltas;
if (jsonDeltas === undefined) throw new Error("JSON has deltas");

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { ignoreBOM: true });
const name = channelName("news");

/** What a client gets of a publication. */
interface Told {
  readonly data: string | Uint8Array;
  readonly delta?: boolean;
}

/** Puts publications together as clients do: of the bytes that it holds, and what comes. */
class Reader {
  private held = new Uint8Array(0);
  deltas = 0;

  read({ data, delta = false }: Told): string {
    const bytes = typeof data === "string" ? utf8.encode(data) : new Uint8Array(data);
    this.held = delta ? new Uint8Array(applyDelta(this.held, bytes)) : bytes;
    if (delta) this.deltas += 1;
    return text.decode(this.held);
  }
}

const pieces = [
  ...'abcé日🙂🙃\u2028\u0000\\"\n\t/ё',
  "мягких французских булок, да выпей чаю",
  "the same words again and again and again",
  "\\u0041\\ud83d\\ude42",
];

/** Texts that are each something of the one before. */
function story(random: RandomSource, length: number): string[] {
  let words = Array.from({ length: random.below(60) }, () => random.pick(pieces));
  return Array.from({ length }, () => {
    const at = random.below(words.length + 1);
    const added = Array.from({ length: random.below(4) }, () => random.pick(pieces));
    words = [...words.slice(0, at), ...added, ...words.slice(at + random.below(3))];
    const value = random.below(8) === 0 ? words.length : { words: words.join(""), n: words.length };
    return JSON.stringify(value, undefined, random.below(6) === 0 ? 1 : 0);
  });
}

function publicationOf(content: Content, offset: number): Publication {
  const rest = { by: undefined, tags: undefined, except: undefined, delta: true };
  return { content, ...rest, position: { offset, epoch: "epoch" } };
}

function toldInBytes(frame: string | Uint8Array): Told {
  const bytes = frame as Uint8Array;
  const reply = fromBinary(ReplySchema, bytes.subarray(sizeDelimitedPeek(bytes).offset ?? 0));
  return reply.push?.pub ?? { data: "" };
}

const wires: readonly (readonly [
  string,
  DeltaEncoder,
  (frame: string | Uint8Array) => Told,
  (text: string) => string,
])[] = [
  [
    "JSON",
    jsonDeltas,
    (frame) => (JSON.parse(String(frame)) as { push: { pub: Told } }).push.pub,
    // A line feed would split the frame: it is dropped for everybody on this encoding.
    oneLine,
  ],
  ["protobuf", protobufDeltas, toldInBytes, (given) => given],
];

describe.each(wires)("%s", (wire, encoder, toldIn, expected) => {
  test("whatever is published comes out byte for byte", () => {
    const random = randomSource(4711);
    let told = 0;
    let changed = 0;
    for (let run = 0; run < 300; run += 1) {
      const reader = new Reader();
      let base: Uint8Array | undefined;
      for (const [index, given] of story(random, 12).entries()) {
        const publication = publicationOf({ kind: "json", text: given }, index + 1);
        const body = encoder.body(publication.content);
        if (!(body instanceof Uint8Array)) throw new Error("JSON is for every encoding");
        const delta = base === undefined ? undefined : encoder.changed(name, publication, { base, body });
        if (delta !== undefined) expect(reader.read(toldIn(delta))).toBe(expected(given));
        else if (encoder.full !== undefined)
          expect(reader.read(toldIn(encoder.full(name, publication, body)))).toBe(expected(given));
        else reader.read({ data: body });
        base = body;
        told += 1;
      }
      changed += reader.deltas;
    }
    expect([told, changed > told / 3]).toEqual([3600, true]);
  });

  test("recovered publications are the same", () => {
    const random = randomSource(42);
    for (let run = 0; run < 100; run += 1) {
      const given = story(random, 8);
      const publications = given.map((one, index) => publicationOf({ kind: "json", text: one }, index + 1));
      // The second time from what is kept; from the middle what was a delta is told in full.
      for (const from of [0, 0, 4, 0]) {
        const some = publications.slice(from);
        const reader = new Reader();
        const read =
          wire === "JSON"
            ? (JSON.parse(`[${recoveredTexts(some) ?? ""}]`) as Told[])
            : (recoveredMessages(some) as readonly Told[]);
        expect(read[0]?.delta ?? false).toBe(false);
        expect(read.map((one) => reader.read(one))).toEqual(given.slice(from).map(expected));
      }
    }
  });
});

test("publications without data are null to clients that parse a string", () => {
  const publication = publicationOf({ kind: "bytes", bytes: new Uint8Array(0) }, 1);
  const body = jsonDeltas.body(publication.content) as Uint8Array;
  expect(text.decode(body)).toBe("null");
});

test.each([
  ["é", "è", "the end of a character"],
  ["©", "é", "its beginning"],
])("a delta on JSON is cut between characters: %s and %s differ in %s", (before, after) => {
  const [base, body] = [before, after].map((one) =>
    utf8.encode(JSON.stringify(`what stands before it: ${one}, and what stands behind it`)),
  );
  if (base === undefined || body === undefined) throw new Error("two texts");
  const publication = publicationOf({ kind: "json", text: text.decode(body) }, 2);
  for (const [, encoder, toldIn] of wires) {
    const frame = encoder.changed(name, publication, { base, body });
    const reader = new Reader();
    reader.read({ data: base });
    expect(reader.read(toldIn(frame ?? ""))).toBe(text.decode(body));
  }
});
