import { describe, expect, test } from "bun:test";
import type { Broker } from "../../core/broker.ts";
import { channelName } from "../../core/ids.ts";
import {
  everybody,
  kept,
  secret,
  signToken,
  testTokens,
  TestServer,
  type TestServerOptions,
} from "./test-server.test.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

interface Row {
  readonly title: string;
  readonly options?: TestServerOptions;
  readonly claims?: object;
  readonly token?: string;
  readonly subs?: object;
  readonly error?: number;
  readonly code?: number;
}

const personal = { personalChannel: (user: string) => channelName(`#${user}`) };

const refusals: readonly Row[] = [
  { title: "no token", code: 3501 },
  { title: "a token that is none", token: "x", code: 3500 },
  { title: "a token by a foreign key", token: signToken({ sub: "42" }, "foreign"), code: 3500 },
  { title: "a subscription token", claims: { sub: "42", channel: "a" }, code: 3500 },
  { title: "a token that has expired", claims: { sub: "42", exp: 1 }, error: 109 },
  { title: "a connection that is over by its token", claims: { sub: "42", expire_at: 1 }, error: 110 },
  {
    title: "an anonymous token where those are not wanted",
    options: { entry: { disallowAnonymousTokens: true } },
    claims: {},
    code: 3507,
  },
  {
    title: "any token where no key is configured",
    options: { entry: { tokens: undefined } },
    claims: {},
    code: 3500,
  },
  { title: "no token where no key is configured", options: { entry: { tokens: undefined } }, code: 3501 },
  {
    title: "a token channel in an unknown namespace",
    claims: { sub: "42", channels: ["nowhere:a"] },
    error: 102,
  },
  {
    title: "a token channel with a name that does not fit",
    claims: { sub: "42", channels: ["ü"] },
    error: 107,
  },
  {
    title: "a token channel that is a user's",
    claims: { sub: "42", channels: ["#server-to-user-42"] },
    error: 103,
  },
  {
    title: "too many token channels",
    options: { client: { channelLimit: 1 } },
    claims: { sub: "42", channels: ["a", "b"] },
    code: 3505,
  },
  { title: "a wish for an unknown namespace", claims: { sub: "42" }, subs: { "nowhere:a": {} }, code: 3501 },
];

describe("who is not let in", () => {
  test.each(refusals)("$title", ({ options, claims, token, subs, error, code }) => {
    const server = new TestServer(options);
    const client = server.open();
    const given = claims === undefined ? token : signToken(claims);
    client.send({ id: 1, connect: { ...(given === undefined ? {} : { token: given }), subs } });
    const replies = client.take();
    expect(client.closeCode).toBe(code as never);
    if (error === undefined) expect(replies).toEqual([]);
    else expect(replies).toMatchObject([{ id: 1, error: { code: error } }]);
    expect(server.app.size).toBe(0);
    expect(server.hub.channels.size).toBe(0);
    expect(server.refused.length).toBe(1);
    expect(server.defects).toEqual([]);
  });

  test("a command before connect, a second connect, a pong and a send before connect", () => {
    for (const first of [
      { id: 1, subscribe: { channel: "a" } },
      {},
      { send: { data: 1 } },
      { id: 1, ping: {} },
      { id: 1 },
      "x",
    ]) {
      const client = new TestServer().open();
      client.send(first);
      expect(client.closeCode).toBe(3501);
    }
    const client = new TestServer().connected("42");
    client.send({ id: 2, connect: { token: signToken({}) } });
    expect(client.closeCode).toBe(3501);
  });

  test("more connections of one user than the app allows; somebody without a user is not counted", () => {
    const server = new TestServer({ app: { userConnections: 1 } });
    const first = server.connected("42");
    const second = server.open();
    second.send({ id: 1, connect: { token: signToken({ sub: "42" }) } });
    expect(second.closeCode).toBe(3504);
    server.connected("");
    server.connected("");
    first.connection.gone("client", 1000);
    expect(server.connected("42").closeCode).toBeUndefined();
  });
});

