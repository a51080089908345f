import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connectionToken, subscriptionToken } from "@twinwire/backend";
import { Centrifuge } from "centrifuge";
import { KeyPair, type PairAlgorithm } from "../../src/protocols/centrifugo/tokens/key-pairs.test.ts";
import { baseConfig, keys, startTestServer, type TestServer } from "../server.ts";
import { KeyServer, type Manner } from "./key-server.ts";
import { openCentrifugo } from "./raw-centrifugo.ts";
import { RawSocket } from "./raw-socket.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(20_000);

const pairs = {
  RS256: KeyPair.rsa(),
  RS512: KeyPair.rsa(),
  ES256: KeyPair.ec("P-256"),
  ES384: KeyPair.ec("P-384"),
  ES512: KeyPair.ec("P-521"),
  EdDSA: KeyPair.ed(),
} as const satisfies Partial<Record<PairAlgorithm, KeyPair>>;
type Algorithm = keyof typeof pairs;
const algorithms = Object.keys(pairs) as Algorithm[];

function start(tokens: Record<string, unknown>, more: Record<string, unknown> = {}): TestServer {
  return startTestServer({ client: { token: tokens, allowed_origins: ["*"], ...more } });
}

function keyOf(algorithm: Algorithm, keyId?: string) {
  const privateKey = pairs[algorithm].privatePem;
  return { privateKey, algorithm, ...(keyId === undefined ? {} : { keyId }) };
}

/** Connects the official client with a token of the back end's package, joins a closed channel with another, and hears. */
async function comesAllTheWay(port: number, key: ReturnType<typeof keyOf>): Promise<void> {
  const client = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, {
    token: await connectionToken(key, { user: "ann", expiresIn: 60, info: { n: 1 } }),
  });
  const subscription = client.newSubscription("private-room", {
    token: await subscriptionToken(key, { user: "ann", channel: "private-room", expiresIn: 60 }),
  });
  const joined = new Promise((resolve, reject) => {
    subscription.on("subscribed", resolve);
    subscription.on("error", reject);
    client.on("disconnected", reject);
  });
  client.connect();
  subscription.subscribe();
  await joined;
  const heard = new Promise((resolve) => subscription.on("publication", resolve));
  await subscription.publish({ hello: 1 });
  expect(await heard).toMatchObject({ data: { hello: 1 }, info: { user: "ann", connInfo: { n: 1 } } });
  client.disconnect();
}

async function connect(url: string, value: string): Promise<RawSocket> {
  const socket = await openCentrifugo(url);
  socket.send(JSON.stringify({ id: 1, connect: { token: value } }));
  return socket;
}

/** The error's code, the close code, or the user's coming in. */
async function verdict(url: string, value: string): Promise<number | "in"> {
  using socket = await connect(url, value);
  const answer = await Promise.race([socket.next(), socket.closed]);
  const { error, connect: result } = answer as {
    error?: { code: number; temporary?: boolean };
    connect?: object;
  };
  if (result !== undefined) return "in";
  if (error !== undefined) {
    expect(error.temporary === true).toBe(error.code === 100);
    return error.code;
  }
  return (answer as { code: number }).code;
}

