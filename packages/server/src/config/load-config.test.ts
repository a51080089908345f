import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "./load-config.ts";
import type { Config } from "./schema.ts";
import { Authority } from "../../test/e2e/authority.ts";

function loaded(options: unknown, env: Record<string, string> = {}) {
  return loadConfig({ text: { name: "config.json", content: JSON.stringify(options) }, env });
}

function config(options: unknown, env: Record<string, string> = {}): Config {
  const result = loaded(options, env);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

function faults(options: unknown, env: Record<string, string> = {}): string[] {
  const result = loaded(options, env);
  return result.ok ? [] : result.faults.map((fault) => `${fault.path}: ${fault.message}`);
}

const app = { id: "1", key: "k", secret: "s" };

test("nothing given is every default", () => {
  const result = config({});
  expect(result.apps).toEqual([]);
  expect(result.http_server.port).toBe(8000);
  expect(result.client.ping_interval).toBe(25_000);
  expect(result.client.pong_timeout).toBe(8000);
  expect(result.client.queue_max_size).toBe(1_048_576);
  expect(result.channel.history_meta_ttl).toBe(2_592_000_000);
  expect(result.channel.without_namespace.allow_subscribe_for_client).toBe(false);
  expect(result.shutdown.timeout).toBe(30_000);
  expect(result.websocket.message_size_limit).toBe(65_536);
});

test("an app has its defaults, and the first the top level's sections", () => {
  const result = config({ apps: [app, { ...app, id: "2", key: "l" }], http_api: { key: "abc" } });
  const [first, second] = result.apps;
  expect(first?.limits).toEqual({
    connections: 0,
    channels_per_connection: 1000,
    client_events_per_second: 10,
    event_bytes: 10_240,
    channels_per_event: 100,
    presence_rejoins_per_second: 10,
    events_per_batch: 10,
    presence_members: 100,
    tag_filters: 64,
    watchlist: 100,
  });
  expect(first?.activity_timeout).toBe(120_000);
  expect(first?.authorized_within).toBe(0);
  expect([first?.public_channels, first?.client_events, first?.subscription_count, first?.enabled]).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(first?.http_api.key).toBe("abc");
  expect(second?.http_api.key).toBe("");
});

test("a configuration printed with all defaults loads, its nulls too", () => {
  const printed = structuredClone(config({})) as Record<string, unknown>;
  const asGiven = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.length === 0 ? null : value;
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asGiven(item, name)]));
    }
    const isDuration = /(_ttl|_timeout|_interval|_delay|_lag|retention|^timeout|^interval|_wait)$/.test(key);
    return typeof value === "number" && isDuration ? `${value}ms` : value;
  };
  expect(faults(asGiven(printed, ""))).toEqual([]);
});

test("pings may be turned off", () => {
  const result = config({ client: { ping_interval: "-1", pong_timeout: -1 } });
  expect([result.client.ping_interval, result.client.pong_timeout]).toEqual([-1, -1]);
});

test("an unknown option is told with the nearest name", () => {
  expect(faults({ client: { alowed_origins: ["*"] } })).toEqual([
    "client.alowed_origins: unknown option; did you mean allowed_origins?",
  ]);
  expect(faults({ token_hmac_secret_key: "x" })).toEqual([
    "token_hmac_secret_key: is client.token.hmac_secret_key since Centrifugo v6; check-config --migrate moves it",
  ]);
  expect(faults({ sse: true, engine: "redis" }).toSorted()).toEqual([
    "engine: is engine.type since Centrifugo v6; check-config --migrate moves it",
    "sse: is sse.enabled since Centrifugo v6; check-config --migrate moves it",
  ]);
  // Other sections have a port too, but not one that is built.
  expect(faults({ port: 9000 })).toEqual([
    "port: is http_server.port since Centrifugo v6; check-config --migrate moves it",
  ]);
  expect(faults({ clientt: {} })).toEqual(["clientt: unknown option; did you mean client?"]);
  expect(faults({ channel: { namespaces: [{ name: "chat", presense: true }] } })).toEqual([
    "channel.namespaces[0].presense: unknown option; did you mean presence?",
  ]);
  expect(faults({ apps: [{ ...app, limits: { conections: 3 } }] })).toEqual([
    "apps[0].limits.conections: unknown option; did you mean connections?",
  ]);
});