describe("a connect that was answered with an error", () => {
  test("leaves the client five seconds to close, and takes no command", () => {
    const server = new TestServer();
    const expired = { id: 1, connect: { token: signToken({ exp: 1 }) } };
    const patient = server.open();
    const pushy = server.open();
    const pair = server.open();
    for (const client of [patient, pushy]) client.send(expired);
    pushy.send({ id: 2, connect: { token: signToken({}) } });
    expect(pushy.closeCode).toBe(3501);
    pair.send(expired, { id: 2, subscribe: { channel: "a" } });
    expect(pair.take()).toMatchObject([{ error: { code: 109 } }]);
    expect(pair.closeCode).toBe(3501);
    server.clock.advance(4_900);
    expect(patient.closeCode).toBeUndefined();
    server.clock.advance(2_000);
    expect(patient.closeCode).toBe(1000);
  });

  test("leaves nothing behind where a server-side subscription failed after the client was let in", () => {
    const server = new TestServer({ app: { presenceMembers: 1 } });
    const claims = { channels: ["a", "presence-room", "b"] };
    server.connected("1", claims);
    const client = server.open();
    client.send({ id: 1, connect: { token: signToken({ sub: "2", ...claims }) } });
    expect(client.take()).toEqual([{ id: 1, error: { code: 106, message: "limit exceeded" } }]);
    expect(server.app.size).toBe(1);
    expect(server.connections.ended).toEqual(["refused"]);
    expect(server.hub.channel(server.app, channelName("a"))?.subscribers).toBe(1);
    expect(server.hub.channel(server.app, channelName("b"))?.subscribers).toBe(1);
  });
});

