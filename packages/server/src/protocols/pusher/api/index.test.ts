import { describe, expect, test } from "bun:test";
import { keys, outline, TestWire, type TestOptions } from "../test-wire.test.ts";

interface Signed {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly pair?: { readonly key: string; readonly secret: string };
  readonly query?: Readonly<Record<string, string>>;
}

/** The target of a request, signed as a library does it. */
function signed(
  wire: TestWire,
  { method = "POST", path, body = "", pair = keys, query = {} }: Signed,
): string {
  const parameters: Record<string, string> = {
    auth_key: pair.key,
    auth_timestamp: String(Math.floor(wire.clock.now() / 1000)),
    auth_version: "1.0",
    ...(body === "" ? {} : { body_md5: new Bun.CryptoHasher("md5").update(body).digest("hex") }),
    ...query,
  };
  const names = Object.keys(parameters).sort();
  const text = names.map((name) => `${name}=${parameters[name] ?? ""}`).join("&");
  const hasher = new Bun.CryptoHasher("sha256", pair.secret);
  const signature = hasher.update(`${method}\n${path}\n${text}`).digest("hex");
  return `${path}?${new URLSearchParams({ ...parameters, auth_signature: signature }).toString()}`;
}

async function ask(wire: TestWire, request: Signed): Promise<{ status: number; body: unknown }> {
  const { method = "POST", body } = request;
  const response = await wire.call(method, signed(wire, request), body);
  return { status: response.status, body: await response.json() };
}

function post(wire: TestWire, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  return ask(wire, { path, body: typeof body === "string" ? body : JSON.stringify(body) });
}

function get(
  wire: TestWire,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: unknown }> {
  return ask(wire, { method: "GET", path, query });
}

const events = "/apps/3/events";
const event = { name: "a", channel: "news", data: "1" };

