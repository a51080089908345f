import { describe, expect, test } from "bun:test";
import { Malformed } from "./messages.ts";
import { parse } from "./parse.ts";

describe("what a client may say", () => {
  const rows: [frame: string, message: unknown][] = [
    ['{"event":"pusher:ping"}', { kind: "ping" }],
    ['{"event":"pusher:ping","data":{}}', { kind: "ping" }],
    ['{"event":"pusher:ping","data":"{}"}', { kind: "ping" }],
    ['{"event": "pusher:ping", "data": "no JSON"}', { kind: "ping" }],
    ['{"event":"pusher:pong","data":null}', { kind: "pong" }],
    [
      '{"event":"pusher:subscribe","data":{"auth":"","channel":"news"}}',
      { kind: "subscribe", channel: "news", auth: "", channelData: undefined },
    ],
    [
      '{"event":"pusher:subscribe","data":"{\\"channel\\":\\"news\\"}"}',
      { kind: "subscribe", channel: "news", auth: "", channelData: undefined },
    ],
    [
      '{"event":"pusher:subscribe","data":{"channel":"presence-a","auth":"k:s","channel_data":"{}"}}',
      { kind: "subscribe", channel: "presence-a", auth: "k:s", channelData: "{}" },
    ],
    [
      '{"event":"pusher:subscribe","data":{"channel":"a","auth":null,"channel_data":null}}',
      { kind: "subscribe", channel: "a", auth: "", channelData: undefined },
    ],
    ['{"event":"pusher:unsubscribe","data":{"channel":"a"}}', { kind: "unsubscribe", channel: "a" }],
    [
      '{"event":"pusher:signin","data":{"auth":"k:s","user_data":"{}"}}',
      { kind: "sign-in", auth: "k:s", userData: "{}" },
    ],
  ];
  test.each(rows)("%s", (frame, message) => {
    expect(parse(frame)).toEqual(message as never);
  });
});

describe("the data of a client event stays as the sender gave it", () => {
  const rows: [given: string, data: string, quoted: boolean, bytes: number][] = [
    ['{"n":1.0}', '{"n":1.0}', false, 9],
    ["12345678901234567890", "12345678901234567890", false, 20],
    ["1.0", "1.0", false, 3],
    ["null", "null", false, 4],
    ["[ 1, 2 ]", "[ 1, 2 ]", false, 8],
    ['"{\\"n\\":1}"', '{"n":1}', true, 7],
    ['"é"', "é", true, 2],
    ['""', "", true, 0],
  ];
  test.each(rows)("%s", (given, data, quoted, bytes) => {
    expect(parse(`{"event":"client-a","data":${given},"channel":"private-a"}`)).toEqual({
      kind: "client-event",
      channel: "private-a",
      content: { kind: "event", name: "client-a", data, quoted },
      bytes,
    });
  });

  test("and is null where there is none", () => {
    expect(parse('{"event":"client-a","channel":"private-a"}')).toMatchObject({
      content: { data: "null", quoted: false },
    });
  });
});

describe("what is none of the protocol's", () => {
  const rows: [frame: string | Uint8Array][] = [
    [""],
    ["{"],
    ["[]"],
    ["null"],
    ['"pusher:ping"'],
    ["7"],
    [new TextEncoder().encode('{"event":"pusher:ping"}')],
    ["{}"],
    ['{"event":7}'],
    ['{"event":{}}'],
    ['{"event":"news"}'],
    ['{"event":"pusher:nonsense"}'],
    ['{"event":"pusher_internal:member_added","channel":"a"}'],
    ['{"event":"__proto__"}'],
    ['{"event":"pusher:subscribe"}'],
    ['{"event":"pusher:subscribe","data":["a"]}'],
    ['{"event":"pusher:subscribe","data":"a"}'],
    ['{"event":"pusher:subscribe","data":"[]"}'],
    ['{"event":"pusher:subscribe","data":{"channel":7}}'],
    ['{"event":"pusher:subscribe","data":{"__proto__":{"channel":"a"}}}'],
    ['{"event":"pusher:subscribe","data":{"channel":"a","auth":7}}'],
    ['{"event":"pusher:subscribe","data":{"channel":"a","channel_data":{}}}'],
    ['{"event":"pusher:unsubscribe","data":{}}'],
    ['{"event":"pusher:signin","data":{"auth":"k:s"}}'],
    ['{"event":"pusher:signin","data":{"auth":7,"user_data":"{}"}}'],
    ['{"event":"client-a"}'],
    ['{"event":"client-a","channel":7}'],
    [`{"event":"client-${"a".repeat(200)}","channel":"private-a"}`],
    [`{"event":"client-a","channel":"private-a","data":${"[".repeat(30_000)}`],
  ];
  test.each(rows)("%p is malformed, and nothing is thrown", (frame) => {
    expect(parse(frame)).toBeInstanceOf(Malformed);
  });
});
