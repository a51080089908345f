import { describe, expect, test } from "bun:test";
import { keys, outline, TestWire, type Frame, type TestClient } from "../test-wire.test.ts";
import { KeyRing } from "./key-ring.ts";

const foreign = { key: "other-key", secret: "other-secret" } as const;

/** A wire with a second app, whose reasons are told to the client. */
function verboseWire(): TestWire {
  return new TestWire({ verbose: true, others: [foreign] });
}

function hmac(secret: string, text: string): string {
  return new Bun.CryptoHasher("sha256", secret).update(text).digest("hex");
}

function errorOf(frames: readonly Frame[]): string {
  const error = frames.find(({ event }) => event === "pusher:error");
  return (error?.data as { message?: string } | undefined)?.message ?? "";
}

interface Case {
  readonly title: string;
  readonly fault: string;
  readonly says: string;
  readonly channel?: string;
  readonly auth: (client: TestClient, earlier: string) => string;
  readonly data?: string;
}

const ann = '{"user_id":"é/1","user_info":{"name":"Ann"}}';

const cases: readonly Case[] = [
  { title: "comes without auth", fault: "no-signature", says: "needs auth", auth: () => "" },
  { title: "has no colon", fault: "no-key", says: "no colon", auth: () => "0".repeat(64) },
  {
    title: "names a key that nobody has",
    fault: "unknown-key",
    says: "no app of this server has the key nobody",
    auth: (client) => client.sign("private-a", { key: "nobody", secret: keys.secret }),
  },
  {
    title: "names a key in another case",
    fault: "unknown-key",
    says: "case and spaces count",
    auth: (client) => client.sign("private-a", { key: "App-Key", secret: keys.secret }),
  },
  {
    title: "names another app's key",
    fault: "key-of-another-app",
    says: "other-key belongs to another app",
    auth: (client) => client.sign("private-a", foreign),
  },
  {
    title: "has a secret in place of the key",
    fault: "secret-as-key",
    says: "a secret stands where the key belongs",
    auth: (client) => client.sign("private-a", { key: keys.secret, secret: keys.secret }),
  },
  {
    title: "was made with another app's secret",
    fault: "secret-of-another-app",
    says: "the secret of another app",
    auth: (client) => client.sign("private-a", { key: keys.key, secret: foreign.secret }),
  },
  {
    title: "pairs the key with a previous secret",
    fault: "other-secret-of-app",
    says: "no pair",
    auth: (client) => client.sign("private-a", { key: keys.key, secret: "old-secret" }),
  },
  {
    title: "pairs a previous key with the secret of now",
    fault: "other-secret-of-app",
    says: "no pair",
    auth: (client) => client.sign("private-a", { key: "old-key", secret: keys.secret }),
  },
  {
    title: "was made for the connection before",
    fault: "other-socket",
    says: "it was made for socket",
    auth: (_client, earlier) => `${keys.key}:${hmac(keys.secret, `${earlier}:private-a`)}`,
  },
  {
    title: "leaves the prefix out",
    fault: "channel-prefix",
    says: "it was made for a: the prefix private- belongs to the name",
    auth: (client) => client.sign("a"),
  },
  {
    title: "has the prefix twice",
    fault: "channel-prefix",
    says: "is there twice",
    auth: (client) => client.sign("private-private-a"),
  },
  {
    title: "is for the presence channel of the name",
    fault: "channel-prefix",
    says: "it was made for presence-a: this is private-a",
    auth: (client) => client.sign("presence-a"),
  },
  {
    title: "is for a channel that the client is in",
    fault: "other-channel",
    says: "it was made for private-joined, this is private-a",
    auth: (client) => client.sign("private-joined"),
  },
  {
    title: "is for the escaped name",
    fault: "other-channel",
    says: "it was made for private-a%40b",
    channel: "private-a@b",
    auth: (client) => client.sign("private-a%40b"),
  },
  {
    title: "covers channel_data of a private channel",
    fault: "other-data",
    says: "only presence channels have",
    data: ann,
    auth: (client) => client.sign(`private-a:${ann}`),
  },
  {
    title: "covers no channel_data",
    fault: "no-channel-data",
    says: "without channel_data",
    channel: "presence-a",
    data: ann,
    auth: (client) => client.sign("presence-a"),
  },
  {
    title: "covers channel_data as Python prints it",
    fault: "other-data",
    says: "another spelling",
    channel: "presence-a",
    data: ann,
    auth: (client) => client.sign('presence-a:{"user_id": "\\u00e9/1", "user_info": {"name": "Ann"}}'),
  },
  {
    title: "covers channel_data as PHP prints it",
    fault: "other-data",
    says: "another spelling",
    channel: "presence-a",
    data: ann,
    auth: (client) => client.sign('presence-a:{"user_id":"\\u00e9\\/1","user_info":{"name":"Ann"}}'),
  },
  {
    title: "covers a member without user_info",
    fault: "other-data",
    says: "without user_info",
    channel: "presence-a",
    data: ann,
    auth: (client) => client.sign('presence-a:{"user_id":"é/1"}'),
  },
  {
    title: "is that of a sign-in",
    fault: "other-purpose",
    says: "as for a sign-in",
    channel: "presence-a",
    data: ann,
    auth: (client) => client.sign(`:user::${ann}`),
  },
  {
    title: "covers channel_data that the client has not passed on",
    fault: "unknown-secret",
    says: "if the back end signed one, the client has to pass it on",
    channel: "presence-a",
    auth: (client) => client.sign(`presence-a:${ann}`),
  },
  {
    title: "is in upper case",
    fault: "signature-form",
    says: "in upper case and is right otherwise",
    auth: (client) => `${keys.key}:${hmac(keys.secret, `${client.socketId}:private-a`).toUpperCase()}`,
  },
  {
    title: "is base64",
    fault: "signature-form",
    says: "not base64",
    auth: () => `${keys.key}:${Buffer.alloc(32, 7).toString("base64")}`,
  },
  {
    title: "is SHA-1",
    fault: "signature-form",
    says: "as many as SHA-1 has",
    auth: () => `${keys.key}:${"a".repeat(40)}`,
  },
  {
    title: "was made with a secret that nobody here has",
    fault: "unknown-secret",
    says: "a secret that is not that of the key app-key",
    auth: (client) => client.sign("private-a", { key: keys.key, secret: "guess" }),
  },
];

