import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { keys } from "../server.ts";
import { HostileServer } from "./hostile-server.ts";
import { connectPusher, signature, subscribeEvent, subscribePusher } from "./raw-pusher.ts";

setDefaultTimeout(10_000);

let server: HostileServer;
beforeAll(async () => {
  server = await HostileServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

function event(name: unknown, data: unknown, more: object = {}): string {
  return JSON.stringify({ event: name, data, ...more });
}

describe("subscriptions", () => {
  const forged = "0".repeat(64);
  test.each<[string, string, (socketId: string) => Readonly<Record<string, unknown>>, string]>([
    ["no signature", "private-a", () => ({}), "permission-denied"],
    ["an empty signature", "private-a", () => ({ auth: "" }), "permission-denied"],
    ["a forged signature", "private-a", () => ({ auth: `${keys.app.key}:${forged}` }), "permission-denied"],
    ["a short signature", "private-a", () => ({ auth: `${keys.app.key}:00` }), "permission-denied"],
    [
      "no key before the signature",
      "private-a",
      (id) => ({ auth: signature(id, "private-a").replace(/.*:/, ":") }),
      "permission-denied",
    ],
    [
      "the key of nobody",
      "private-a",
      (id) => ({ auth: signature(id, "private-a").replace(/.*:/, "nobody:") }),
      "permission-denied",
    ],
    [
      "the signature of another channel",
      "private-a",
      (id) => ({ auth: signature(id, "private-b") }),
      "permission-denied",
    ],
    [
      "the signature of another socket",
      "private-a",
      () => ({ auth: signature("1.1", "private-a") }),
      "permission-denied",
    ],
    [
      "the signature of another app",
      "private-a",
      (id) => ({ auth: signature(id, "private-a", "another") }),
      "permission-denied",
    ],
    [
      "a signature in upper case",
      "private-a",
      (id) => ({ auth: signature(id, "private-a").replace(/:.*/, (hex) => hex.toUpperCase()) }),
      "permission-denied",
    ],
    [
      "a presence channel with a private signature",
      "presence-a",
      (id) => ({ auth: signature(id, "presence-a"), channel_data: '{"user_id":"a"}' }),
      "permission-denied",
    ],
    ["a user's channel before sign-in", "#server-to-user-ann", () => ({ auth: "" }), "permission-denied"],
    ["a forbidden channel", "shut:a", () => ({}), "permission-denied"],
    ["300 characters", "c".repeat(300), () => ({}), "bad-request"],
    ["an empty name", "", () => ({}), "bad-request"],
    ["a space in the name", "a b", () => ({}), "bad-request"],
    ["a slash in the name", "a/b", () => ({}), "bad-request"],
    ["a name that is not ASCII", "новости", () => ({}), "bad-request"],
    ["a namespace that is not configured", "nowhere:a", () => ({}), "bad-request"],
    ["__proto__ as namespace", "__proto__:a", () => ({}), "bad-request"],
  ])(
    "with %s are refused by a pusher:error and a subscription_error, and the client stays",
    async (...row) => {
      const [, channel, data, reason] = row;
      const connection = await connectPusher(server.url);
      const { socket } = connection;
      await server.counting("pusher", reason, async () => {
        socket.send(subscribeEvent(channel, data(connection.socketId)));
        await socket.having("pusher:error");
        const refused: unknown = JSON.parse(await socket.having("pusher:subscription_error"));
        expect(refused).toMatchObject({ channel, data: { type: expect.any(String) as string } });
      });
      await subscribePusher(connection, "private-of-the-client");
      socket.close();
    },
  );

  test.each<[string, string]>([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["no user", "{}"],
    ["a user that is an object", '{"user_id":{}}'],
    ["a user that is null", '{"user_id":null}'],
  ])("to a presence channel whose data is %s are refused although signed", async (_title, channelData) => {
    const { socket, socketId } = await connectPusher(server.url);
    const auth = signature(socketId, `presence-a:${channelData}`);
    socket.send(subscribeEvent("presence-a", { auth, channel_data: channelData }));
    await socket.having("pusher:subscription_error", "presence-a");
    await server.expectNobodyHurt();
    socket.close();
  });

  test("with channel_data of another text than the signed one are refused", async () => {
    const { socket, socketId } = await connectPusher(server.url);
    const auth = signature(socketId, 'presence-a:{"user_id":"ann"}');
    socket.send(subscribeEvent("presence-a", { auth, channel_data: '{"user_id":"bob"}' }));
    await socket.having("pusher:subscription_error", "presence-a");
    socket.close();
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s is a channel, a member and an event like any other",
    async (name) => {
      const connection = await connectPusher(server.url);
      const { socket, socketId } = connection;
      await subscribePusher(connection, name);
      const channel = `presence-${name}`;
      const channelData = `{"user_id":"${name}","user_info":{"${name}":1}}`;
      const auth = signature(socketId, `${channel}:${channelData}`);
      socket.send(subscribeEvent(channel, { auth, channel_data: channelData }));
      const joined = await socket.having("subscription_succeeded", channel);
      expect(joined).toContain(`\\"ids\\":[\\"${name}\\"]`);
      expect(joined).toContain(`\\"${name}\\":{\\"${name}\\":1}`);
      const other = await connectPusher(server.url);
      await subscribePusher(other, "private-names");
      await subscribePusher(connection, "private-names");
      socket.send(event(`client-${name}`, { [name]: 1 }, { channel: "private-names" }));
      await other.socket.having(`"client-${name}"`);
      await server.expectNobodyHurt();
      socket.close();
      other.socket.close();
    },
  );
});

describe("client events", () => {
  test.each<[string, string, string]>([
    ["to a channel not subscribed to", "private-a", "permission-denied"],
    ["to an open channel", "news", "permission-denied"],
    ["to an encrypted channel", "private-encrypted-a", "permission-denied"],
    ["to a name of 300 characters", `private-${"c".repeat(300)}`, "bad-request"],
  ])("%s are refused, and the client stays", async (_title, channel, reason) => {
    const connection = await connectPusher(server.url);
    const { socket } = connection;
    await subscribePusher(connection, "news");
    await server.counting("pusher", reason, async () => {
      socket.send(event("client-hi", {}, { channel }));
      await socket.having("pusher:error");
    });
    socket.close();
  });

  test("cannot forge an event of the protocol for the other wire or this one", async () => {
    const connection = await connectPusher(server.url);
    await subscribePusher(connection, "private-a");
    connection.socket.send(event("pusher_internal:member_added", "{}", { channel: "private-a" }));
    await connection.socket.having("pusher:error");
    connection.socket.close();
  });
});

describe("sign-in", () => {
  test.each<[string, (socketId: string) => object]>([
    ["a forged signature", () => ({ auth: `${keys.app.key}:${"0".repeat(64)}`, user_data: '{"id":"ann"}' })],
    ["no signature", () => ({ user_data: '{"id":"ann"}' })],
    [
      "the signature of another socket",
      () => ({ auth: signature("1.1", ':user::{"id":"ann"}'), user_data: '{"id":"ann"}' }),
    ],
    ["signed data without a user", (id) => ({ auth: signature(id, ":user::{}"), user_data: "{}" })],
    ["signed data that is no JSON", (id) => ({ auth: signature(id, ":user::{"), user_data: "{" })],
  ])("with %s is error 4009 and ends the connection", async (_title, data) => {
    await server.counting("pusher", "invalid-token", async () => {
      const { socket, socketId } = await connectPusher(server.url);
      socket.send(event("pusher:signin", data(socketId)));
      expect(JSON.parse(await socket.having("pusher:error"))).toMatchObject({ data: { code: 4009 } });
      expect((await socket.closed).code).toBe(4009);
    });
  });

  test("with user_data that is no text is malformed", async () => {
    const { socket } = await connectPusher(server.url);
    await server.counting("pusher", "bad-request", async () => {
      socket.send(event("pusher:signin", { auth: "x", user_data: {} }));
      await socket.having("pusher:error");
    });
    socket.close();
  });

  test.each(["__proto__", "constructor"])("%s is a user like any other", async (user) => {
    const { socket, socketId } = await connectPusher(server.url);
    const userData = JSON.stringify({ id: user });
    socket.send(
      event("pusher:signin", { auth: signature(socketId, `:user::${userData}`), user_data: userData }),
    );
    await socket.having("pusher:signin_success", user);
    await subscribePusher({ socket, socketId }, `#server-to-user-${user}`);
    await server.expectNobodyHurt();
    socket.close();
  });
});
