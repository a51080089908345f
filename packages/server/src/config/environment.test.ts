import { expect, test } from "bun:test";
import { variableName } from "./environment.ts";
import { loadConfig } from "./load-config.ts";
import { soleLeaves } from "./schema-walk.ts";

function faults(env: Record<string, string>): string[] {
  const result = loadConfig({ env });
  return result.ok ? [] : result.faults.map((fault) => `${fault.path}: ${fault.message}`);
}

test("no two options share a variable", () => {
  const names = soleLeaves().map((leaf) => variableName(leaf.path));
  expect(new Set(names).size).toBe(names.length);
});

test("every kind of option is read", () => {
  const result = loadConfig({
    env: {
      TWINWIRE_CLIENT_TOKEN_HMAC_SECRET_KEY: "abc",
      TWINWIRE_CLIENT_ALLOWED_ORIGINS: "https://a.example https://b.example",
      TWINWIRE_CLIENT_INSECURE: "1",
      TWINWIRE_CLIENT_CHANNEL_LIMIT: "7",
      TWINWIRE_CLIENT_PING_INTERVAL: "1m",
      TWINWIRE_CHANNEL_NAMESPACES: '[{"name": "chat", "presence": true}]',
      TWINWIRE_CHANNEL_WITHOUT_NAMESPACE_PRESENCE: "true",
      TWINWIRE_APPS: '[{"id": "1", "key": "k", "secret": "s", "public_channels": true}]',
      PATH: "/bin",
    },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const { client, channel, apps } = result.config;
  expect(client.token.hmac_secret_key).toBe("abc");
  expect(client.allowed_origins).toEqual(["https://a.example", "https://b.example"]);
  expect(client.insecure).toBe(true);
  expect(client.channel_limit).toBe(7);
  expect(client.ping_interval).toBe(60_000);
  expect(channel.namespaces.map((one) => [one.name, one.presence])).toEqual([["chat", true]]);
  expect(channel.without_namespace.presence).toBe(true);
  expect(apps.map((app) => app.key)).toEqual(["k"]);
});

test("a list of strings may be JSON", () => {
  const result = loadConfig({ env: { TWINWIRE_CLIENT_ALLOWED_ORIGINS: '["*"]' } });
  expect(result.ok && result.config.client.allowed_origins).toEqual(["*"]);
});

test("an unknown variable is told with the nearest name", () => {
  expect(faults({ TWINWIRE_CLIENT_ALOWED_ORIGINS: "*" })).toEqual([
    "TWINWIRE_CLIENT_ALOWED_ORIGINS: unknown variable; did you mean TWINWIRE_CLIENT_ALLOWED_ORIGINS?",
  ]);
});

test("a number in TWINWIRE_PORT is somebody's wish, and is told where to go", () => {
  expect(faults({ TWINWIRE_PORT: "9000" })).toEqual([
    "TWINWIRE_PORT: unknown variable; did you mean TWINWIRE_HTTP_SERVER_PORT?",
  ]);
});

test("a variable that cannot be read is told without its value", () => {
  expect(faults({ TWINWIRE_CLIENT_INSECURE: "yes", TWINWIRE_APPS: "hunter2" })).toEqual([
    "TWINWIRE_CLIENT_INSECURE: must be true, false, 1 or 0 (it sets client.insecure)",
    "TWINWIRE_APPS: must be a list of objects as JSON (it sets apps)",
  ]);
});

test("the launcher's variable and the links of a Kubernetes service are nobody's options", () => {
  expect(
    faults({
      TWINWIRE_BUN: "/usr/bin/bun",
      TWINWIRE_SERVICE_HOST: "10.0.0.1",
      TWINWIRE_SERVICE_PORT: "8000",
      TWINWIRE_SERVICE_PORT_HTTP: "8000",
      TWINWIRE_PORT: "tcp://10.0.0.1:8000",
      TWINWIRE_PORT_8000_TCP: "tcp://10.0.0.1:8000",
      TWINWIRE_PORT_8000_TCP_PROTO: "tcp",
      TWINWIRE_PORT_8000_TCP_ADDR: "10.0.0.1",
      TWINWIRE_PORT_8000_TCP_PORT: "8000",
      TWINWIRE_CLIENT_CHANNEL_LIMIT: "",
    }),
  ).toEqual([]);
});

test("Centrifugo's own variables are read, and ours count where both are there", () => {
  const env = {
    CENTRIFUGO_CLIENT_TOKEN_HMAC_SECRET_KEY: "theirs",
    CENTRIFUGO_CLIENT_CHANNEL_LIMIT: "7",
    TWINWIRE_CLIENT_TOKEN_HMAC_SECRET_KEY: "ours",
    CENTRIFUGO_SERVICE_HOST: "10.0.0.1",
    CENTRIFUGO_PORT_8000_TCP: "tcp://10.0.0.1:8000",
    CENTRIFUGO_VAR_TOKEN: "t",
  };
  const result = loadConfig({ env });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  expect(result.config.client.token.hmac_secret_key).toBe("ours");
  expect(result.config.client.channel_limit).toBe(7);
});

test("a variable of Centrifugo's cannot mean a section that is only ours", () => {
  expect(faults({ CENTRIFUGO_APPS: "[]" })[0]).toStartWith("CENTRIFUGO_APPS: unknown variable");
});

test("an option of a namespace goes by the namespace's name", () => {
  const result = loadConfig({
    env: {
      CENTRIFUGO_CHANNEL_NAMESPACES: '[{"name": "chat"}, {"name": "chat-room"}]',
      CENTRIFUGO_CHANNEL_NAMESPACES_CHAT_PRESENCE: "true",
      CENTRIFUGO_CHANNEL_NAMESPACES_CHAT_ROOM_HISTORY_SIZE: "5",
      TWINWIRE_CHANNEL_NAMESPACES_CHAT_ROOM_HISTORY_TTL: "5s",
    },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  expect(
    result.config.channel.namespaces.map((one) => [
      one.name,
      one.presence,
      one.history_size,
      one.history_ttl,
    ]),
  ).toEqual([
    ["chat", true, 0, 0],
    ["chat-room", false, 5, 5000],
  ]);
  expect(faults({ CENTRIFUGO_CHANNEL_NAMESPACES_NEWS_PRESENCE: "true" })[0]).toContain("unknown variable");
});

test("a text may name a variable of Centrifugo's", () => {
  const result = loadConfig({
    env: { CENTRIFUGO_VAR_KEY: "from outside" },
    text: { name: "c.json", content: '{"http_api": {"key": "${CENTRIFUGO_VAR_KEY}!", "error_mode": ""}}' },
  });
  expect(result.ok && result.config.http_api.key).toBe("from outside!");
});

test("what nobody knows can be passed over, but not in our own sections", () => {
  const text = { name: "c.json", content: '{"usage": {}, "client": {"tokn": 1, "insecure": true}}' };
  const env = { CENTRIFUGO_URL: "http://x" };
  const result = loadConfig({ env, text, allowUnknown: true });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  expect(result.warnings.map(({ path }) => path)).toEqual(["CENTRIFUGO_URL", "client.tokn", "usage"]);
  expect(result.config.client.insecure).toBe(true);
  const own = { name: "c.json", content: '{"apps": [{"id": "1", "key": "k", "secret": "s", "tls": true}]}' };
  const refused = loadConfig({ env: {}, text: own, allowUnknown: true });
  expect(refused.ok ? [] : refused.faults.map(({ path }) => path)).toEqual(["apps[0].tls"]);
  expect(loadConfig({ env, text }).ok).toBe(false);
});