describe("public keys in the options", () => {
  test.each(["RS256", "RS512"] as const)("%s lets the official client in", async (algorithm) => {
    await using server = start({ rsa_public_key: pairs[algorithm].publicPem });
    await comesAllTheWay(server.port, keyOf(algorithm));
  });

  test.each(["ES256", "ES384", "ES512"] as const)("%s lets the official client in", async (algorithm) => {
    await using server = start({ ecdsa_public_key: pairs[algorithm].publicPem });
    await comesAllTheWay(server.port, keyOf(algorithm));
  });

  test("subscription tokens may have keys of their own", async () => {
    await using server = start(
      { hmac_secret_key: keys.hmac },
      { subscription_token: { enabled: true, ecdsa_public_key: pairs.ES256.publicPem } },
    );
    using socket = await connect(server.url, token({ sub: "ann" }));
    await socket.having('"connect"');
    const channel = "private-a";
    const subscribe = (id: number, value: string): void => {
      socket.send(JSON.stringify({ id, subscribe: { channel, token: value } }));
    };
    subscribe(2, token({ sub: "ann", channel }));
    expect(JSON.parse(await socket.having('"id":2'))).toMatchObject({ error: { code: 103 } });
    subscribe(3, await subscriptionToken(keyOf("ES256"), { user: "ann", channel }));
    expect(JSON.parse(await socket.having('"id":3'))).toMatchObject({ subscribe: {} });
  });

  test("each app has its own", async () => {
    const second = { id: "2", key: "second", secret: "second-secret" };
    await using server = startTestServer({
      client: { token: { rsa_public_key: pairs.RS256.publicPem }, allowed_origins: ["*"] },
      apps: [keys.app, { ...second, client: { token: { ecdsa_public_key: pairs.ES256.publicPem } } }],
    });
    const ofFirst = await connectionToken(keyOf("RS256"), { user: "ann" });
    const ofSecond = await connectionToken(keyOf("ES256"), { user: "ann" });
    const knock = async (query: string, value: string): Promise<unknown> => {
      using socket = await RawSocket.open(`ws://127.0.0.1:${server.port}/connection/websocket${query}`);
      socket.send(JSON.stringify({ id: 1, connect: { token: value } }));
      return await Promise.race([socket.next(), socket.closed]);
    };
    expect(await knock("", ofFirst)).toMatchObject({ connect: {} });
    expect(await knock("", ofSecond)).toMatchObject({ code: 3500 });
    expect(await knock("?app=second", ofSecond)).toMatchObject({ connect: {} });
    expect(await knock("?app=second", ofFirst)).toMatchObject({ code: 3500 });
  });

  test("commands of one client behind a token that is being checked are done in their order", async () => {
    await using server = startTestServer({
      client: { token: { rsa_public_key: pairs.RS256.publicPem }, allowed_origins: ["*"] },
      apps: [{ ...keys.app, limits: { client_events_per_second: 0 } }],
    });
    using socket = await connect(server.url, await connectionToken(keyOf("RS256"), { user: "ann" }));
    const channel = "private-a";
    const value = await subscriptionToken(keyOf("RS256"), { user: "ann", channel });
    for (let id = 2; id < 302; id += 3) {
      socket.send(JSON.stringify({ id, subscribe: { channel, token: value } }));
      socket.send(JSON.stringify({ id: id + 1, publish: { channel, data: id } }));
      socket.send(JSON.stringify({ id: id + 2, unsubscribe: { channel } }));
    }
    await socket.having('"id":301');
    const replies = socket.frames.all
      .flatMap((frame) => frame.split("\n"))
      .map((text) => JSON.parse(text) as { id?: number; error?: object; push?: { pub: { data: number } } });
    expect(replies.filter(({ error }) => error !== undefined)).toEqual([]);
    const ids = replies.flatMap(({ id }) => id ?? []);
    expect(ids).toEqual(Array.from({ length: 301 }, (_, i) => i + 1));
    const heard = replies.flatMap(({ push }) => push?.pub.data ?? []);
    expect(heard).toEqual(Array.from({ length: 100 }, (_, i) => 2 + 3 * i));
  });
});

