import { describe, expect, test } from "bun:test";
import { channelName, userId } from "../../core/ids.ts";
import { outline, TestWire } from "./test-wire.test.ts";

const userData = '{"id":"ann","user_info":{"n":1.0}}';

test("names a connection's user, as often as it is said", () => {
  const wire = new TestWire();
  const client = wire.open();
  const success = [{ event: "pusher:signin_success", data: { user_data: userData } }];
  expect(client.signIn(userData)).toEqual(success);
  expect(client.signIn(userData)).toEqual(success);
  expect(wire.app.connectionsOf(userId("ann"))).toBe(1);
  client.leave();
  expect(wire.app.userCount).toBe(0);
});

test("opens the user's own channel, and nobody else's", () => {
  const client = new TestWire().open();
  client.signIn(userData);
  expect(outline(client.subscribe("#server-to-user-ann", { auth: "" }))).toEqual([
    "pusher_internal:subscription_succeeded",
  ]);
  expect(outline(client.subscribe("#server-to-user-bob", { auth: "" }))).toContain("pusher:error 4009");
});

test("takes a number for an id", () => {
  const wire = new TestWire();
  wire.open().signIn('{"id":7}');
  expect(wire.app.connectionsOf(userId("7"))).toBe(1);
});

test("as another user is refused, and closes nothing", () => {
  const wire = new TestWire();
  const client = wire.open();
  client.signIn(userData);
  expect(outline(client.signIn('{"id":"bob"}'))).toEqual(["pusher:error 4009"]);
  expect(client.outlet.closedWith).toBeUndefined();
  expect(wire.app.connectionsOf(userId("ann"))).toBe(1);
});

describe("said wrongly, it ends the connection with 4009", () => {
  const rows: [title: string, data: (sign: (what: string) => string) => object][] = [
    ["a forged signature", () => ({ auth: `app-key:${"0".repeat(64)}`, user_data: userData })],
    ["no signature", () => ({ user_data: userData })],
    ["the signature of a channel", (sign) => ({ auth: sign("private-a"), user_data: userData })],
    [
      "user_data of another text than the signed one",
      (sign) => ({ auth: sign(`:user::${userData}`), user_data: '{"id":"bob"}' }),
    ],
    ...["{", "[]", "{}", '{"id":""}', '{"id":null}', `{"id":"${"u".repeat(129)}"}`].map(
      (text): [string, (sign: (what: string) => string) => object] => [
        `user_data ${text.slice(0, 20)}`,
        (sign) => ({ auth: sign(`:user::${text}`), user_data: text }),
      ],
    ),
  ];
  test.each(rows)("%s", (_title, data) => {
    const wire = new TestWire();
    const client = wire.open();
    const frames = client.say(
      "pusher:signin",
      data((what) => client.sign(what)),
    );
    expect(outline(frames)).toEqual(["pusher:error 4009"]);
    expect(client.outlet.closedWith?.code).toBe(4009);
    expect(wire.app.userCount).toBe(0);
    client.leave();
    expect(wire.counted).toEqual(["closed invalid-token"]);
  });
});

test("later than a subscribe still names who speaks there", () => {
  const wire = new TestWire();
  const client = wire.open();
  client.join("private-a");
  client.join("presence-a", { user_id: "member" });
  client.signIn(userData);
  const session = wire.app.byHandle(client.socketId);
  /** Who is said to have published there. */
  const infoIn = (name: string): unknown =>
    session?.subscriptions.get(channelName(name))?.info ?? session?.info(undefined);
  expect(infoIn("private-a")).toMatchObject({ user: "ann", connInfo: '{"n":1.0}' });
  // The others have been told of a member.
  expect(infoIn("presence-a")).toMatchObject({ user: "member" });
});
