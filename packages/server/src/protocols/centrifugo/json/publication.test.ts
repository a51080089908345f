import { describe, expect, test } from "bun:test";
import { channelName, clientId, userId } from "../../../core/ids.ts";
import type { Content, Publication } from "../../../core/publication.ts";
import { Unsayable } from "../../../core/encoder.ts";
import { contentText, publicationText, publicationTexts } from "./publication.ts";
import { jsonCodec } from "./codec.ts";

const bytes = (...values: number[]): Content => ({ kind: "bytes", bytes: Uint8Array.from(values) });
const event = (data: string, quoted: boolean, name = "order.paid"): Content => ({
  kind: "event",
  name,
  data,
  quoted,
});

const crossings: readonly (readonly [string, Content, string | undefined])[] = [
  [
    "JSON as it came",
    { kind: "json", text: '{"n": 1.0,"big":12345678901234567890}' },
    '{"n": 1.0,"big":12345678901234567890}',
  ],
  ["JSON without raw line feeds", { kind: "json", text: '{\n"a":\n"x\\ny"}' }, '{"a":"x\\ny"}'],
  ["null", { kind: "json", text: "null" }, "null"],
  [
    "an event with an object in its string",
    event('{"n":1.0}', true),
    '{"type":"order.paid","data":{"n":1.0}}',
  ],
  [
    "an event with a number in its string",
    event("12345678901234567890", true),
    '{"type":"order.paid","data":12345678901234567890}',
  ],
  [
    "an event with line feeds in its JSON",
    event('{\n "n": 1\n}', true),
    '{"type":"order.paid","data":{ "n": 1}}',
  ],
  [
    "an event whose string is no JSON",
    event('hello "you"\n', true),
    '{"type":"order.paid","data":"hello \\"you\\"\\n"}',
  ],
  ["an event whose string is empty", event("", true), '{"type":"order.paid","data":""}'],
  ["an event whose string holds a JSON string", event('"x"', true), '{"type":"order.paid","data":"x"}'],
  [
    "an event with JSON that was not in a string",
    event('{"a":1}', false),
    '{"type":"order.paid","data":{"a":1}}',
  ],
  ["an event whose name needs escapes", event("1", false, 'a"b\n'), '{"type":"a\\"b\\n","data":1}'],
  ["bytes that are JSON", bytes(0x7b, 0x0a, 0x7d), "{}"],
  ["bytes that are no JSON", bytes(0x68, 0x69), undefined],
  ["bytes that are no UTF-8", bytes(0x22, 0xff, 0x22), undefined],
  ["no bytes at all", bytes(), ""],
];

describe("a content on the JSON wire", () => {
  test.each(crossings)("%s", (_, content, text) => {
    expect(contentText(content)).toBe(text as never);
  });
});

const plain: Publication = {
  content: { kind: "json", text: '{"n":1}' },
  by: undefined,
  tags: undefined,
  except: undefined,
  position: undefined,
};

describe("a publication on the JSON wire", () => {
  test("has no field that says nothing", () => {
    expect(publicationText(plain)).toBe('{"data":{"n":1}}');
    expect(publicationText({ ...plain, tags: {}, content: bytes() })).toBe("{}");
  });

  test("has its fields in the schema's order, and an epoch at offset 1 only", () => {
    const by = { user: userId("42"), client: clientId("c"), connInfo: '{"n":\n"A"}', chanInfo: undefined };
    const whole = { ...plain, by, tags: { k: "v" }, position: { offset: 1, epoch: "xyz" } };
    expect(publicationText(whole)).toBe(
      '{"data":{"n":1},"info":{"user":"42","client":"c","conn_info":{"n":"A"}},"offset":1,"tags":{"k":"v"},"epoch":"xyz"}',
    );
    expect(publicationText({ ...plain, position: { offset: 2, epoch: "xyz" } })).toBe(
      '{"data":{"n":1},"offset":2}',
    );
  });

  test("is pushed under its channel's name, and joins and leaves beside it", () => {
    const channel = channelName('a"b');
    expect(jsonCodec.encoder.publication(channel, plain)).toBe(
      '{"push":{"channel":"a\\"b","pub":{"data":{"n":1}}}}',
    );
    const info = { user: userId(""), client: clientId("c"), connInfo: undefined, chanInfo: "[1]" };
    const change = { key: "k" as never, change: "leave" as const, info, edge: false, handle: "c" };
    expect(jsonCodec.encoder.membership(channel, change)).toBe(
      '{"push":{"channel":"a\\"b","leave":{"info":{"user":"","client":"c","chan_info":[1]}}}}',
    );
  });

  test("cannot be said where it is bytes: those who would get it are closed", () => {
    const verdict = jsonCodec.encoder.publication(channelName("a"), { ...plain, content: bytes(0xff) });
    expect(verdict instanceof Unsayable ? verdict.closure?.kind : verdict).toBe("inappropriate-protocol");
    expect(publicationTexts([plain, { ...plain, content: bytes(0xff) }])).toBeUndefined();
  });
});
