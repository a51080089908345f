import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/index.ts";
import { centrifugoPath, openCentrifugo } from "../e2e/raw-centrifugo.ts";
import { connectPusher, subscribeEvent } from "../e2e/raw-pusher.ts";
import { token } from "../e2e/tokens.ts";
import { baseConfig, keys, startTestServer } from "../server.ts";

/** Faults of a review that was meant to break the server; each test failed before its fault was mended. */

const clientOptions = { token: { hmac_secret_key: keys.hmac }, allowed_origins: ["*"] };

function twoApps(second: Record<string, unknown>) {
  const client = { token: { hmac_secret_key: keys.hmac } };
  return {
    apps: [
      { ...keys.app, public_channels: true },
      { id: "2000", key: "key-2", secret: "secret-2", client, http_api: { key: "api-2" }, ...second },
    ],
  };
}

function callApi(url: string, method: string, { key, query = "" }: { key: string; query?: string }) {
  return fetch(`${url}/api/${method}${query}`, { method: "POST", headers: { "x-api-key": key }, body: "{}" });
}

/** The status that a Centrifugo handshake is refused with. */
async function handshakeStatus(url: string, query: string): Promise<number> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  };
  return (await fetch(url + centrifugoPath + query, { headers })).status;
}

test("an app that is off takes nobody on the Centrifugo wire, and no API call", async () => {
  await using server = startTestServer(twoApps({ enabled: false }));
  expect(await handshakeStatus(server.url, "?app=key-2")).toBe(403);
  expect((await callApi(server.url, "info", { key: "api-2", query: "?app=key-2" })).status).toBe(401);
  expect((await callApi(server.url, "info", { key: keys.apiKey })).status).toBe(200);
});

test("tls_only holds on the Centrifugo wire too", async () => {
  await using server = startTestServer(twoApps({ tls_only: true }));
  expect(await handshakeStatus(server.url, "?app=key-2")).toBe(403);
});

test("options of a further app that only the top level decides stop the start", () => {
  const second = {
    client: { channel_limit: 1, ping_interval: "25s", user_connection_limit: 1 },
    http_api: { disabled: true },
  };
  const content = JSON.stringify({ ...baseConfig(), ...twoApps(second) });
  const loaded = loadConfig({ text: { name: "c.json", content }, env: {} });
  expect(loaded.ok ? [] : loaded.faults.map(({ path }) => path)).toEqual([
    "apps[1].client.channel_limit",
    "apps[1].http_api.disabled",
  ]);
});

test("a personal channel is spelt with the configured boundaries", async () => {
  await using server = startTestServer({
    channel: { user_boundary: "~" },
    client: { ...clientOptions, subscribe_to_user_personal_channel: { enabled: true } },
  });
  using socket = await openCentrifugo(server.url);
  socket.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "ann" }) } }));
  expect(await socket.having('"connect"')).toContain('"subs":{"~ann":{}}');
});

test("a user-limited channel is closed to Pusher clients too, where its name can be theirs", async () => {
  await using server = startTestServer({
    channel: { user_boundary: "@", without_namespace: { allow_user_limited_channels: true } },
  });
  const { socket } = await connectPusher(server.url);
  socket.send(subscribeEvent("dialog@ann,bob"));
  expect(await socket.having("dialog@ann,bob", '"status"')).toContain("subscription_error");
  socket.close();
});

test("a node without a name has one of its host and port", async () => {
  await using server = startTestServer();
  const text = await (await callApi(server.url, "info", { key: keys.apiKey })).text();
  expect(text).toMatch(/"name":"[^"]+_\d+"/);
});

test("a rotated key still leads to its app on both wires", async () => {
  await using server = startTestServer(twoApps({ previous: [{ key: "key-2-old", secret: "secret-2-old" }] }));
  // 400: let in by its key, and only then found to be no real handshake.
  const [old, now] = [
    await handshakeStatus(server.url, "?app=key-2-old"),
    await handshakeStatus(server.url, "?app=key-2"),
  ];
  expect(old).toBe(now);
  expect(old).not.toBe(404);
  expect((await callApi(server.url, "info", { key: "api-2", query: "?app=key-2-old" })).status).toBe(200);
});