describe("the signature of a request", () => {
  /** Protocol notes, 3.2. */
  const body = '{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}';
  const target =
    "/apps/3/events?auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0" +
    "&body_md5=ec365a775a4cd0599faeb73354201b6f" +
    "&auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";
  const pair = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };

  test("of the protocol's own example is right in its time, and in no other", async () => {
    const wire = new TestWire({ pusher: pair });
    expect((await wire.call("POST", target, body)).status).toBe(401);
    wire.clock.now = () => 1353088179_000 + 600_000;
    expect((await wire.call("POST", target, body)).status).toBe(200);
    wire.clock.now = () => 1353088179_000 + 601_000;
    expect((await wire.call("POST", target, body)).status).toBe(401);
    wire.clock.now = () => 1353088179_000 - 601_000;
    expect((await wire.call("POST", target, body)).status).toBe(401);
  });

  const good = { path: events, body: JSON.stringify(event) };
  const rows: [title: string, request: Partial<Signed>][] = [
    ["an unknown key", { pair: { key: "nobody", secret: keys.secret } }],
    ["another secret", { pair: { key: keys.key, secret: "another" } }],
    ["a previous key with the secret of now", { pair: { key: "old-key", secret: keys.secret } }],
    ["another version", { query: { auth_version: "2.0" } }],
    ["a time that is no number", { query: { auth_timestamp: "now" } }],
    ["a time beyond numbers", { query: { auth_timestamp: "1e999" } }],
    ["another body's MD5", { query: { body_md5: "0".repeat(32) } }],
    ["no MD5", { query: { body_md5: "" } }],
    ["an MD5 in upper case", { query: { body_md5: "A".repeat(32) } }],
  ];
  test.each(rows)("is not right with %s", async (_title, request) => {
    const wire = new TestWire();
    expect((await ask(wire, { ...good, ...request })).status).toBe(401);
    expect(wire.counted).toEqual(["pusher-api unauthorized"]);
  });

  test.each<[string, (target: string) => string]>([
    ["nothing at all", () => events],
    ["no signature", (target) => target.replace(/&auth_signature=.*/, "")],
    ["a signature in upper case", (target) => target.replace(/[^=]*$/, (hex) => hex.toUpperCase())],
    ["a parameter added", (target) => `${target}&info=user_count`],
    ["a parameter taken away", (target) => target.replace("auth_version=1.0&", "")],
  ])("is not right with %s", async (_title, change) => {
    const wire = new TestWire();
    expect((await wire.call("POST", change(signed(wire, good)), good.body)).status).toBe(401);
  });

  test("is right with a previous pair, names in upper case, another order", async () => {
    const wire = new TestWire();
    const old = { ...good, pair: { key: "old-key", secret: "old-secret" } };
    expect((await ask(wire, old)).status).toBe(200);
    const [path = "", query = ""] = signed(wire, good).split("?");
    const turned = `${path}?${query.split("&").reverse().join("&").replace("auth_key", "AUTH_KEY")}`;
    expect((await wire.call("POST", turned, good.body)).status).toBe(200);
  });

  test("covers the bytes of the body: a byte order mark and wide characters too", async () => {
    const wire = new TestWire();
    for (const name of ["\ufeffa", "é😀", "\ufffd"])
      expect((await post(wire, events, { ...event, name })).status).toBe(200);
    const marked = `\ufeff${good.body}`;
    const target = signed(wire, { path: events, body: marked });
    // As bytes: a text's mark stays, which of what comes over the network is taken off.
    expect((await wire.call("POST", target, Buffer.from(marked))).status).toBe(200);
  });

  test("of a body that is no UTF-8 is not right", async () => {
    const wire = new TestWire();
    const bytes = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const md5 = new Bun.CryptoHasher("md5").update(bytes).digest("hex");
    const target401 = signed(wire, { path: events, query: { body_md5: md5 } });
    expect((await wire.call("POST", target401, bytes)).status).toBe(401);
  });

  test("may be of the path before it was escaped", async () => {
    const wire = new TestWire();
    const target200 = signed(wire, { path: "/apps/3/users/a b/terminate_connections" });
    expect((await wire.call("POST", target200.replace("a b", "a%20b"))).status).toBe(200);
  });

  test("is explained where the server is verbose, without the secret", async () => {
    for (const verbose of [true, false]) {
      const wire = new TestWire({ verbose });
      const { body: answer } = await ask(wire, { ...good, pair: { key: keys.key, secret: "another" } });
      const text = JSON.stringify(answer);
      expect(text.includes("auth_timestamp=")).toBe(verbose);
      expect(text).not.toContain(keys.secret);
    }
  });
});

describe("paths", () => {
  const rows: [method: "GET" | "POST", path: string, status: number][] = [
    ["POST", "/apps/9/events", 404],
    ["POST", "/apps/__proto__/events", 404],
    ["POST", "/apps/", 404],
    ["GET", "/apps/3", 404],
    ["POST", "/apps/3/nonsense", 404],
    ["GET", "/apps/3/channels/", 404],
    ["GET", "/apps/3/channels/news/nonsense", 404],
    ["GET", "/apps/3/channels/news/users/more", 404],
    ["POST", "/apps/3/users//terminate_connections", 404],
    ["GET", "/apps/3/events", 405],
    ["POST", "/apps/3/channels", 405],
    ["GET", "/apps/3/users/ann/terminate_connections", 405],
  ];
  test.each(rows)("%s %s is answered with %p", async (method, path, status) => {
    const wire = new TestWire();
    const answer = await ask(wire, { method, path });
    expect(answer).toEqual({ status, body: { error: expect.any(String) as string } });
    expect(wire.counted).toHaveLength(1);
  });

  test("of a disabled app are answered with 403", async () => {
    expect((await post(new TestWire({ pusher: { enabled: false } }), events, event)).status).toBe(403);
  });
});

