import { describe, expect, test } from "bun:test";
import { keys, TestWire } from "../test-wire.test.ts";

const foreign = { key: "other-key", secret: "other-secret" } as const;
const path = "/apps/3/events";
const body = '{"name":"a","channel":"news","data":"1"}';

interface Change {
  readonly method?: string;
  /** What is signed, where it is not what is sent. */
  readonly signed?: (text: string) => string;
  readonly query?: Readonly<Record<string, string>>;
  readonly pair?: { readonly key: string; readonly secret: string };
  readonly body?: string;
  readonly arrived?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly target?: (target: string) => string;
}

interface Refused {
  readonly status: number;
  readonly told: string;
  readonly wire: TestWire;
  readonly signature: string;
}

async function send(change: Change, verbose: boolean): Promise<Refused> {
  const wire = new TestWire({ verbose, others: [foreign] });
  const { pair = keys, body: signedBody = body, arrived = signedBody, method = "POST" } = change;
  const at = change.path ?? path;
  const parameters: Record<string, string> = {
    auth_key: pair.key,
    auth_timestamp: String(Math.floor(wire.clock.now() / 1000)),
    auth_version: "1.0",
    body_md5: new Bun.CryptoHasher("md5").update(signedBody).digest("hex"),
    ...change.query,
  };
  const names = Object.keys(parameters).sort();
  const text = `${method}\n${at}\n${names.map((name) => `${name}=${parameters[name] ?? ""}`).join("&")}`;
  const hasher = new Bun.CryptoHasher("sha256", pair.secret);
  const signature = hasher.update(change.signed?.(text) ?? text).digest("hex");
  const target = `${at}?${new URLSearchParams({ ...parameters, auth_signature: signature }).toString()}`;
  const response = await wire.call(method, change.target?.(target) ?? target, arrived, change.headers);
  const { error = "" } = (await response.json()) as { error?: string };
  return { status: response.status, told: error, wire, signature };
}

const now = 1_700_000_000;

const rows: [title: string, fault: string, says: string, change: Change][] = [
  ["no key", "no-key", "the query has no auth_key", { target: (target) => target.replace(/\?.*/, "") }],
  [
    "an unknown key",
    "unknown-key",
    "no app of this server has the key nobody",
    { pair: { key: "nobody", secret: "x" } },
  ],
  ["another app's key", "key-of-another-app", "the path names the app 3", { pair: foreign }],
  ["an unknown app", "unknown-app", "the key app-key belongs to the app 3", { path: "/apps/4/events" }],
  ["another version", "version", "it is 2.0", { query: { auth_version: "2.0" } }],
  ["milliseconds", "timestamp", "divide it by 1000", { query: { auth_timestamp: `${now}000` } }],
  ["no number", "timestamp", "no number", { query: { auth_timestamp: "now" } }],
  [
    "a slow clock",
    "clock-behind",
    "700 seconds (about 12 minutes) behind",
    { query: { auth_timestamp: String(now - 700) } },
  ],
  [
    "local time",
    "clock-ahead",
    "local time in place of UTC",
    { query: { auth_timestamp: String(now + 3_601) } },
  ],
  ["an old request", "clock-behind", "has expired", { query: { auth_timestamp: String(now - 86_400 * 3) } }],
  ["a body without MD5", "no-body-md5", "its query no body_md5", { query: { body_md5: "" } }],
  ["a body changed on the way", "body-changed", "right for another body", { arrived: `${body} ` }],
  ["a body lost on the way", "body-changed", "no body arrived", { arrived: "" }],
  [
    "another body's MD5",
    "body-changed",
    "is that of another body",
    { query: { body_md5: "0".repeat(32) }, pair: { key: keys.key, secret: "x" } },
  ],
  [
    "a prefix that the proxy took off",
    "path-prefix",
    "a proxy took /pusher off",
    { signed: (text) => text.replace("/apps", "/pusher/apps") },
  ],
  [
    "a prefix that the proxy names",
    "path-prefix",
    "a proxy took /a/b off",
    { signed: (text) => text.replace("/apps", "/a/b/apps"), headers: { "x-forwarded-prefix": "/a/b/" } },
  ],
  [
    "a path that the proxy names",
    "path-prefix",
    "a proxy took /deep off",
    {
      signed: (text) => text.replace("/apps", "/deep/apps"),
      headers: { "x-original-uri": "/deep/apps/3/events?x=1" },
    },
  ],
  ["another method", "method", "it was made for GET", { signed: (text) => text.replace("POST", "GET") }],
  [
    "the method in lower case",
    "method",
    "it was made for post",
    { signed: (text) => text.replace("POST", "post") },
  ],
  [
    "escaped values",
    "query",
    "sign them unescaped",
    { query: { z: "a b" }, signed: (text) => text.replace("a b", "a+b") },
  ],
  [
    "no MD5 in what was signed",
    "query",
    "without body_md5",
    { signed: (text) => text.replace(/&body_md5=[^&]*/, "") },
  ],
  [
    "other parameters left out",
    "query",
    "without the other parameters",
    { query: { z: "1" }, signed: (text) => text.replace("&z=1", "") },
  ],
  [
    "the secret of another app",
    "secret-of-another-app",
    "the secret of another app",
    { pair: { key: keys.key, secret: foreign.secret } },
  ],
  ["a previous secret", "other-secret-of-app", "no pair", { pair: { key: keys.key, secret: "old-secret" } }],
  [
    "a secret that nobody here has",
    "unknown-secret",
    "not that of the key",
    { pair: { key: keys.key, secret: "guess" } },
  ],
];

describe("a refused request is explained where the server is verbose, and logged where not", () => {
  test.each(rows)("with %s", async (_title, fault, says, change) => {
    const dev = await send(change, true);
    expect([dev.wire.authFaults, dev.wire.logged]).toEqual([[fault], []]);
    expect(dev.told).toContain(says);
    const served = await send(change, false);
    expect([served.wire.authFaults, served.status]).toEqual([[fault], dev.status]);
    expect(served.wire.logged.join()).toContain(says);
    expect(served.told).not.toContain(says);
    for (const text of [dev.told, served.told, ...served.wire.logged])
      for (const hidden of [keys.secret, foreign.secret, "old-secret", dev.signature])
        expect(text).not.toContain(hidden);
  });

  test("and a right one is not looked at", async () => {
    const { status, wire } = await send({}, false);
    expect([status, wire.authFaults]).toEqual([200, []]);
  });

  test("and what is no request of anybody's is counted, at a bounded rate", async () => {
    const wire = new TestWire();
    for (let i = 0; i < 30; i += 1)
      await wire.call("POST", `/apps/${"9".repeat(5_000)}/events?${"a=1&".repeat(2_000)}`);
    expect(wire.logged).toHaveLength(10);
    expect(wire.authFaults).toHaveLength(30);
    for (const line of wire.logged) expect(line.length).toBeLessThan(500);
  });
});
