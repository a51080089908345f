import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { vmsBackend } from "@twinwire/vms/backend";
import { hosts } from "./backend-hosts.ts";

const app = { key: "app-key", secret: "app-secret" };
const channel = "private-user.42";
const socketId = "1234.5678";
const auth = `app-key:${createHmac("sha256", app.secret).update(`${socketId}:${channel}`).digest("hex")}`;

const backend = vmsBackend({
  app,
  socket: "wss://example.org/pusher",
  authenticate: (request) =>
    request.headers.get("authorization") === "Bearer of-42"
      ? { userId: 42, accessTokenId: "login-1" }
      : undefined,
});

const bearer = { authorization: "Bearer of-42" };

/** Bodies as both apps and other clients send them; without a type, as bytes that nothing is said about. */
const bodies: readonly (readonly [who: string, body: string, type: string | undefined])[] = [
  [
    "the Android app",
    `channel_name=${encodeURIComponent(channel)}&socket_id=${encodeURIComponent(socketId)}`,
    "application/x-www-form-urlencoded; charset=UTF-8",
  ],
  ["the iOS app", `socket_id=${socketId}&channel_name=${channel}`, "application/x-www-form-urlencoded"],
  ["the iOS app without a type", `socket_id=${socketId}&channel_name=${channel}`, undefined],
  ["a JSON client", JSON.stringify({ socket_id: socketId, channel_name: channel }), "application/json"],
  [
    "a JSON client with a charset",
    JSON.stringify({ channel_name: channel, socket_id: socketId, more: { left: "alone" } }),
    "application/json; charset=utf-8",
  ],
];

describe.each(hosts)("on $name", ({ start }) => {
  test.each(bodies)("%s is authorised for its own channel", async (_who, body, type) => {
    await using host = await start(backend.fetch);
    const answer = await fetch(`${host.url}/api/v1/broadcasting/auth`, {
      method: "POST",
      headers: { ...bearer, ...(type === undefined ? {} : { "content-type": type }) },
      body: type === undefined ? new TextEncoder().encode(body) : body,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toStartWith("application/json");
    expect(await answer.json()).toEqual({ auth });
  });

  test("the socket's address is told, and what is refused is refused", async () => {
    await using host = await start(backend.fetch);
    const address = await fetch(`${host.url}/api/v1/wsurl`, { headers: bearer });
    expect(address.status).toBe(200);
    expect(await address.json()).toEqual({
      ws_url: "wss://example.org/pusher",
      app_key: "app-key",
      port: 443,
      host: "example.org",
      path: "/pusher",
      is_encrypted: "true",
    });
    const stranger = await fetch(`${host.url}/api/v1/wsurl`);
    expect(stranger.status).toBe(401);
    expect(await stranger.json()).toEqual({ message: "Unauthenticated." });

    const post = (body: string): Promise<Response> =>
      fetch(`${host.url}/api/v1/broadcasting/auth`, {
        method: "POST",
        headers: { ...bearer, "content-type": "application/x-www-form-urlencoded" },
        body,
      });
    expect((await post(`socket_id=${socketId}&channel_name=private-user.43`)).status).toBe(403);
    expect((await post("socket_id=no&channel_name=private-user.42")).status).toBe(422);
    expect((await post(`socket_id=${socketId}&pad=${"x".repeat(17_000)}`)).status).toBe(413);
    expect((await fetch(`${host.url}/api/v1/elsewhere`, { headers: bearer })).status).toBe(404);
  });
});
