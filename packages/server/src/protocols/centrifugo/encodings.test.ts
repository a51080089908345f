import { describe, expect, test } from "bun:test";
import type { Content } from "../../core/publication.ts";
import { everybody, kept, signToken, TestServer, type TestClient } from "./test-server.test.ts";

const encodings = [
  ["json", ""],
  ["protobuf", "cf_protocol=protobuf"],
] as const;

const all = {
  subscribe: everybody,
  publish: everybody,
  history: kept,
  historyAccess: everybody,
  presence: true,
  joinLeave: true,
  presenceAccess: everybody,
  allowRecovery: true,
  allowPositioning: true,
};

function newServer(): TestServer {
  return new TestServer({
    namespaces: { all, shut: {}, bytes: { ...all, dataFormat: "binary" } },
    client: { includeServerTime: true },
  });
}

/** Zero values, which JSON says in places and protobuf never, are left out; what is drawn anew on every run is named. */
function plain(said: readonly unknown[]): unknown {
  const text = JSON.stringify(said, (_, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).filter(
        ([, one]) => one !== "" && one !== 0 && one !== false && !(Array.isArray(one) && one.length === 0),
      ),
    );
  });
  const drawn = text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "CLIENT")
    .replaceAll(/"epoch":"[a-z]{8}"/g, '"epoch":"EPOCH"');
  return JSON.parse(drawn) as unknown;
}

type Script = (server: TestServer, client: TestClient) => void;