describe("an event", () => {
  test("goes to its channels, but not to socket_id", async () => {
    const wire = new TestWire();
    const [one, other] = [wire.open(), wire.open()];
    for (const client of [one, other]) for (const channel of ["a", "b"]) client.subscribe(channel);
    one.take();
    other.take();
    const sent = { name: "e", data: '{"n":1.0}', channels: ["a", "b", "a"], socket_id: one.socketId };
    expect(await post(wire, events, sent)).toEqual({ status: 200, body: {} });
    expect(one.take()).toEqual([]);
    expect(other.take()).toEqual([
      { event: "e", channel: "a", data: '{"n":1.0}' },
      { event: "e", channel: "b", data: '{"n":1.0}' },
    ]);
  });

  test("goes to a user", async () => {
    const wire = new TestWire();
    const client = wire.open();
    client.signIn('{"id":"ann"}');
    client.subscribe("#server-to-user-ann");
    client.take();
    await post(wire, events, { ...event, channel: "#server-to-user-ann" });
    expect(outline(client.take())).toEqual(["a"]);
  });

  test("is answered with the counts that info asks for", async () => {
    const wire = new TestWire();
    wire.open().join("presence-a", { user_id: "ann" });
    wire.open().join("presence-a", { user_id: "ann" });
    wire.open().subscribe("b");
    const info = "user_count,subscription_count,occupied";
    const sent = { name: "e", data: "1", channels: ["presence-a", "b", "c"], info };
    expect((await post(wire, events, sent)).body).toEqual({
      channels: {
        "presence-a": { user_count: 1, subscription_count: 2, occupied: true },
        b: { subscription_count: 1, occupied: true },
        c: { subscription_count: 0, occupied: false },
      },
    });
  });

  const bad: [title: string, body: unknown, status: number][] = [
    ["malformed JSON", "{", 400],
    ["no body", "", 400],
    ["a list", "[]", 400],
    ["null", "null", 400],
    ["deep nesting", `{"name":"a","channel":"news","data":${"[".repeat(100_000)}`, 400],
    ["no name", { ...event, name: undefined }, 400],
    ["an empty name", { ...event, name: "" }, 400],
    ["a name that is a number", { ...event, name: 7 }, 400],
    ["a name of 201 characters", { ...event, name: "n".repeat(201) }, 400],
    ["a name of the protocol", { ...event, name: "pusher:error" }, 400],
    ["an internal name", { ...event, name: "pusher_internal:x" }, 400],
    ["no data", { ...event, data: undefined }, 400],
    ["data that is an object", { ...event, data: {} }, 400],
    ["data that is a number", { ...event, data: 1 }, 400],
    ["data above the limit", { ...event, data: "d".repeat(10_241) }, 413],
    ["wide data above the limit", { ...event, data: "é".repeat(5_121) }, 413],
    ["a body above the limit", { ...event, name: "n".repeat(800_000) }, 413],
    ["no channel", { ...event, channel: undefined }, 400],
    ["no channels", { ...event, channels: [] }, 400],
    ["channels that are text", { ...event, channels: "news" }, 400],
    ["a channel that is a number", { ...event, channels: ["a", 7] }, 400],
    ["a channel with a space", { ...event, channel: "a b" }, 400],
    ["an unknown namespace", { ...event, channel: "nowhere:a" }, 400],
    ["a channel of 201 characters", { ...event, channel: "c".repeat(201) }, 400],
    ["101 channels", { ...event, channels: Array.from({ length: 101 }, (_, i) => `c${i}`) }, 400],
    ["a socket_id that is none", { ...event, socket_id: "1-1" }, 400],
    ["a socket_id that is a number", { ...event, socket_id: 1.1 }, 400],
    ["an info that is none", { ...event, info: "nonsense" }, 400],
    ["an info that is a list", { ...event, info: ["user_count"] }, 400],
    ["a body under __proto__", '{"__proto__":{"name":"a","channel":"news","data":"1"}}', 400],
  ];
  test.each(bad)("with %s is refused, and nothing is sent", async (_title, body, status) => {
    const wire = new TestWire();
    const client = wire.open();
    client.subscribe("news");
    client.subscribe("a");
    client.take();
    const answer = await post(wire, events, body);
    expect(answer).toEqual({ status, body: { error: expect.any(String) as string } });
    expect(client.take()).toEqual([]);
    expect(wire.counted).toEqual([`pusher-api ${status === 413 ? "too-big" : "bad-request"}`]);
  });

  test("may have just as much as the limits say", async () => {
    const wire = new TestWire();
    const channels = Array.from({ length: 100 }, (_, i) => `c${i}`);
    const sent = { name: "n".repeat(200), data: "\u0001".repeat(10_240), channels };
    expect((await post(wire, events, sent)).status).toBe(200);
    expect((await post(wire, events, { ...event, channel: "c".repeat(200) })).status).toBe(200);
  });

  test("refused for its size names the option", async () => {
    const options: TestOptions = { app: { eventBytes: 5 } };
    expect(JSON.stringify(await post(new TestWire(options), events, { ...event, data: "123456" }))).toContain(
      "apps[].limits.event_bytes",
    );
    const boundless: TestOptions = { app: { eventBytes: 0 } };
    const large = { ...event, data: "d".repeat(1_000_000) };
    expect((await post(new TestWire(boundless), events, large)).status).toBe(200);
  });

  test("refused for its number of channels names the option, which lifts it", async () => {
    const channels = Array.from({ length: 2_001 }, (_, i) => `${"c".repeat(190)}${i}`);
    const refused = await post(new TestWire(), events, { name: "a", data: "1", channels });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain("apps[].limits.channels_per_event");
    const raised = new TestWire({ pusher: { channelsPerEvent: 2_001 } });
    expect((await post(raised, events, { name: "a", data: "1", channels })).status).toBe(200);
    const any = new TestWire({ pusher: { channelsPerEvent: 0 } });
    expect((await post(any, events, { name: "a", data: "1", channels })).status).toBe(200);
  });
});