describe("keys at an address", () => {
  let server: TestServer;
  let keyServer: KeyServer;
  beforeAll(() => {
    keyServer = new KeyServer();
    keyServer.keys = algorithms.map((algorithm) => pairs[algorithm].jwk(algorithm));
    server = start({ jwks_public_endpoint: `${keyServer.url}/jwks` });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await keyServer[Symbol.asyncDispose]();
  });

  test.each(algorithms)("%s lets the official client in", async (algorithm) => {
    await comesAllTheWay(server.port, keyOf(algorithm, algorithm));
    expect(keyServer.asked).toEqual(["/jwks"]);
  });

  test.each<[string, () => string]>([
    ["an HMAC token", () => token({ sub: "ann" })],
    ["an HMAC token by the public key", () => token({ sub: "ann" }, { secret: pairs.RS256.publicPem })],
    [
      "an HMAC token by the public key that names it",
      () => token({ sub: "ann" }, { secret: pairs.RS256.publicPem, header: { alg: "HS256", kid: "RS256" } }),
    ],
    ["alg none", () => token({ sub: "ann" }, { header: { alg: "none", kid: "RS256" } })],
    ["no kid", () => pairs.RS256.token({ sub: "ann" }, "RS256")],
    ["the kid of another key", () => pairs.RS256.token({ sub: "ann" }, "RS256", { kid: "RS512" })],
    ["PS256", () => pairs.RS256.token({ sub: "ann" }, "PS256", { kid: "RS256" })],
    [
      "a key in its own header",
      () => {
        const own = KeyPair.rsa();
        return own.token({ sub: "ann" }, "RS256", {
          kid: "RS256",
          jwk: own.jwk("RS256"),
          jku: "http://127.0.0.1:1/",
        });
      },
    ],
    ["a user that is a number", () => pairs.RS256.token({ sub: 7 }, "RS256", { kid: "RS256" })],
    ["claims that are no JSON", () => pairs.RS256.token("nonsense", "RS256", { kid: "RS256" })],
    [
      "a subscription token",
      () => pairs.RS256.token({ sub: "ann", channel: "a" }, "RS256", { kid: "RS256" }),
    ],
    ["an unknown kid", () => pairs.RS256.token({ sub: "ann" }, "RS256", { kid: "nobody's" })],
  ])("%s is refused for good: 3500", async (_, made) => {
    expect(await verdict(server.url, made())).toBe(3500);
  });

  test("a token as long as a frame may be is told from a good one", async () => {
    const padding = "x".repeat(45_000);
    expect(
      await verdict(server.url, pairs.ES256.token({ sub: "ann", padding }, "ES256", { kid: "ES256" })),
    ).toBe("in");
    expect(
      await verdict(server.url, pairs.ES256.token({ sub: "ann", padding }, "ES256", { kid: "EdDSA" })),
    ).toBe(3500);
  });
});

test("ten clients that come at once are worth one request, and one that leaves meanwhile leaves nothing", async () => {
  await using keyServer = new KeyServer();
  keyServer.keys = [pairs.RS256.jwk("one")];
  await using server = start({ jwks_public_endpoint: `${keyServer.url}/jwks` });
  const value = pairs.RS256.token({ sub: "ann" }, "RS256", { kid: "one" });
  const sockets = await Promise.all(Array.from({ length: 11 }, () => openCentrifugo(server.url)));
  for (const socket of sockets) socket.send(JSON.stringify({ id: 1, connect: { token: value } }));
  sockets.pop()?.close();
  for (const socket of sockets) expect(await socket.next()).toMatchObject({ connect: {} });
  expect(keyServer.asked).toEqual(["/jwks"]);
  for (const socket of sockets) socket.close();
});

test("keys that change are found, and those taken out are good for nothing", async () => {
  await using keyServer = new KeyServer();
  keyServer.keys = [pairs.RS256.jwk("old")];
  await using server = start({ jwks_public_endpoint: `${keyServer.url}/jwks` });
  const old = pairs.RS256.token({ sub: "ann" }, "RS256", { kid: "old" });
  const young = pairs.ES256.token({ sub: "ann" }, "ES256", { kid: "young" });
  expect(await verdict(server.url, old)).toBe("in");
  keyServer.keys = [pairs.ES256.jwk("young")];
  // The next request has to wait until two seconds are over, and so do those who come in between.
  expect(await Promise.all([1, 2, 3].map(() => verdict(server.url, young)))).toEqual(["in", "in", "in"]);
  expect(keyServer.asked).toHaveLength(2);
  expect(await verdict(server.url, old)).toBe(3500);
});

const misbehaving: readonly Manner[] = [
  "hang",
  "hang-in-body",
  "500",
  "404",
  "redirect",
  "garbage",
  "html",
  "huge",
  "endless",
  "cut",
];