/** What goes on at a server with one client, whose replies and pushes have to be the same in both encodings. */
const scripts: readonly (readonly [string, Script])[] = [
  [
    "connecting, with everything that a connect reply can say",
    (server, client) => {
      const subs = { "all:a": { data: { d: 1 }, info: [1] }, __proto__: {} };
      const token = signToken({ sub: "42", exp: server.seconds + 60, info: { n: "A" }, subs });
      client.send({ id: 1, connect: { token } });
    },
  ],
  [
    "subscribing with a token that expires, has info and data",
    (server, client) => {
      const claims = { sub: "42", channel: "all:a", exp: server.seconds + 60, info: { c: 1 }, data: [2] };
      client.send({ id: 2, subscribe: { channel: "all:a", token: signToken(claims), join_leave: true } });
    },
  ],
  [
    "publishing and hearing it",
    (_, client) => {
      client.send({ id: 2, subscribe: { channel: "all:a" } });
      client.send({ id: 3, publish: { channel: "all:a", data: { n: 12.5, s: "é😀" } } });
    },
  ],
  [
    "an event of the Pusher wire, and tags",
    (server, client) => {
      client.send({ id: 2, subscribe: { channel: "all:a" } });
      const event = (data: string, quoted: boolean): Content => ({ kind: "event", name: "e", data, quoted });
      server.publish("all:a", event('{"a":1}', false), { k: "v", z: "é" });
      server.publish("all:a", event("hello", true));
      server.publish("all:a", event('{"quoted":"JSON"}', true));
    },
  ],
  [
    "recovering, a position, and what cannot be recovered",
    (server, client) => {
      for (const n of [1, 2, 3]) server.publish("all:a", String(n), { n: String(n) });
      client.send({ id: 2, subscribe: { channel: "all:a", recover: true, recoverable: true, offset: 1 } });
      client.send({ id: 3, unsubscribe: { channel: "all:a" } });
      client.send({
        id: 4,
        subscribe: { channel: "all:a", recover: true, recoverable: true, offset: 1, epoch: "no" },
      });
      client.send({ id: 5, unsubscribe: { channel: "all:a" } });
      client.send({
        id: 6,
        subscribe: { channel: "all:a", recover: true, recoverable: true, epoch: "no", flag: 2 },
      });
      client.send({ id: 7, subscribe: { channel: "all:a", positioned: true } });
    },
  ],
  [
    "history, forward, backward, since, and of nothing",
    (server, client) => {
      client.send({ id: 2, history: { channel: "all:a", limit: 5 } });
      for (const n of [1, 2, 3]) server.publish("all:a", String(n));
      client.send({ id: 3, history: { channel: "all:a", limit: -1 } });
      client.send({ id: 4, history: { channel: "all:a", limit: 2, reverse: true } });
      client.send({ id: 5, history: { channel: "all:a", limit: -1, since: { offset: 2 } } });
      client.send({ id: 6, history: { channel: "all:a" } });
    },
  ],
  [
    "presence and its numbers",
    (server, client) => {
      server.connected("43", { info: { other: true } }).send({ id: 2, subscribe: { channel: "all:a" } });
      client.send({ id: 2, presence: { channel: "all:a" } }, { id: 3, presence_stats: { channel: "all:a" } });
    },
  ],
  [
    "somebody who joins and leaves",
    (server, client) => {
      client.send({ id: 2, subscribe: { channel: "all:a", join_leave: true } });
      const other = server.connected("43", { info: { other: true } });
      other.send({ id: 2, subscribe: { channel: "all:a" } });
      other.send({ id: 3, unsubscribe: { channel: "all:a" } });
    },
  ],
  [
    "being subscribed and unsubscribed by the application",
    (server, client) => {
      const whom = {
        user: server.app.ofUser("42" as never)[0]?.user ?? ("" as never),
        client: undefined,
        whitelist: [],
      };
      const order = { app: server.app.id, whom };
      const grant = {
        channel: "all:a",
        chanInfo: undefined,
        data: '{"hello":1}',
        expireAt: 0,
        override: { forceRecovery: true },
        since: undefined,
      };
      server.publish("all:a", "1");
      void server.broker.control({ kind: "subscribe", ...order, grant });
      void server.broker.control({ kind: "unsubscribe", ...order, channel: "all:a" });
      void server.broker.control({ kind: "unsubscribe", ...order, channel: "" });
      client.send({ id: 9, unsubscribe: { channel: "all:a" } });
    },
  ],
  [
    "refreshing",
    (server, client) => {
      const exp = server.seconds + 90;
      client.send({ id: 2, refresh: { token: signToken({ sub: "42", exp }) } });
      client.send({ id: 3, refresh: { token: signToken({ sub: "42" }) } });
      client.send({ id: 4, subscribe: { channel: "all:a" } });
      client.send({
        id: 5,
        sub_refresh: { channel: "all:a", token: signToken({ sub: "42", channel: "all:a", exp }) },
      });
    },
  ],
  [
    "refusals of all kinds",
    (_, client) => {
      client.send(
        { id: 2, subscribe: { channel: "nowhere:a" } },
        { id: 3, subscribe: { channel: "shut:a" } },
        { id: 4, publish: { channel: "shut:a", data: 1 } },
        { id: 5, rpc: { method: "x", data: 1 } },
        { id: 6, presence: { channel: "shut:a" } },
        { id: 7, history: { channel: "all:a", limit: 1, reverse: true, since: {} } },
        { id: 8, sub_refresh: { channel: "all:a", token: "x" } },
      );
    },
  ],
];

/** What cannot be told apart by what it is told is told apart by how it ends. */
const endings: readonly (readonly [string, Script, number])[] = [
  [
    "send",
    (_, client) => {
      client.send({ send: { data: 1 } });
    },
    3508,
  ],
  [
    "a second connect",
    (_, client) => {
      client.send({ id: 2, connect: {} });
    },
    3501,
  ],
  [
    "a pong that nobody asked for",
    (_, client) => {
      client.send({});
    },
    3501,
  ],
  [
    "a ping",
    (_, client) => {
      client.send({ id: 2, ping: {} });
    },
    3501,
  ],
  [
    "a command without a request",
    (_, client) => {
      client.send({ id: 2 });
    },
    3501,
  ],
  [
    "a refresh without a token",
    (_, client) => {
      client.send({ id: 2, refresh: {} });
    },
    3501,
  ],
  [
    "a refresh with somebody else's token",
    (_, client) => {
      client.send({ id: 2, refresh: { token: signToken({ sub: "43" }) } });
    },
    3500,
  ],
  [
    "a delta of an unknown kind",
    (_, client) => {
      client.send({ id: 2, subscribe: { channel: "all:a", delta: "x" } });
    },
    3501,
  ],
  [
    "no pong in time",
    (server) => {
      for (let second = 0; second < 40; second += 1) server.clock.advance(1_000);
    },
    3012,
  ],
];

