import { describe, expect, test } from "bun:test";
import { userId } from "../../core/ids.ts";
import { publish } from "../../core/publish.ts";
import { type Frame, keys, outline, TestWire } from "./test-wire.test.ts";
import { reach } from "./reach.ts";
import { Refusal } from "../../core/refusal.ts";

const succeeded = "pusher_internal:subscription_succeeded";

/** The application publishes. */
function publishTo(wire: TestWire, channel: string, name: string, data: string): void {
  const traits = reach(wire.app, channel);
  if (traits instanceof Refusal) throw new Error(traits.reason);
  const rest = { tags: undefined, except: undefined, skipHistory: false, idempotencyKey: undefined };
  const content = { kind: "event", name, data, quoted: true } as const;
  void publish(wire.hub, wire.app, { traits, content, ...rest, source: "pusher-api" });
}

function presence(frames: readonly Frame[]): unknown {
  const frame = frames.find(({ event }) => event === succeeded);
  return JSON.parse(String(frame?.data));
}

describe("an open channel", () => {
  test("is joined and left, and heard in between", () => {
    const wire = new TestWire();
    const client = wire.open();
    expect(client.subscribe("news", { auth: "" })).toEqual([
      { event: succeeded, channel: "news", data: "{}" },
    ]);
    publishTo(wire, "news", "a", "1");
    expect(client.say("pusher:unsubscribe", { channel: "news" })).toEqual([]);
    publishTo(wire, "news", "b", "2");
    expect(client.take()).toEqual([]);
    expect(client.outlet.frames).toContain('{"event":"a","channel":"news","data":"1"}');
  });

  test("is joined again without harm", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.subscribe("news");
    expect(outline(client.subscribe("news"))).toEqual([succeeded]);
    publishTo(wire, "news", "a", "1");
    expect(outline(client.take())).toEqual(["a"]);
    expect(wire.counted).toEqual([]);
  });

  test("that nobody joined is left without harm", () => {
    expect(new TestWire().open().say("pusher:unsubscribe", { channel: "news" })).toEqual([]);
  });

  test("belongs to its namespace", () => {
    const client = new TestWire().open();
    expect(outline(client.subscribe("chat:a"))).toEqual([succeeded]);
    expect(outline(client.subscribe("shut:a"))).toEqual([
      "pusher:error 4009",
      "pusher:subscription_error 403",
    ]);
    expect(outline(client.subscribe("bytes:a"))).toContain("pusher:error 4009");
  });

  test("without a namespace is shut where public_channels is off", () => {
    const client = new TestWire({ app: { publicChannels: false } }).open();
    expect(outline(client.subscribe("news"))).toContain("pusher:error 4009");
  });
});

describe("refusals are told twice, counted, and close nothing", () => {
  const forged = `${keys.key}:${"0".repeat(64)}`;
  const rows: [channel: string, more: object, code: number, type: string, status: number, counted: string][] =
    [
      ["private-a", {}, 4009, "AuthError", 401, "permission-denied"],
      ["private-a", { auth: "" }, 4009, "AuthError", 401, "permission-denied"],
      ["private-a", { auth: forged }, 4009, "AuthError", 401, "permission-denied"],
      ["private-a", { auth: "nobody:00" }, 4009, "AuthError", 401, "permission-denied"],
      ["presence-a", { auth: forged, channel_data: "{}" }, 4009, "AuthError", 401, "permission-denied"],
      ["#server-to-user-ann", { auth: "" }, 4009, "AuthError", 403, "permission-denied"],
      ["", {}, 4300, "BadRequest", 400, "bad-request"],
      ["a b", {}, 4300, "BadRequest", 400, "bad-request"],
      ["é", {}, 4300, "BadRequest", 400, "bad-request"],
      ["$a", {}, 4300, "BadRequest", 400, "bad-request"],
      ["nowhere:a", {}, 4300, "BadRequest", 400, "bad-request"],
      ["c".repeat(201), {}, 4300, "BadRequest", 400, "bad-request"],
    ];
  test.each(rows)("%p with %p", (...row) => {
    const [channel, more, code, type, status, counted] = row;
    const wire = new TestWire();
    const client = wire.open();
    const reason = expect.any(String) as string;
    expect(client.subscribe(channel, more)).toEqual([
      { event: "pusher:error", channel, data: { message: reason, code } },
      { event: "pusher:subscription_error", channel, data: { type, error: reason, status } },
    ]);
    expect(wire.counted).toEqual([`pusher ${counted}`]);
    expect(wire.hub.channels.size).toBe(0);
    expect(outline(client.join("private-b"))).toEqual([succeeded]);
  });

  test("also above the channels of a connection, until it leaves one", () => {
    const client = new TestWire({ pusher: { channelsPerConnection: 1 } }).open();
    client.subscribe("one");
    const [, refused] = client.subscribe("two");
    expect(refused?.data).toMatchObject({ type: "LimitReached", status: 4100 });
    expect(JSON.stringify(refused)).toContain("apps[].limits.channels_per_connection");
    expect(outline(client.subscribe("one"))).toEqual([succeeded]);
    client.say("pusher:unsubscribe", { channel: "one" });
    expect(outline(client.subscribe("two"))).toEqual([succeeded]);
  });

  test("say what has to be signed where the server is verbose, and only there", () => {
    for (const verbose of [true, false]) {
      const client = new TestWire({ verbose }).open();
      const text = JSON.stringify(client.subscribe("private-a", { auth: forged }));
      expect(text.includes(`${client.socketId}:private-a`)).toBe(verbose);
      expect(text).not.toContain(keys.secret);
    }
  });
});