function refuse({ channel = "private-a", auth, data }: Case, verbose: boolean) {
  const wire = new TestWire({ verbose, others: [foreign] });
  const before = wire.open();
  const earlier = before.socketId;
  before.leave();
  const client = wire.open();
  client.join("private-joined");
  const given = auth(client, earlier);
  const told = errorOf(
    client.subscribe(channel, { auth: given, ...(data === undefined ? {} : { channel_data: data }) }),
  );
  return { wire, client, told, signature: given.slice(given.lastIndexOf(":") + 1) };
}

describe("a refused subscription is explained where the server is verbose, and logged where not", () => {
  test.each(cases.map((row) => [row.title, row] as const))("where it %s", (_title, row) => {
    const { wire, told, signature } = refuse(row, true);
    expect(wire.authFaults).toEqual([row.fault]);
    expect(told).toContain(row.says);
    expect(wire.logged).toEqual([]);
    const served = refuse(row, false);
    expect(served.wire.authFaults).toEqual([row.fault]);
    expect(served.wire.logged.join()).toContain(row.says);
    for (const text of [told, ...served.wire.logged, served.told])
      for (const hidden of [keys.secret, foreign.secret, "old-secret", signature])
        if (hidden !== "") expect(text).not.toContain(hidden);
  });

  test("and in production the client hears what it always heard, whatever was wrong", () => {
    const told = new Set(cases.map((row) => refuse(row, false).told));
    expect([...told].sort()).toEqual([
      "a closed channel needs a signature or a subscription token from the back end",
      "the signature is not right",
    ]);
  });

  test("and says which text has to be signed", () => {
    const wire = verboseWire();
    const client = wire.open();
    const auth = `${keys.key}:${"0".repeat(64)}`;
    const told = errorOf(client.subscribe("presence-a", { auth, channel_data: ann }));
    expect(told).toEndWith(`It has to be that of ${client.socketId}:presence-a:${ann}`);
  });
});