test("an option that is not built is told only where it asks for something", () => {
  expect(
    faults({
      webtransport: { enabled: true },
      uni_grpc: { enabled: false, port: 11000 },
      engine: { type: "redis" },
      broker: { type: "redis" },
      consumers: [{ name: "x" }],
      admin: { enabled: true, password: "hunter2" },
      client: { concurrency: 8, proxy: { connect: { grpc: { compression: true } } } },
      channel: {
        without_namespace: { subscription_type: "stream", subscribe_proxy_name: "default" },
        namespaces: [
          { name: "one", subscribe_stream_proxy_enabled: false },
          { name: "two", subscribe_stream_proxy_enabled: true, subscription_type: "map" },
          { name: "three", map: { mode: "ephemeral" }, subscribe_stream_proxy_enabled: true },
        ],
      },
      apps: [{ ...app, public_channels: true }],
    }).toSorted(),
  ).toEqual(
    [
      "webtransport.enabled",
      "engine.type",
      "consumers",
      "admin.enabled",
      "admin.password",
      "client.concurrency",
      "client.proxy.connect.grpc.compression",
      "channel.namespaces[1].subscribe_stream_proxy_enabled",
      "channel.namespaces[1].subscription_type",
      "channel.namespaces[2].map.mode",
      "channel.namespaces[2].subscribe_stream_proxy_enabled",
    ]
      .map((path) => `${path}: not supported yet`)
      .toSorted(),
  );
});

test.each(["auto_cache_recover", "auto_cache_recovery"])("%s needs recovery by cache", (name) => {
  const kept = { history_size: 1, history_ttl: "60s", force_recovery: true };
  const faultsOf = (options: object): readonly string[] =>
    faults({ channel: { without_namespace: { [name]: true, ...options } } });
  const fault = `channel.without_namespace.${name}: needs force_recovery, and force_recovery_mode "cache": it gives the newest publication alone`;
  expect(faultsOf({})).toEqual([fault]);
  expect(faultsOf(kept)).toEqual([fault]);
  expect(faultsOf({ ...kept, force_recovery_mode: "cache" })).toEqual([]);
});

test("a broker of its own that is switched on must be in memory", () => {
  expect(faults({ broker: { enabled: true, type: "nats" } })).toEqual(["broker.type: not supported yet"]);
  expect(faults({ broker: { enabled: true, type: "memory", nats: { url: "nats://x" } } })).toEqual([]);
});

test("a wrong value is told with what is allowed and what was given", () => {
  expect(
    faults({
      client: {
        ping_interval: 25,
        channel_limit: "128",
        insecure: "yes",
        token: { hmac_secret_key: 123456 },
      },
      log: { level: "loud" },
      http_server: { port: 70_000 },
      channel: { history_meta_ttl: "-1", namespaces: [{ name: "x" }] },
    }).toSorted(),
  ).toEqual(
    [
      'log.level: must be one of "none", "trace", "debug", "info", "warn", "error", "fatal", not "loud"',
      "http_server.port: must be a whole number, from 0 to 65535, not 70000",
      "client.token.hmac_secret_key: must be a string, not a number",
      'client.insecure: must be true or false, not "yes"',
      'client.ping_interval: must be a duration such as "25s" or "1m30s", or "-1" to turn it off, not 25',
      'client.channel_limit: must be a whole number, 0 or more, not "128"',
      'channel.namespaces[0].name: must be a string that matches ^[-a-zA-Z0-9_.]{2,}$, not "x"',
      'channel.history_meta_ttl: must be a duration such as "25s" or "1m30s", not "-1"',
    ].toSorted(),
  );
});

