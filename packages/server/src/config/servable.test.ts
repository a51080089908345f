import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { devConfig, loadDevConfig } from "./dev-config.ts";
import { loadConfig } from "./load-config.ts";
import { assertServable, startNotices } from "./servable.ts";
import type { Config } from "./schema.ts";

function config(options: unknown): Config {
  const result = loadConfig({ text: { name: "c.json", content: JSON.stringify(options) }, env: {} });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

function paths(options: unknown): string[] {
  return assertServable(config(options)).map((fault) => fault.path);
}

const rsaPublicKey = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();
const app = { id: "1", key: "k", secret: "a-long-secret" };

test("dev's own configuration loads, and is never served", () => {
  expect(loadDevConfig({ env: {} }).ok).toBe(true);
  expect(paths(devConfig())).toEqual(["client.token.hmac_secret_key", "http_api.key", "apps[0].secret"]);
});

test("secrets of every app are looked at", () => {
  expect(
    paths({
      apps: [
        { ...app, previous: [{ key: "o", secret: "app-secret" }] },
        { ...app, id: "2", key: "l", secret: " ", client: { token: { hmac_secret_key: "secret" } } },
      ],
    }),
  ).toEqual(["apps[0].previous[0].secret", "apps[1].secret", "apps[1].client.token.hmac_secret_key"]);
});

test("a server that nobody could ever connect to is refused", () => {
  expect(paths({})).toEqual(["apps"]);
  expect(paths({ apps: [{ ...app, enabled: false }] })).toEqual(["apps"]);
  expect(paths({ client: { token: { hmac_secret_key: "x1" } }, websocket: { disabled: true } })).toEqual([
    "apps",
  ]);
  expect(paths({ apps: [app] })).toEqual([]);
  expect(paths({ client: { token: { hmac_secret_key: "x1" } } })).toEqual([]);
  for (const token of [
    { rsa_public_key: rsaPublicKey },
    { jwks_public_endpoint: "https://keys.example/jwks" },
    { hmac_previous_secret_key: "x1" },
  ])
    expect(paths({ client: { token } })).toEqual([]);
  expect(paths({ client: { user_id_http_header: "X-User" } })).toEqual([]);
  // Those of subscriptions let nobody in.
  expect(paths({ client: { subscription_token: { enabled: true, hmac_secret_key: "x1" } } })).toEqual([
    "apps",
  ]);
  expect(paths({ client: { allow_anonymous_connect_without_token: true } })).toEqual([]);
  expect(paths({ client: { insecure: true } })).toEqual([]);
});

test("keys that are not used, and an address that anybody may choose, are told", () => {
  const endpoint = { jwks_public_endpoint: "https://keys.example/{{t}}", issuer_regex: "^(?P<t>a|b)$" };
  expect(startNotices(config({ client: { token: endpoint } }))).toEqual([]);
  const token = { ...endpoint, hmac_secret_key: "x1", insecure_skip_jwks_endpoint_safety_check: true };
  const notices = startNotices(config({ client: { token } }));
  expect(notices).toHaveLength(2);
  expect(notices.join()).not.toContain("x1");
  const second = { ...app, id: "2", key: "l", public_channels: false, client: { token } };
  const told = startNotices(config({ apps: [{ ...app, public_channels: false }, second] }));
  expect(told.map((line) => line.split(/[ :]/)[0])).toEqual(["apps[1].client.token", "apps[1].client.token"]);
});

test("open channels are told in one line", () => {
  expect(startNotices(config({ apps: [app] }))).toHaveLength(1);
  expect(startNotices(config({ apps: [{ ...app, public_channels: false }] }))).toEqual([]);
  expect(startNotices(config({}))).toEqual([]);
});

test("dev with a file fills only what the file leaves out", () => {
  const content = JSON.stringify({
    http_server: { address: "0.0.0.0", port: 9000 },
    http_api: { key: "mine" },
    channel: { namespaces: [{ name: "chat" }] },
  });
  const result = loadDevConfig({ text: { name: "c.json", content }, env: {} });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  expect(result.config.http_server).toMatchObject({ address: "127.0.0.1", port: 9000 });
  expect(result.config.http_api.key).toBe("mine");
  expect(result.config.client.token.hmac_secret_key).toBe("secret");
  expect(result.config.client.allow_anonymous_connect_without_token).toBe(false);
  expect(result.config.apps.map((one) => one.key)).toEqual(["app-key"]);
});
