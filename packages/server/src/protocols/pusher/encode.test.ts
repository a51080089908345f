import { describe, expect, test } from "bun:test";
import { Unsayable } from "../../core/encoder.ts";
import { channelName, clientId, userId } from "../../core/ids.ts";
import type { ClientInfo, Content, MembershipChange, Publication } from "../../core/publication.ts";
import { pusherEncoder } from "./encode.ts";

const ann: ClientInfo = {
  user: userId("ann"),
  client: clientId("c"),
  connInfo: '{"conn":1}',
  chanInfo: undefined,
};
const nameless: ClientInfo = { ...ann, user: userId("") };

function said(content: Content, by?: ClientInfo, channel = "presence-a"): string {
  const publication: Publication = { content, by, tags: undefined, except: undefined, position: undefined };
  const frame = pusherEncoder.publication(channelName(channel), publication);
  if (typeof frame !== "string") throw new TypeError("not text");
  return frame;
}

const json = (text: string): Content => ({ kind: "json", text });

describe("an event of this wire goes out as it came in", () => {
  test("a string of the API", () => {
    const content: Content = { kind: "event", name: "App\\Events\\X", data: '{"n":1.0}', quoted: true };
    expect(said(content, undefined, "news")).toBe(
      '{"event":"App\\\\Events\\\\X","channel":"news","data":"{\\"n\\":1.0}"}',
    );
  });

  test("a value of a client, with its user on presence channels", () => {
    const content: Content = { kind: "event", name: "client-a", data: "[1.0]", quoted: false };
    expect(said(content, ann)).toBe(
      '{"event":"client-a","channel":"presence-a","data":[1.0],"user_id":"ann"}',
    );
    expect(said(content, ann, "private-a")).toBe('{"event":"client-a","channel":"private-a","data":[1.0]}');
    expect(said(content, nameless)).toBe('{"event":"client-a","channel":"presence-a","data":[1.0]}');
  });
});

describe("a JSON publication becomes an event whose data is a string (B10)", () => {
  const rows: [text: string, event: string, data: string][] = [
    ['{"type":"greet","data":{"a":1.0}}', "greet", '{"a":1.0}'],
    ['{"data":12345678901234567890,"type":"greet"}', "greet", "12345678901234567890"],
    ['{"type":"greet","data":"hello"}', "greet", "hello"],
    ['{"type":"greet","data":""}', "greet", ""],
    ['{"type":"greet","data":"é\\n\\"q\\""}', "greet", 'é\n"q"'],
    ['{"type":"greet","data":"12"}', "greet", '"12"'],
    ['{"type":"greet","data":"{\\"a\\":1.0}"}', "greet", '"{\\"a\\":1.0}"'],
    ['{"type":"greet","data":" null "}', "greet", '" null "'],
    ['{"type":"greet","data":"null!"}', "greet", "null!"],
    ['{"type":"greet","data":{\n"a":\n1}}', "greet", '{"a":1}'],
    ['{"t\\u0079pe":"gr\\u0065et","data":1}', "greet", "1"],
    ['{"type":"greet","data":1,"x":1}', "message", '{"type":"greet","data":1,"x":1}'],
    ['{"type":"greet","data":1,"data":2}', "message", '{"type":"greet","data":1,"data":2}'],
    ['{"type":"greet"}', "message", '{"type":"greet"}'],
    ['{"data":1}', "message", '{"data":1}'],
    ['{"type":7,"data":1}', "message", '{"type":7,"data":1}'],
    ['{"type":"","data":1}', "message", '{"type":"","data":1}'],
    ['{"type":"pusher:error","data":1}', "message", '{"type":"pusher:error","data":1}'],
    ['{"type":"\\u0070usher:error","data":1}', "message", '{"type":"\\u0070usher:error","data":1}'],
    ['{"type":"pusher_internal:x","data":1}', "message", '{"type":"pusher_internal:x","data":1}'],
    ['{"type":"pusher","data":1}', "pusher", "1"],
    [`{"type":"${"t".repeat(201)}","data":1}`, "message", `{"type":"${"t".repeat(201)}","data":1}`],
    ["[1]", "message", "[1]"],
    ["1.0", "message", "1.0"],
    ["null", "message", "null"],
    ['"hello"', "message", "hello"],
    ['"12"', "message", '"12"'],
    [" {} \n", "message", "{}"],
    ['"{\\"type\\":\\"pusher:error\\"}"', "message", '"{\\"type\\":\\"pusher:error\\"}"'],
  ];
  test.each(rows)("%s is %s with %s", (text, event, data) => {
    const frame: unknown = JSON.parse(said(json(text)));
    expect(frame).toEqual({ event, channel: "presence-a", data });
    // What a client published is recognisable (B5).
    const ofClient: unknown = JSON.parse(said(json(text), ann));
    expect(ofClient).toEqual({ event: `client-${event}`, channel: "presence-a", data, user_id: "ann" });
  });

  test("and keeps a client's name that begins with client- already", () => {
    expect(JSON.parse(said(json('{"type":"client-x","data":1}'), ann))).toMatchObject({ event: "client-x" });
    expect(JSON.parse(said(json('{"type":"client-x","data":1}')))).toMatchObject({ event: "client-x" });
  });
});

test("bytes are passed over", () => {
  const content: Content = { kind: "bytes", bytes: new Uint8Array([1]) };
  const publication: Publication = {
    content,
    by: undefined,
    tags: undefined,
    except: undefined,
    position: undefined,
  };
  const verdict = pusherEncoder.publication(channelName("news"), publication);
  expect(verdict).toBeInstanceOf(Unsayable);
  expect((verdict as Unsayable).closure).toBeUndefined();
});

test("a user's channel is escaped where its owner's id asks for that", () => {
  const content: Content = { kind: "event", name: "a", data: "1", quoted: true };
  expect(JSON.parse(said(content, undefined, '#server-to-user-"\\'))).toMatchObject({
    channel: '#server-to-user-"\\',
  });
});

describe("members (B7)", () => {
  function told(change: Partial<MembershipChange>, channel = "presence-a"): unknown {
    const key = "k" as MembershipChange["key"];
    const whole: MembershipChange = { key, change: "join", info: ann, edge: true, handle: "1.1", ...change };
    const frame = pusherEncoder.membership(channelName(channel), whole);
    return typeof frame === "string" ? JSON.parse(frame) : frame;
  }

  test("are told of with their info, the channel's before the connection's", () => {
    const event = "pusher_internal:member_added";
    expect(told({})).toEqual({
      event,
      channel: "presence-a",
      data: '{"user_id":"ann","user_info":{"conn":1}}',
    });
    const withInfo = { ...ann, chanInfo: "7" };
    expect(told({ info: withInfo })).toMatchObject({ data: '{"user_id":"ann","user_info":7}' });
    expect(told({ info: { ...ann, connInfo: undefined } })).toMatchObject({ data: '{"user_id":"ann"}' });
    expect(told({ change: "leave" })).toEqual({
      event: "pusher_internal:member_removed",
      channel: "presence-a",
      data: '{"user_id":"ann"}',
    });
  });

  test("are not told of between their first and last connection, without a user, or outside presence channels", () => {
    expect(told({ edge: false })).toBeUndefined();
    expect(told({ info: nameless })).toBeUndefined();
    expect(told({}, "private-a")).toBeUndefined();
  });
});