describe("a batch", () => {
  const path = "/apps/3/batch_events";

  test("goes out in its order", async () => {
    const wire = new TestWire();
    const client = wire.open();
    client.subscribe("news");
    client.take();
    const batch = [event, { ...event, name: "b" }, { ...event, name: "c", socket_id: client.socketId }];
    expect(await post(wire, path, { batch })).toEqual({ status: 200, body: {} });
    expect(outline(client.take())).toEqual(["a", "b"]);
  });

  test("is answered with counts in its order where one event asks for them", async () => {
    const wire = new TestWire();
    wire.open().join("presence-a", { user_id: "ann" });
    const counted = { ...event, channel: "presence-a", info: "user_count" };
    expect((await post(wire, path, { batch: [counted, event] })).body).toEqual({
      batch: [{ user_count: 1 }, {}],
    });
  });

  test("refused for its number of events names the option, which lifts it", async () => {
    const large = { ...event, data: "d".repeat(10_000) };
    const batch = Array.from({ length: 100 }, () => large);
    const some = batch.slice(0, 11);
    const refused = await post(new TestWire(), path, { batch: some });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain("apps[].limits.events_per_batch");
    const raised = new TestWire({ pusher: { eventsPerBatch: 100 } });
    expect((await post(raised, path, { batch })).status).toBe(200);
    const any = new TestWire({ pusher: { eventsPerBatch: 0 } });
    expect((await post(any, path, { batch })).status).toBe(200);
  });

  test.each<[string, unknown, number]>([
    ["no list", { batch: {} }, 400],
    ["nothing", "{}", 400],
    ["text", { batch: ["x"] }, 400],
    ["null", { batch: [null] }, 400],
    ["11 events", { batch: Array(11).fill(event) }, 400],
    ["an event of several channels", { batch: [event, { name: "a", data: "1", channels: ["news"] }] }, 400],
    ["a bad event behind a good one", { batch: [event, { ...event, name: "" }] }, 400],
    ["too much data in one", { batch: [event, { ...event, data: "d".repeat(10_241) }] }, 413],
  ])("of %s is refused whole", async (_title, body, status) => {
    const wire = new TestWire();
    const client = wire.open();
    client.subscribe("news");
    client.take();
    expect((await post(wire, path, body)).status).toBe(status);
    expect(client.take()).toEqual([]);
  });
});