describe("a closed channel", () => {
  test.each(["private-a", "private-encrypted-a", "private-chat:a"])(
    "%s opens with a signature",
    (channel) => {
      const client = new TestWire().open();
      expect(client.join(channel)).toEqual([{ event: succeeded, channel, data: "{}" }]);
    },
  );

  test("opens with a signature of a previous key", () => {
    const client = new TestWire().open();
    const auth = client.sign("private-a", { key: "old-key", secret: "old-secret" });
    expect(outline(client.subscribe("private-a", { auth }))).toEqual([succeeded]);
    const wrong = client.sign("private-b", { key: "old-key", secret: keys.secret });
    expect(outline(client.subscribe("private-b", { auth: wrong }))).toContain("pusher:error 4009");
  });
});

describe("a presence channel", () => {
  test("tells who comes of all, and all of who comes and goes", () => {
    const wire = new TestWire();
    const [ann, bob] = [wire.open(), wire.open()];
    expect(ann.join("presence-a", { user_id: "ann", user_info: { n: 1 } })).toEqual([
      {
        event: succeeded,
        channel: "presence-a",
        data: '{"presence":{"ids":["ann"],"hash":{"ann":{"n":1}},"count":1}}',
      },
    ]);
    expect(presence(bob.join("presence-a", { user_id: 2 }))).toEqual({
      presence: { ids: ["ann", "2"], hash: { ann: { n: 1 }, "2": null }, count: 2 },
    });
    expect(bob.take()).toEqual([]);
    bob.leave();
    expect(ann.take()).toEqual([
      { event: "pusher_internal:member_added", channel: "presence-a", data: '{"user_id":"2"}' },
      { event: "pusher_internal:member_removed", channel: "presence-a", data: '{"user_id":"2"}' },
    ]);
  });

  test("tells of a user's first and last connection only", () => {
    const wire = new TestWire();
    const [ann, first, second] = [wire.open(), wire.open(), wire.open()];
    ann.join("presence-a", { user_id: "ann" });
    first.join("presence-a", { user_id: "bob", user_info: 1 });
    expect(presence(second.join("presence-a", { user_id: "bob", user_info: 2 }))).toMatchObject({
      presence: { count: 2, hash: { bob: 1 } },
    });
    first.say("pusher:unsubscribe", { channel: "presence-a" });
    second.say("pusher:unsubscribe", { channel: "presence-a" });
    const moves = ["pusher_internal:member_added", "pusher_internal:member_removed"];
    expect(outline(ann.take())).toEqual(moves);
  });

  test("joined again tells of all again, in a later turn", async () => {
    const client = new TestWire().open();
    client.join("presence-a", { user_id: "ann" });
    const again = '{"event":"pusher:subscribe","data":{"channel":"presence-a"}}';
    const answer = client.connection.receive(again);
    expect(answer).toBeInstanceOf(Promise);
    expect(client.take()).toEqual([]);
    await answer;
    expect(presence(client.take())).toMatchObject({ presence: { ids: ["ann"], count: 1 } });
  });

  test("joined again and taken away meanwhile tells of nobody", async () => {
    const wire = new TestWire();
    const client = wire.open();
    client.signIn('{"id":"ann"}');
    client.join("presence-a", { user_id: "ann" });
    const answer = client.connection.receive('{"event":"pusher:subscribe","data":{"channel":"presence-a"}}');
    const whom = { user: userId("ann"), client: undefined, whitelist: [] };
    wire.hub.control({ kind: "unsubscribe", app: wire.app.id, whom, channel: "presence-a" });
    await answer;
    expect(outline(client.take())).toEqual(["pusher:subscription_error 403"]);
  });

  test("keeps every digit and every character of ids and infos", () => {
    const client = new TestWire().open();
    const channelData = '{"user_id":12345678901234567890,"user_info":{"n":1.0,"s":"\\u00e9\\n"}}';
    const auth = client.sign(`presence-a:${channelData}`);
    const [frame] = client.subscribe("presence-a", { auth, channel_data: channelData });
    expect(frame?.data).toBe(
      '{"presence":{"ids":["12345678901234567890"],"hash":{"12345678901234567890":{"n":1.0,"s":"\\u00e9\\n"}},"count":1}}',
    );
  });

  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["no user", "{}"],
    ["an empty user", '{"user_id":""}'],
    ["a user that is an object", '{"user_id":{}}'],
    ["a user that is null", '{"user_id":null}'],
    ["a user of 129 characters", `{"user_id":"${"u".repeat(129)}"}`],
  ])("is not joined with %s, although it is signed", (_title, channelData) => {
    const client = new TestWire().open();
    const auth = client.sign(`presence-a:${channelData}`);
    const answer = outline(client.subscribe("presence-a", { auth, channel_data: channelData }));
    expect(answer).toEqual(["pusher:error 4300", "pusher:subscription_error 400"]);
  });

  test("takes the signed-in user where channel_data is left out, and nobody else", () => {
    const client = new TestWire().open();
    const auth = client.sign("presence-a");
    expect(outline(client.subscribe("presence-a", { auth }))).toContain("pusher:error 4300");
    client.signIn('{"id":"ann","user_info":{"n":1}}');
    expect(presence(client.subscribe("presence-a", { auth }))).toEqual({
      presence: { ids: ["ann"], hash: { ann: { n: 1 } }, count: 1 },
    });
  });

  test("is full at the limit of users, not of connections", () => {
    const wire = new TestWire({ app: { presenceMembers: 1 } });
    const [one, same, other] = [wire.open(), wire.open(), wire.open()];
    one.join("presence-a", { user_id: "ann" });
    expect(outline(same.join("presence-a", { user_id: "ann" }))).toEqual([succeeded]);
    const refused = other.join("presence-a", { user_id: "bob" });
    expect(outline(refused)).toEqual(["pusher:error 4300", "pusher:subscription_error 4100"]);
  });
});

describe("a cache channel", () => {
  test.each(["cache-a", "private-cache-a", "private-encrypted-cache-a"])(
    "%s replays the last event, or says that it has none",
    (channel) => {
      const wire = new TestWire();
      const join = (): Frame[] => wire.open().join(channel);
      expect(join()).toEqual([
        { event: succeeded, channel, data: "{}" },
        { event: "pusher:cache_miss", channel, data: "{}" },
      ]);
      publishTo(wire, channel, "one", "1");
      publishTo(wire, channel, "two", "2");
      expect(join()).toEqual([
        { event: succeeded, channel, data: "{}" },
        { event: "two", channel, data: "2" },
      ]);
      wire.clock.advance(31 * 60_000);
      expect(outline(join())).toEqual([succeeded, "pusher:cache_miss"]);
    },
  );

  test("of members has both", () => {
    const client = new TestWire().open();
    const frames = client.join("presence-cache-a", { user_id: "ann" });
    expect(outline(frames)).toEqual([succeeded, "pusher:cache_miss"]);
    expect(presence(frames)).toMatchObject({ presence: { count: 1 } });
  });
});