function run(script: Script, query: string, connects: boolean): { client: TestClient; said: unknown } {
  const server = newServer();
  const client = connects ? server.connected("42", {}, query) : server.open(query);
  script(server, client);
  expect(server.defects).toEqual([]);
  return { client, said: plain(client.take()) };
}

describe("both encodings say the same", () => {
  test.each(scripts)("%s", (name, script) => {
    const connects = !name.startsWith("connecting");
    const [json, protobuf] = encodings.map(([, query]) => run(script, query, connects));
    expect(json?.client.closeCode).toBeUndefined();
    expect(Array.isArray(json?.said) && json.said.length > 0).toBe(true);
    expect(protobuf?.said).toEqual(json?.said);
  });

  test.each(endings)("%s ends both", (_, script, code) => {
    for (const [, query] of encodings) expect(run(script, query, true).client.closeCode).toBe(code);
  });
});

test("pings are an empty message, and its answer is one", () => {
  const server = newServer();
  const client = server.connected("42", {}, "format=protobuf");
  const pinged = (): number => {
    let pings = 0;
    for (let second = 0; second < 25; second += 1) {
      server.clock.advance(1_000);
      const frames = client.outlet.frames.splice(0);
      pings += frames.length;
      for (const frame of frames) {
        expect(frame).toEqual(Uint8Array.of(0));
        void client.connection.receive(Uint8Array.of(0));
      }
    }
    return pings;
  };
  expect(pinged() + pinged() + pinged()).toBeGreaterThan(1);
  expect(client.closeCode).toBeUndefined();
});

test("replies to the commands of one frame go out in one frame, however many they are", () => {
  const client = newServer().connected("42", {}, "format=protobuf");
  const ids = Array.from({ length: 2_000 }, (_, index) => index + 2);
  client.send(...ids.map((id) => ({ id, unsubscribe: { channel: "all:a" } })));
  expect(client.outlet.frames).toHaveLength(1);
  expect(client.take()).toEqual(ids.map((id) => ({ id, unsubscribe: {} })));
});

test("a publication is encoded and handed over once for each encoding that somebody here speaks", () => {
  const server = newServer();
  const topics: string[] = [];
  const publish = server.fanout.publish.bind(server.fanout);
  server.fanout.publish = (...args) => {
    topics.push(args[0]);
    publish(...args);
  };
  const join = (query: string): TestClient => {
    const client = server.connected("42", {}, query);
    client.send({ id: 2, subscribe: { channel: "all:a" } });
    return client;
  };
  const publishing = (): number => {
    topics.length = 0;
    server.publish("all:a", "1");
    return new Set(topics).size === topics.length ? topics.length : Number.NaN;
  };
  expect(publishing()).toBe(0);
  const [json] = ["", "", ""].map(join);
  expect(publishing()).toBe(1);
  const [protobuf] = ["format=protobuf", "format=protobuf"].map(join);
  expect(publishing()).toBe(2);
  for (const client of [json, protobuf]) expect(client?.take().length).toBeGreaterThan(1);
});

test("frames of two clients that gather replies at once do not get into each other", () => {
  const server = newServer();
  const clients = ["42", "43"].map((user) => server.connected(user, {}, "format=protobuf"));
  for (let round = 0; round < 5; round += 1)
    for (const client of clients)
      client.send({ id: 2, unsubscribe: { channel: "a" } }, { id: 3, history: { channel: "all:a" } });
  for (const client of clients) expect(client.take()).toHaveLength(10);
});