test("no fault shows a secret", () => {
  const told = faults({
    apps: [{ id: 1, key: "k", secret: ["hunter2"] }],
    http_api: { key: { hunter2: true } },
    client: { token: { hmac_secret_key: false } },
  }).join("\n");
  expect(told).not.toContain("hunter2");
  expect(told).toContain("apps[0].secret: must be a string that is not empty, not a list");
});

test("nor does one about what stands in a section's place, or among headers", () => {
  const told = faults({
    http_api: "hunter2",
    client: { token: "hunter2", proxy: { connect: { http: { static_headers: { Authorization: 4242 } } } } },
    apps: ["hunter2"],
  });
  expect(told).toHaveLength(4);
  expect(told.join("\n")).not.toMatch(/hunter2|4242/);
});

test("contradictions are told beside wrong values", () => {
  const told = faults({
    client: { ping_interval: "5s", pong_timeout: "8s" },
    log: { level: 3 },
    channel: {
      history_meta_ttl: "1h",
      without_namespace: { history_size: 10 },
      namespaces: [
        { name: "aa", history_ttl: "10s" },
        { name: "aa", history_size: 1, history_ttl: "2h" },
        { name: "bb", force_recovery: true, channel_regex: "(" },
      ],
    },
  });
  expect(told.map((line) => line.split(":")[0])).toEqual([
    "log.level",
    "client.pong_timeout",
    "channel.without_namespace.history_ttl",
    "channel.namespaces[0].history_size",
    "channel.namespaces[1].name",
    "channel.namespaces[1].history_ttl",
    "channel.namespaces[2].force_recovery",
    "channel.namespaces[2].channel_regex",
  ]);
});

test("ids and keys of apps are their own, previous keys too", () => {
  expect(
    faults({
      apps: [
        { ...app, previous: [{ key: "old", secret: "x" }] },
        { ...app, key: "old" },
        { ...app, id: "3" },
      ],
    }),
  ).toEqual([
    "apps[1].id: is also apps[0].id",
    "apps[1].key: is also apps[0].previous[0].key",
    "apps[2].key: is also apps[0].key",
  ]);
});

test("a secret alone may be exchanged: its key is there twice, each time with a secret of its own", () => {
  const rotated = [
    { key: app.key, secret: "old" },
    { key: app.key, secret: "older" },
  ];
  expect(faults({ apps: [{ ...app, previous: rotated }] })).toEqual([]);
  const twice = [...rotated, { key: app.key, secret: "old" }, { key: app.key, secret: app.secret }];
  expect(faults({ apps: [{ ...app, previous: twice }] })).toEqual([
    "apps[0].previous[2]: is a pair that is there already: another key, or another secret",
    "apps[0].previous[3]: is a pair that is there already: another key, or another secret",
  ]);
  expect(faults({ apps: [app, { id: "2", key: "l", secret: "t", previous: rotated }] })).toEqual([
    "apps[1].previous[0].key: is also apps[0].key",
  ]);
});

test("clients are not asked to ask more than once a second", () => {
  expect(faults({ apps: [{ ...app, activity_timeout: "1s" }] })).toEqual([]);
  for (const short of ["0s", "500ms"])
    expect(faults({ apps: [{ ...app, activity_timeout: short }] })).toEqual([
      'apps[0].activity_timeout: must be "1s" or more: clients count in seconds',
    ]);
});

test("an app's map names namespaces that there are", () => {
  expect(
    faults({
      apps: [{ ...app, public_channels: true, namespaces: { "private-user.": "vms", "private-": "none" } }],
      channel: { namespaces: [{ name: "vms" }] },
    }),
  ).toEqual(['apps[0].namespaces.private-: no namespace "none" in channel.namespaces']);
});

test("the first app's sections are the top level's", () => {
  expect(faults({ apps: [{ ...app, client: { insecure: true }, http_api: {} }] })).toEqual([
    "apps[0].client: the first app has the top level's: write it under client",
  ]);
});

