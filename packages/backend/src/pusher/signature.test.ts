import { describe, expect, test } from "bun:test";
import Pusher from "pusher";
import { channelAuthorization, userAuthentication, type PresenceMember } from "./signature.ts";
import { isSocketId } from "./socket-id.ts";

// The vectors of pusher-protocol 2.6.
const keys = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
const socket = "1234.1234";
const official = new Pusher({ appId: "3", ...keys, host: "127.0.0.1", useTLS: false });

describe("a signature", () => {
  test("of a private channel is that of the protocol's page", () => {
    expect(channelAuthorization(keys, socket, "private-foobar")).toEqual({
      auth: `${keys.key}:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4`,
    });
  });

  test("of a presence channel covers the member as it is sent", () => {
    const member = { userId: 10, userInfo: { name: "Mr. Channels" } };
    expect(channelAuthorization(keys, socket, "presence-foobar", member)).toEqual({
      auth: `${keys.key}:31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80`,
      channel_data: '{"user_id":10,"user_info":{"name":"Mr. Channels"}}',
    });
  });

  test("of a user is that of the protocol's page", () => {
    expect(userAuthentication(keys, socket, { id: "12345" })).toEqual({
      auth: `${keys.key}:4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba`,
      user_data: '{"id":"12345"}',
    });
  });

  test("of a presence channel whose connection has signed in needs no member", () => {
    expect(Object.keys(channelAuthorization(keys, socket, "presence-foobar"))).toEqual(["auth"]);
  });

  test.each(["private-a", "private-cache-a=b@c,d.e;f", "private-user.42"])(
    "of %p is that of the official package",
    (channel) => {
      expect(channelAuthorization(keys, socket, channel)).toEqual(official.authorizeChannel(socket, channel));
    },
  );

  test.each<[PresenceMember, Pusher.PresenceChannelData]>([
    [{ userId: "ann" }, { user_id: "ann" }],
    [
      { userId: "Анна ☃", userInfo: { name: "Анна" } },
      { user_id: "Анна ☃", user_info: { name: "Анна" } },
    ],
  ])("of the member %j is that of the official package", (member, data) => {
    expect(channelAuthorization(keys, socket, "presence-a", member)).toEqual(
      official.authorizeChannel(socket, "presence-a", data),
    );
  });

  test("of a user with a watchlist is that of the official package", () => {
    const user = { id: "12345", userInfo: { name: "Ann" }, watchlist: ["1", "2"] };
    const data = { id: "12345", user_info: { name: "Ann" }, watchlist: ["1", "2"] };
    expect(userAuthentication(keys, socket, user)).toEqual(official.authenticateUser(socket, data));
  });
});

describe("nothing is signed", () => {
  test.each([
    ["for no socket id", "", "private-a"],
    ["for a socket id with another channel in it", "1.2:private-b", "private-a"],
    ["for a socket id with a line break behind it", "1.2\n", "private-a"],
    ["for an open channel", socket, "news"],
    ["for a channel that would read as a user's sign-in", socket, ":user::{}"],
    ["for a channel with a line break in it", socket, "private-a\nb"],
    ["for a channel longer than any server takes", socket, `private-${"a".repeat(193)}`],
    ["for a channel without a name", socket, "private-"],
  ])("%s", (_, socketId, channel) => {
    expect(() => channelAuthorization(keys, socketId, channel)).toThrow(TypeError);
  });

  test("for a member of a private channel, or one without an id", () => {
    expect(() => channelAuthorization(keys, socket, "private-a", { userId: "1" })).toThrow(TypeError);
    expect(() => channelAuthorization(keys, socket, "presence-a", { userId: "" })).toThrow(TypeError);
    expect(() => channelAuthorization(keys, socket, "presence-a", { userId: Number.NaN })).toThrow(TypeError);
    const nobody = { userId: undefined } as unknown as PresenceMember;
    expect(() => channelAuthorization(keys, socket, "presence-a", nobody)).toThrow(TypeError);
    expect(() => userAuthentication(keys, socket, { id: "" })).toThrow(TypeError);
  });

  test("with an empty key or secret", () => {
    expect(() => channelAuthorization({ key: "", secret: "s" }, socket, "private-a")).toThrow(TypeError);
    expect(() => channelAuthorization({ key: "k", secret: "" }, socket, "private-a")).toThrow(TypeError);
    expect(() => userAuthentication({ key: "k", secret: "" }, socket, { id: "1" })).toThrow(TypeError);
  });
});

test.each([
  ["1234.5678", true],
  ["1.2", true],
  ["1.2.3", false],
  ["1.", false],
  ["-1.2", false],
  ["1.2 ", false],
  [`${"1".repeat(21)}.2`, false],
])("%p being a socket id is %p", (text, is) => {
  expect(isSocketId(text)).toBe(is);
});