test.each(misbehaving)(
  "a key server that answers with %s: clients are to try again, others do not wait",
  async (manner) => {
    await using keyServer = new KeyServer();
    keyServer.manner = manner;
    keyServer.keys = [pairs.RS256.jwk("one")];
    const second = {
      id: "2",
      key: "second",
      secret: "second-secret",
      client: { token: { hmac_secret_key: "two" } },
    };
    await using server = startTestServer({
      ...baseConfig(),
      client: {
        token: { hmac_secret_key: keys.hmac },
        subscription_token: { enabled: true, jwks_public_endpoint: `${keyServer.url}/jwks` },
        allowed_origins: ["*"],
      },
      apps: [keys.app, second],
    });
    using stuck = await connect(server.url, token({ sub: "ann" }));
    await stuck.having('"connect"');
    const channel = "private-a";
    const value = pairs.RS256.token({ sub: "ann", channel }, "RS256", { kid: "one" });
    stuck.send(JSON.stringify({ id: 2, subscribe: { channel, token: value } }));
    stuck.send(JSON.stringify({ id: 3, presence_stats: { channel: "a" } }));
    // Somebody else is served meanwhile.
    expect(await verdict(server.url, token({ sub: "bob" }))).toBe("in");
    const refused = JSON.parse(await stuck.having('"id":2')) as object;
    expect(refused).toMatchObject({ error: { code: 100, temporary: true } });
    await stuck.having('"id":3');
    expect(keyServer.asked).not.toContain("/elsewhere");
    expect(keyServer.asked.length).toBeLessThanOrEqual(2);
  },
);

test("who sends more than may wait while a token is being checked is closed: 3013", async () => {
  await using keyServer = new KeyServer();
  keyServer.manner = "hang";
  await using server = start({ jwks_public_endpoint: `${keyServer.url}/jwks` });
  const value = pairs.RS256.token({ sub: "ann" }, "RS256", { kid: "one" });
  using patient = await connect(server.url, value);
  using hasty = await connect(server.url, value);
  const frame = JSON.stringify({ id: 2, publish: { channel: "a", data: "x".repeat(60_000) } });
  patient.send(frame);
  // More than four million characters.
  for (let i = 0; i < 80; i += 1) hasty.send(frame);
  expect(await hasty.closed).toMatchObject({ code: 3013 });
  expect(await patient.next()).toMatchObject({ id: 1, error: { code: 100 } });
});

test("the official client gets in by itself once the key server is back", async () => {
  await using keyServer = new KeyServer();
  keyServer.manner = "500";
  keyServer.keys = [pairs.EdDSA.jwk("one")];
  await using server = start({ jwks_public_endpoint: `${keyServer.url}/jwks` });
  const client = new Centrifuge(`ws://127.0.0.1:${server.port}/connection/websocket`, {
    token: await connectionToken(keyOf("EdDSA", "one"), { user: "ann" }),
  });
  const failed = new Promise<{ error: { code: number } }>((resolve) => client.on("error", resolve));
  const connected = new Promise((resolve) => client.on("connected", resolve));
  client.connect();
  expect((await failed).error.code).toBe(100);
  keyServer.manner = "keys";
  await connected;
  client.disconnect();
});

test("the address may be made of the issuer: each has its own keys", async () => {
  await using keyServer = new KeyServer((path) =>
    path === "/one/jwks" ? [pairs.RS256.jwk("k")] : [pairs.RS512.jwk("k")],
  );
  await using server = start({
    jwks_public_endpoint: `${keyServer.url}/{{tenant}}/jwks`,
    issuer_regex: "^https://(?P<tenant>one|two)\\.example$",
    user_id_claim: "uid",
  });
  const by = (pair: KeyPair, iss: string): string => pair.token({ uid: 42, iss }, "RS256", { kid: "k" });
  expect(await verdict(server.url, by(pairs.RS256, "https://one.example"))).toBe("in");
  expect(await verdict(server.url, by(pairs.RS512, "https://two.example"))).toBe("in");
  expect(await verdict(server.url, by(pairs.RS256, "https://two.example"))).toBe(3500);
  expect(await verdict(server.url, by(pairs.RS256, "https://three.example"))).toBe(3500);
  expect(keyServer.asked).toEqual(["/one/jwks", "/two/jwks"]);
});