test("a channel section without anonymous subscribers wants public_channels written out", () => {
  const closed = { channel: { without_namespace: { allow_subscribe_for_client: true } } };
  expect(faults({ apps: [app], ...closed })[0]).toStartWith("apps[0].public_channels: must be written out");
  expect(faults({ apps: [{ ...app, public_channels: false }], ...closed })).toEqual([]);
  expect(faults({ apps: [app] })).toEqual([]);
  expect(faults({ apps: [app], client: { insecure: true }, ...closed })).toEqual([]);
  expect(faults({ apps: [app] }, { TWINWIRE_CHANNEL_MAX_LENGTH: "100" })[0]).toContain("public_channels");
  const open = { allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true };
  expect(faults({ apps: [app], channel: { without_namespace: open } })).toEqual([]);
});

test("TLS wants both halves, as text, base64 or a file", () => {
  using authority = new Authority();
  const { cert, key, keyFile } = authority.issue("server", "DNS:localhost");
  const base64 = Buffer.from(cert).toString("base64");
  const { tls } = config({
    http_server: { tls: { enabled: true, cert_pem: base64, key_pem: keyFile } },
  }).http_server;
  expect([tls.cert_pem, tls.key_pem]).toEqual([cert, key]);
  expect(faults({ http_server: { tls: { enabled: true, key_pem: "nowhere" } } })).toEqual([
    "http_server.tls.cert_pem: is required where http_server.tls.enabled is true",
    "http_server.tls.key_pem: is neither PEM text, nor PEM text in base64, nor the path of a file with it",
  ]);
});

test("the command line beats the environment, which beats the file", () => {
  const text = { name: "c.yaml", content: "http_server:\n  port: 1\n  address: a\nlog: {level: warn}\n" };
  const env = { TWINWIRE_HTTP_SERVER_PORT: "2", TWINWIRE_HTTP_SERVER_ADDRESS: "b" };
  const result = loadConfig({ text, env, overrides: { port: 3 } });
  expect(result.ok && [result.config.http_server.port, result.config.http_server.address]).toEqual([3, "b"]);
  expect(result.ok && result.config.log.level).toBe("warn");
});

test.each([
  ["c.json", '{ // a comment\n "log": {"level": "warn"}, }'],
  ["c.yml", "log:\n  level: warn"],
  ["c.toml", '[log]\nlevel = "warn"'],
])("%s is read", (name, content) => {
  const result = loadConfig({ text: { name, content }, env: {} });
  expect(result.ok && result.config.log.level).toBe("warn");
});

test.each([
  ["c.json", '{"log": '],
  ["c.yaml", "a: [1"],
  ["c.toml", "a = "],
  ["c.ini", "a=1"],
  ["d.json", "[1]"],
])("what is wrong with %s is told with its name", (name, content) => {
  const result = loadConfig({ text: { name, content }, env: {} });
  expect(!result.ok && result.faults.map((fault) => fault.path)).toEqual([name]);
});

test("a directory is no file, and a byte order mark is nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "twinwire-"));
  const directory = join(folder, "d.json");
  mkdirSync(directory);
  expect(loadConfig({ file: directory, env: {} })).toEqual({
    ok: false,
    faults: [{ path: directory, message: "is a directory, not a file" }],
  });
  for (const [name, content] of [
    ["c.json", '{"log":{"level":"warn"}}'],
    ["c.yaml", "log: {level: warn}"],
    ["c.toml", 'log.level = "warn"'],
  ] as const) {
    writeFileSync(join(folder, name), `\uFEFF${content}`);
    const result = loadConfig({ file: join(folder, name), env: {} });
    expect(result.ok && result.config.log.level, name).toBe("warn");
  }
});

test("a file that is not there is told", () => {
  expect(loadConfig({ file: "/nowhere/config.json", env: {} })).toEqual({
    ok: false,
    faults: [{ path: "/nowhere/config.json", message: "no such file" }],
  });
});