describe("the connect reply", () => {
  function reply(options: TestServerOptions, claims: object, subs?: object): string {
    const server = new TestServer(options);
    const client = server.open();
    client.send({ id: 7, connect: { token: signToken(claims), name: "js", subs } });
    const [first, ...rest] = client.takeText();
    expect(rest.filter((text) => !text.startsWith('{"push"'))).toEqual([]);
    const id = (JSON.parse(first ?? "") as { connect?: { client: string } }).connect?.client ?? "";
    expect(id).toMatch(uuid);
    return first?.replace(id, "ID") ?? "";
  }

  test("says what there is, in the schema's order", () => {
    expect(reply({}, { sub: "42" })).toBe(
      '{"id":7,"connect":{"client":"ID","version":"1.2.3 test","ping":25,"pong":true}}',
    );
    expect(reply({ client: { includeServerTime: true, pingInterval: -1 } }, { exp: 1_700_000_600 })).toBe(
      '{"id":7,"connect":{"client":"ID","version":"1.2.3 test","expires":true,"ttl":600,"time":1700000000000}}',
    );
    expect(reply({ client: { pongTimeout: -1 } }, {})).toBe(
      '{"id":7,"connect":{"client":"ID","version":"1.2.3 test","ping":25}}',
    );
  });

  test("an insecure server lets everybody in, for ever", () => {
    const insecure = { entry: { insecure: true, tokens: undefined } };
    const client = new TestServer(insecure).open();
    client.send({ id: 1, connect: {} });
    expect(client.take()).toMatchObject([{ id: 1, connect: { pong: true } }]);
    expect(reply({ entry: { insecure: true } }, { exp: 1_700_000_600 })).not.toContain("expires");
  });

  test("no token lasts longer than a year", () => {
    expect(reply({}, { exp: 9_000_000_000 })).toContain('"ttl":31536000,');
  });

  test("has the subscriptions of the token, the personal channel, and the wishes that may be granted", () => {
    const options: TestServerOptions = {
      app: personal,
      namespaces: {
        kept: { history: kept, forceRecovery: true, subscribe: everybody },
        shut: {},
        users: { userLimited: true },
      },
    };
    const claims = { sub: "42", subs: { "private-x": { data: { n: 1 } }, "$shut:y": {} } };
    const subs = {
      "kept:a": {},
      "shut:a": {},
      "private-y": {},
      "$kept:a": {},
      "users:a#7,42": {},
      "users:a#7": {},
      "": {},
      [`kept:${"x".repeat(251)}`]: {},
    };
    const text = reply(options, claims, subs).replace(/"epoch":"[^"]+"/, '"epoch":"E"');
    expect((JSON.parse(text) as { connect: { subs: object } }).connect.subs).toEqual({
      "private-x": { data: { n: 1 } },
      "$shut:y": {},
      "#42": {},
      "kept:a": { recoverable: true, epoch: "E", positioned: true },
      "users:a#7,42": {},
    });
  });

  test("has thousands of wishes where nothing limits them", () => {
    const names = Array.from({ length: 5_000 }, (_, i) => [`open:${i}`, {}]);
    const options = { client: { channelLimit: 0 }, namespaces: { open: { subscribe: everybody } } };
    const text = reply(options, {}, Object.fromEntries(names) as object);
    expect(Object.keys((JSON.parse(text) as { connect: { subs: object } }).connect.subs).length).toBe(5_000);
  });

  test("waits for a broker that answers later, and hears nothing before it", async () => {
    const server = new TestServer({ namespaces: { open: { subscribe: everybody } } });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const broker: Broker = server.broker;
    broker.subscribe = () => promise;
    const [client, gone] = [server.open(), server.open()];
    const frame = JSON.stringify({
      id: 1,
      connect: { token: signToken({ channels: ["open:a", "open:b"] }) },
    });
    const waiting = [client, gone].map((one) => one.connection.receive(frame));
    gone.connection.gone("client", 1000);
    server.publish("open:a", "1");
    resolve(undefined);
    for (const one of waiting) await one;
    server.publish("open:b", "2");
    expect(client.take()).toMatchObject([
      { id: 1, connect: { subs: { "open:a": {}, "open:b": {} } } },
      { push: { channel: "open:b", pub: { data: 2 } } },
    ]);
    expect(gone.take()).toEqual([]);
    client.connection.gone("client", 1000);
    expect(server.hub.channels.size).toBe(0);
    expect(server.defects).toEqual([]);
  });

  test("recovers server-side subscriptions that the client knows", () => {
    const server = new TestServer({ namespaces: { kept: { history: kept, forceRecovery: true } } });
    const claims = { sub: "42", channels: ["kept:a"] };
    server.publish("kept:a", "1");
    const first = server.open();
    first.send({ id: 1, connect: { token: signToken(claims) } });
    const [welcome] = first.take() as {
      connect: { subs: Record<string, { epoch: string; offset: number }> };
    }[];
    const known = welcome?.connect.subs["kept:a"];
    expect(known).toMatchObject({ offset: 1 });
    first.connection.gone("client", 1000);
    server.publish("kept:a", "2");
    const again = server.open();
    again.send({
      id: 1,
      connect: { token: signToken(claims), subs: { "kept:a": { ...known, recover: true } } },
    });
    expect(again.take()).toMatchObject([
      {
        connect: {
          subs: {
            "kept:a": {
              publications: [{ data: 2, offset: 2 }],
              recovered: true,
              offset: 1,
              was_recovering: true,
            },
          },
        },
      },
    ]);
    server.publish("kept:a", "3");
    expect(again.take()).toEqual([{ push: { channel: "kept:a", pub: { data: 3, offset: 3 } } }]);
  });
});

describe("subscription tokens", () => {
  test("have keys of their own where those are configured", () => {
    const server = new TestServer({ entry: { subscriptionTokens: { ...testTokens, hmacSecret: "other" } } });
    const client = server.connected("42");
    const claims = { sub: "42", channel: "private-a" };
    client.send({ id: 2, subscribe: { channel: "private-a", token: signToken(claims, secret) } });
    client.send({ id: 3, subscribe: { channel: "private-a", token: signToken(claims, "other") } });
    expect(client.take()).toMatchObject([
      { id: 2, error: { code: 103 } },
      { id: 3, subscribe: {} },
    ]);
  });
});