describe("bytes", () => {
  const bytes = Uint8Array.of(0, 255, 10);

  test("reach a protobuf client as they are, and close JSON clients alone", () => {
    const server = newServer();
    const [binary, json] = [server.connected("42", {}, "format=protobuf"), server.connected("43")];
    for (const client of [binary, json]) client.send({ id: 2, subscribe: { channel: "bytes:a" } });
    binary.take();
    binary.send({ id: 3, publish: { channel: "bytes:a", data: bytes } });
    expect(json.closeCode).toBe(3506);
    const push = { push: { channel: "bytes:a", pub: { data: bytes, info: { user: "42" }, offset: 1 } } };
    expect(binary.take()).toMatchObject([push, { id: 3, publish: {} }]);
    expect(binary.closeCode).toBeUndefined();
  });

  test("come back from history and recovery", () => {
    const server = newServer();
    server.publish("bytes:a", { kind: "bytes", bytes });
    server.publish("bytes:a", { kind: "bytes", bytes: new Uint8Array(0) });
    const publications = [{ data: bytes, offset: 1 }, { offset: 2 }];
    const client = server.connected("42", {}, "format=protobuf");
    client.send({ id: 2, history: { channel: "bytes:a", limit: -1 } });
    client.send({ id: 3, subscribe: { channel: "bytes:a", recover: true, recoverable: true } });
    expect(client.take()).toMatchObject([
      { id: 2, history: { publications } },
      { id: 3, subscribe: { publications, recovered: true } },
    ]);
    const json = server.connected("43");
    json.send({ id: 2, subscribe: { channel: "bytes:a", recover: true, recoverable: true } });
    expect(json.closeCode).toBe(3506);
  });

  test("as info are shown to protobuf clients, and left out for others, who are not closed by it", () => {
    const server = newServer();
    const b64info = Buffer.from(bytes).toString("base64");
    const ears = [server.connected("1", {}, "format=protobuf"), server.connected("2")];
    for (const ear of ears) ear.send({ id: 2, subscribe: { channel: "all:a", join_leave: true } });
    for (const ear of ears) ear.take();
    const mouth = server.connected("3", { b64info });
    mouth.send({
      id: 2,
      subscribe: { channel: "all:a", token: signToken({ sub: "3", channel: "all:a", b64info }) },
    });
    mouth.send({ id: 3, publish: { channel: "all:a", data: 1 } });
    const bare = { user: "3", client: mouth.id };
    const infos = [{ ...bare, conn_info: bytes, chan_info: bytes }, bare];
    for (const [index, ear] of ears.entries()) {
      const info = infos[index];
      expect(ear.take()).toEqual([
        { push: { channel: "all:a", join: { info } } },
        {
          push: { channel: "all:a", pub: { data: 1, info, offset: 1, epoch: expect.any(String) as string } },
        },
      ]);
      ear.send({ id: 4, presence: { channel: "all:a" } });
      expect(ear.take()).toMatchObject([{ presence: { presence: { [mouth.id]: info } } }]);
    }
  });

  test("as data for the subscriber itself are for protobuf clients", () => {
    const server = newServer();
    const b64data = Buffer.from(bytes).toString("base64");
    const verdicts = encodings.map(([, query]) => {
      const client = server.connected("42", {}, query);
      client.send({
        id: 2,
        subscribe: { channel: "all:a", token: signToken({ sub: "42", channel: "all:a", b64data }) },
      });
      return client.closeCode ?? client.take();
    });
    expect(verdicts).toEqual([3506, [{ id: 2, subscribe: { data: bytes } }]]);
  });

  test.each([
    ["bytes where Pusher clients can be", "all:a", bytes, 107],
    ["bytes where the namespace carries them", "bytes:a", bytes, 0],
    ["nothing where the namespace carries bytes", "bytes:a", new Uint8Array(0), 0],
    ["nothing elsewhere", "all:a", new Uint8Array(0), 107],
    ["text that is no JSON", "all:a", Buffer.from("hello"), 107],
    ["JSON in bytes", "all:a", Buffer.from("[1]"), 0],
  ])("%s, published by a client", (_, channel, data, code) => {
    const client = newServer().connected("42", {}, "format=protobuf");
    client.send({ id: 2, publish: { channel, data } });
    expect(client.take()).toMatchObject([code === 0 ? { id: 2, publish: {} } : { id: 2, error: { code } }]);
  });

  test("go where no Pusher client can be, as in Centrifugo", () => {
    const client = newServer().connected("42", {}, "format=protobuf");
    client.send({ id: 2, publish: { channel: "all:a/b", data: bytes } });
    expect(client.take()).toMatchObject([{ id: 2, publish: {} }]);
  });
});