describe("a refused sign-in", () => {
  const user = '{"id":"ann","user_info":{"a":1}}';
  const rows: [title: string, fault: string, text: (id: string, earlier: string) => string][] = [
    ["for the connection before", "other-socket", (_id, earlier) => `${earlier}::user::${user}`],
    ["without ::user::", "other-purpose", (id) => `${id}:${user}`],
    ["of another spelling", "other-data", (id) => `${id}::user::{"id": "ann", "user_info": {"a": 1}}`],
    ["without user_info", "other-data", (id) => `${id}::user::{"id":"ann"}`],
    ["of something else", "unknown-secret", () => "nothing"],
  ];
  test.each(rows)("%s is explained", (_title, fault, text) => {
    const wire = verboseWire();
    const before = wire.open();
    before.leave();
    const client = wire.open();
    const auth = `${keys.key}:${hmac(keys.secret, text(client.socketId, before.socketId))}`;
    const frames = client.say("pusher:signin", { auth, user_data: user });
    expect(outline(frames)).toEqual(["pusher:error 4009"]);
    expect(wire.authFaults).toEqual([fault]);
    expect(errorOf(frames)).toEndWith(`It has to be that of ${client.socketId}::user::${user}`);
  });
});

describe("bounds", () => {
  const forged = `${keys.key}:${"0".repeat(64)}`;

  test("only ten refusals a second are looked into; all are counted", () => {
    const wire = new TestWire();
    const client = wire.open();
    for (let i = 0; i < 50; i += 1) client.subscribe("private-a", { auth: forged });
    expect(wire.logged).toHaveLength(10);
    expect(wire.authFaults.filter((fault) => fault === "not-examined")).toHaveLength(40);
    wire.clock.advance(1_000);
    client.subscribe("private-a", { auth: forged });
    expect(wire.logged).toHaveLength(11);
  });

  test("who is let in is not looked at", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.join("private-a");
    client.join("presence-a", { user_id: 1 });
    client.signIn('{"id":"1"}');
    expect([wire.authFaults, wire.logged]).toEqual([[], []]);
  });

  test("large data is neither repeated in full nor spelt anew", () => {
    const wire = new TestWire();
    const client = wire.open();
    const data = JSON.stringify({ user_id: "1", user_info: "x".repeat(60_000) });
    client.subscribe("presence-a", { auth: forged, channel_data: data });
    expect(wire.authFaults).toEqual(["unknown-secret"]);
    expect(wire.logged.join().length).toBeLessThan(1_500);
  });

  test("a short mistake is found beside large data", () => {
    const wire = new TestWire();
    for (let i = 0; i < 40; i += 1) wire.open().leave();
    const client = wire.open();
    const data = JSON.stringify({ user_id: "1", user_info: "x".repeat(60_000) });
    client.subscribe("presence-a", { auth: client.sign("presence-a"), channel_data: data });
    expect(wire.authFaults).toEqual(["no-channel-data"]);
  });

  test("JSON that is nested deeply is refused like any other", () => {
    const wire = new TestWire();
    const client = wire.open();
    const deep = `${"[".repeat(2_000)}${"]".repeat(2_000)}`;
    expect(outline(client.subscribe("presence-a", { auth: forged, channel_data: deep }))).toEqual([
      "pusher:error 4009",
      "pusher:subscription_error 401",
    ]);
    expect(wire.counted).toEqual(["pusher permission-denied"]);
  });

  test("a secret or a signature that a client puts into a name or into data is not repeated", () => {
    const ring = new KeyRing([new TestWire().settings]);
    const text = ring.redact(`a ${keys.secret} b old-secret c ${"0123456789abcdef".repeat(4)} d`);
    expect(text).toBe("a [secret] b [secret] c 012345… d");
  });

  test("of a secret not even a part is left where what stands before it is cut", () => {
    const { settings } = new TestWire();
    const secret = `s3cr3t-${"longer-than-what-is-shown-".repeat(5)}`;
    const ring = new KeyRing([{ ...settings, secret }]);
    const told = ring.keyFault(settings.app.id, ` ${secret}`)?.message;
    expect(told).toContain("the key  [secret]");
    expect(told).not.toContain("s3cr3t");
    expect(ring.shown(`${"x".repeat(50)}${secret}`, 64)).toMatch(/^x{50}\[secret\]… \(187 characters\)$/);
  });

  test("what turns the direction of a line, or ends it, is not repeated", () => {
    const wire = new TestWire();
    const client = wire.open();
    const turning = "\u202e\u2028\u2066\u200b\u0085\ufeff";
    client.subscribe("presence-a", { auth: forged, channel_data: `{"user_id":"a${turning}é"}` });
    client.subscribe("private-a", { auth: `nobody${turning}:${"0".repeat(64)}` });
    expect(wire.logged).toHaveLength(2);
    expect(wire.logged[0]).toContain('"a??????é"');
    expect(wire.logged[1]).toContain("the key nobody??????,");
  });
});
