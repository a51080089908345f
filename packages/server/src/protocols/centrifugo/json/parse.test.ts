import { describe, expect, test } from "bun:test";
import { parseFrame } from "./parse.ts";

const badFrames: readonly (readonly [string, string])[] = [
  ["an empty frame", ""],
  ["a line feed alone", "\n"],
  ["text that is no JSON", "hello"],
  ["half an object", '{"id":1,"connect":{'],
  ["a number", "5"],
  ["an array", '[{"id":1}]'],
  ["null", "null"],
  ["a negative id", '{"id":-1,"connect":{}}'],
  ["an id that is no whole number", '{"id":1.5,"connect":{}}'],
  ["an id above 32 bits", '{"id":4294967296,"connect":{}}'],
  ["an id in quotes", '{"id":"1","connect":{}}'],
  ["a request that is no object", '{"id":1,"connect":5}'],
  ["a request that is an array", '{"id":1,"subscribe":[]}'],
  ["a token that is no string", '{"id":1,"connect":{"token":5}}'],
  ["a channel that is no string", '{"id":2,"subscribe":{"channel":{}}}'],
  ["a flag that is no boolean", '{"id":2,"subscribe":{"channel":"a","recover":1}}'],
  ["a negative offset", '{"id":2,"subscribe":{"channel":"a","offset":-1}}'],
  ["a filter that is no object", '{"id":2,"subscribe":{"channel":"a","tf":"x"}}'],
  ["subs that are no object", '{"id":1,"connect":{"subs":["a"]}}'],
  ["a sub that is no object", '{"id":1,"connect":{"subs":{"a":1}}}'],
  ["a sub with an epoch that is no string", '{"id":1,"connect":{"subs":{"a":{"epoch":1}}}}'],
  ["a history limit in quotes", '{"id":3,"history":{"channel":"a","limit":"5"}}'],
  ["a history limit above 32 bits", '{"id":3,"history":{"channel":"a","limit":2147483648}}'],
  ["a type above 32 bits", '{"id":3,"subscribe":{"channel":"a","type":1e300}}'],
  ["an offset above 64 bits", '{"id":3,"subscribe":{"channel":"a","offset":1e20}}'],
  ["a flag above 64 bits", '{"id":3,"subscribe":{"channel":"a","flag":-1e19}}'],
  ["a since that is no object", '{"id":3,"history":{"channel":"a","since":1}}'],
  ["a since with a bad offset", '{"id":3,"history":{"channel":"a","since":{"offset":"1"}}}'],
];

describe("frames that cannot be read", () => {
  test.each(badFrames)("%s is malformed, not fatal", (_, frame) => {
    expect(parseFrame(frame).map((message) => message.kind)).toEqual(["malformed"]);
  });

  test("what stands before a malformed line is taken, what stands behind it is not", () => {
    const frame = '{"id":1,"unsubscribe":{"channel":"a"}}\noops\n{"id":2,"unsubscribe":{"channel":"b"}}';
    expect(parseFrame(frame).map((message) => message.kind)).toEqual(["unsubscribe", "malformed"]);
  });

  test("an empty line between two commands is malformed", () => {
    expect(parseFrame("{}\n\n{}").map((message) => message.kind)).toEqual(["pong", "malformed"]);
  });

  test("nesting that exhausts the parser is malformed or read, and never thrown", () => {
    const deep = `{"id":1,"publish":{"channel":"a","data":${"[".repeat(60_000)}`;
    expect(parseFrame(deep).map((message) => message.kind)).toEqual(["malformed"]);
  });
});

describe("frames that can be read", () => {
  test("one line feed at the end is allowed", () => {
    expect(parseFrame('{"id":1,"connect":{}}\n').map((message) => message.kind)).toEqual(["connect"]);
  });

  test("null is the same as a field that is not there", () => {
    expect(parseFrame('{"id":1,"connect":null,"subscribe":{"channel":"a","tf":null,"epoch":null}}')).toEqual([
      {
        kind: "subscribe",
        id: 1,
        channel: "a",
        token: "",
        data: undefined,
        recover: undefined,
        positioned: false,
        recoverable: false,
        joinLeave: false,
        delta: "",
        filter: undefined,
        flag: 0,
        type: 0,
      },
    ]);
  });

  test("fields that are not known are passed over", () => {
    expect(parseFrame('{"id":1,"unsubscribe":{"channel":"a","x":1},"y":2}')).toEqual([
      { kind: "unsubscribe", id: 1, channel: "a" },
    ]);
  });

  test("of several requests the first of the schema's order is taken", () => {
    expect(parseFrame('{"id":1,"publish":{"channel":"a"},"subscribe":{"channel":"b"}}')[0]?.kind).toBe(
      "subscribe",
    );
  });

  test.each([
    ["no id", '{"subscribe":{"channel":"a"}}', "pong"],
    ["id 0", '{"id":0,"connect":{}}', "pong"],
    ["nothing at all", " {} ", "pong"],
    ["send without an id", '{"send":{"data":1}}', "send"],
    ["an id and no request", '{"id":1}', "unknown"],
    ["a ping", '{"id":1,"ping":{}}', "unknown"],
  ])("%s", (_, frame, kind) => {
    expect(parseFrame(frame).map((message) => message.kind)).toEqual([kind as never]);
  });

  test.each(["12345678901234567890", "1.0", '"a\\n\\u00e9"', "null", '{ "b" : [1,  2] }', "[]", "false"])(
    "the data %s is kept as it came",
    (data) => {
      const [message] = parseFrame(`{"id":1,"publish":{"channel":"a","data": ${data} }}`);
      expect(message).toMatchObject({
        content: { kind: "json", text: data },
        bytes: Buffer.byteLength(data),
      });
    },
  );

  test("a key inside the data is not taken for the data", () => {
    const [message] = parseFrame('{"id":1,"publish":{"x":{"data":1},"data":{"data":2},"channel":"a"}}');
    expect(message).toMatchObject({ content: { text: '{"data":2}' } });
  });
});
