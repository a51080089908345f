import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { keys, startTestServer } from "../server.ts";
import { hostileConfig, HostileServer } from "./hostile-server.ts";
import { connectPusher, openPusher, pusherPath, subscribePusher } from "./raw-pusher.ts";

setDefaultTimeout(10_000);

let server: HostileServer;
beforeAll(async () => {
  server = await HostileServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

function event(name: unknown, data: unknown, more: object = {}): string {
  return JSON.stringify({ event: name, data, ...more });
}

/** Nesting that fits into one message and that a recursive parser would not survive. */
const deep = "[".repeat(30_000);

describe("at the door", () => {
  test.each<[string, string, number, string]>([
    ["an unknown app key", pusherPath("nobody"), 4001, "unknown-app"],
    ["__proto__ as app key", pusherPath("__proto__"), 4001, "unknown-app"],
    ["an app key with an escape that is none", pusherPath("%E0%A4%A"), 4001, "unknown-app"],
    ["no protocol version", pusherPath(keys.app.key, "client=js"), 4008, "no-version"],
    ["a protocol version that is text", pusherPath(keys.app.key, "protocol=seven"), 4006, "bad-version"],
    ["a protocol version beyond numbers", pusherPath(keys.app.key, "protocol=1e99"), 4006, "bad-version"],
    ["protocol version 4", pusherPath(keys.app.key, "protocol=4"), 4007, "unsupported-version"],
    ["protocol version 8", pusherPath(keys.app.key, "protocol=8"), 4007, "unsupported-version"],
  ])("%s gets a pusher:error and the close code", async (_title, path, code, reason) => {
    await server.counting("pusher", reason, async () => {
      using socket = await openPusher(server.url, path);
      expect(await socket.next()).toMatchObject({ event: "pusher:error", data: { code } });
      expect((await socket.closed).code).toBe(code);
    });
  });

  test.each(["5", "6", "7"])("protocol version %s is served", async (version) => {
    const { socket } = await connectPusher(server.url, pusherPath(keys.app.key, `protocol=${version}`));
    socket.close();
  });

  test.each<[string, string]>([
    ["a switched-off app", "4003"],
    ["an app for TLS alone", "4000"],
  ])("%s gets its code", async (_title, code) => {
    const [app] = [
      { ...keys.app, public_channels: true, ...(code === "4003" ? { enabled: false } : { tls_only: true }) },
    ];
    await using other = startTestServer({ ...hostileConfig(), apps: [app] });
    using socket = await openPusher(other.url);
    expect(await socket.next()).toMatchObject({ event: "pusher:error", data: { code: Number(code) } });
    expect(String((await socket.closed).code)).toBe(code);
  });
});

describe("messages", () => {
  test.each<[string, string | Uint8Array]>([
    ["malformed JSON", '{"event":"pusher:subscribe",'],
    ["an empty message", ""],
    ["an array", "[]"],
    ["a string", '"pusher:ping"'],
    ["a number", "1e400"],
    ["null", "null"],
    ["text in bytes", Buffer.from(event("pusher:ping", {}))],
    ["bytes that are no text", new Uint8Array([0xff, 0, 0xc3, 0x28])],
    ["unbalanced nesting", `{"event":"pusher:subscribe","data":${deep}`],
    ["no event", JSON.stringify({ data: {} })],
    ["an event that is a number", event(7, {})],
    ["an event that is an object", event({}, {})],
    ["an event that is null", event(null, {})],
    ["an unknown event of the protocol", event("pusher:nonsense", {})],
    ["an internal event", event("pusher_internal:subscription_succeeded", {}, { channel: "news" })],
    ["an event without a prefix", event("news", {}, { channel: "news" })],
    ["constructor as event", event("constructor", {})],
    ["__proto__ as event", event("__proto__", {})],
    ["a subscribe without data", event("pusher:subscribe", undefined)],
    ["a subscribe with a list", event("pusher:subscribe", ["news"])],
    ["a subscribe with text that is no JSON", event("pusher:subscribe", "news")],
    ["a subscribe with a number", event("pusher:subscribe", 7)],
    ["a channel that is a number", event("pusher:subscribe", { channel: 7 })],
    ["a channel that is a list", event("pusher:subscribe", { channel: ["news"] })],
    ["a channel under __proto__", '{"event":"pusher:subscribe","data":{"__proto__":{"channel":"news"}}}'],
    ["an auth that is a number", event("pusher:subscribe", { channel: "private-a", auth: 7 })],
    ["an unsubscribe of a number", event("pusher:unsubscribe", { channel: 7 })],
    ["a client event without a channel", event("client-hi", {})],
    ["a client event to a channel that is a number", event("client-hi", {}, { channel: 7 })],
  ])("%s is answered with an error, counted, and the client stays", async (_title, sent) => {
    const { socket } = await connectPusher(server.url);
    await server.counting("pusher", "bad-request", async () => {
      socket.send(sent);
      const answer: unknown = JSON.parse(await socket.having("pusher:error"));
      expect(answer).toMatchObject({
        event: "pusher:error",
        data: { message: expect.any(String) as string },
      });
    });
    await subscribePusher({ socket, socketId: "" }, "news");
    socket.close();
  });

  test.each([
    ["without data", JSON.stringify({ event: "pusher:ping" })],
    ["with an object", event("pusher:ping", {})],
    ["with text", event("pusher:ping", "{}")],
  ])("a ping %s is answered", async (_title, sent) => {
    const { socket } = await connectPusher(server.url);
    socket.send(sent);
    await socket.having("pusher:pong");
    socket.close();
  });
});