describe("channels", () => {
  function occupied(): TestWire {
    const wire = new TestWire();
    const client = wire.open();
    client.subscribe("news");
    client.join("presence-a", { user_id: "ann" });
    client.join("presence-b", { user_id: "ann" });
    client.signIn('{"id":"ann"}');
    client.subscribe("#server-to-user-ann");
    wire.open().join("presence-a", { user_id: "bob" });
    return wire;
  }

  test("are listed where somebody is in them", async () => {
    const wire = occupied();
    expect((await get(wire, "/apps/3/channels")).body).toEqual({
      channels: { news: {}, "presence-a": {}, "presence-b": {} },
    });
    const query = { filter_by_prefix: "presence-", info: "user_count,subscription_count" };
    expect((await get(wire, "/apps/3/channels", query)).body).toEqual({
      channels: {
        "presence-a": { user_count: 2, subscription_count: 2 },
        "presence-b": { user_count: 1, subscription_count: 1 },
      },
    });
    expect((await get(wire, "/apps/3/channels", { filter_by_prefix: "x" })).body).toEqual({ channels: {} });
    expect((await get(wire, "/apps/3/channels", { filter_by_prefix: "new", info: "occupied" })).body).toEqual(
      {
        channels: { news: { occupied: true } },
      },
    );
  });

  test.each([
    [{ info: "user_count" }],
    [{ info: "user_count", filter_by_prefix: "private-" }],
    [{ info: "nonsense" }],
    [{ info: "cache" }],
  ])("are not listed with %p", async (query) => {
    expect((await get(new TestWire(), "/apps/3/channels", query as Record<string, string>)).status).toBe(400);
  });

  test("are shown one by one", async () => {
    const wire = occupied();
    const show = async (name: string, info = ""): Promise<unknown> =>
      (await get(wire, `/apps/3/channels/${name}`, info === "" ? {} : { info })).body;
    expect(await show("nowhere")).toEqual({ occupied: false });
    expect(await show("nowhere", "occupied")).toEqual({ occupied: false });
    expect(await show("news", "occupied")).toEqual({ occupied: true });
    expect(await show("news", "subscription_count")).toEqual({ occupied: true, subscription_count: 1 });
    expect(await show("presence-a", "user_count,subscription_count")).toEqual({
      occupied: true,
      user_count: 2,
      subscription_count: 2,
    });
    expect(await show("cache-a", "cache")).toEqual({ occupied: false, cache: null });
    await post(wire, events, { name: "a", channel: "cache-a", data: '{"n":1}' });
    wire.clock.advance(60_000);
    expect(await show("cache-a", "cache")).toEqual({
      occupied: false,
      cache: { data: '{"n":1}', ttl: 29 * 60 },
    });
  });

  test.each([
    ["news", "user_count"],
    ["news", "cache"],
    ["cache-a", "nonsense"],
    ["a%20b", ""],
    ["a%2Fb", ""],
    ["nowhere:a", ""],
  ])("%s with info %p is answered with 400", async (name, info) => {
    const query = info === "" ? {} : { info };
    expect((await get(new TestWire(), `/apps/3/channels/${name}`, query)).status).toBe(400);
  });

  test("have users where they are for members", async () => {
    const wire = occupied();
    expect((await get(wire, "/apps/3/channels/presence-a/users")).body).toEqual({
      users: [{ id: "ann" }, { id: "bob" }],
    });
    expect((await get(wire, "/apps/3/channels/presence-empty/users")).body).toEqual({ users: [] });
    expect((await get(wire, "/apps/3/channels/news/users")).status).toBe(400);
  });
});

test("a user's connections are terminated with 4009", async () => {
  const wire = new TestWire();
  const [ann, also, bob] = [wire.open(), wire.open(), wire.open()];
  ann.signIn('{"id":"ann"}');
  also.signIn('{"id":"ann"}');
  bob.signIn('{"id":"bob"}');
  expect(await post(wire, "/apps/3/users/ann/terminate_connections", {})).toEqual({ status: 200, body: {} });
  expect([ann, also, bob].map(({ outlet }) => outlet.closedWith?.code)).toEqual([4009, 4009, undefined]);
  expect((await ask(wire, { path: "/apps/3/users/nobody/terminate_connections" })).status).toBe(200);
});
