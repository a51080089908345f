import { describe, expect, test } from "bun:test";
import { CentrifugeClient, CentrifugoApi, PusherClient } from "../clients.ts";
import { keys, startTestServer, type TestServer } from "../server.ts";
import { Application } from "./application.ts";
import { Following } from "./following.ts";
import { Scrape } from "./scrape.ts";

const asked = {
  publish_proxy_enabled: true,
  allow_subscribe_for_client: true,
  allow_subscribe_for_anonymous: true,
  allow_history_for_subscriber: true,
  history_size: 10,
  history_ttl: "60s",
  allowed_delta_types: ["fossil"],
};

interface Options {
  readonly proxy?: object;
  readonly app?: object;
}

function serverFor(application: Application, { proxy = {}, app = {} }: Options = {}): TestServer {
  return startTestServer({
    prometheus: { enabled: true },
    apps: [{ ...keys.app, public_channels: true, ...app }],
    channel: {
      proxy: { publish: application.proxy("publish", proxy) },
      without_namespace: { publish_proxy_enabled: true, allow_subscribe_for_client: true },
      namespaces: [
        { name: "asked", ...asked },
        { name: "object", ...asked, publication_data_format: "json_object" },
        { name: "free", allow_subscribe_for_client: true, allow_publish_for_client: true },
      ],
    },
  });
}

/** Somebody who publishes and somebody who hears, in a channel. */
async function pair(
  server: TestServer,
  channel = "asked:a",
): Promise<readonly [CentrifugeClient, CentrifugeClient]> {
  const clients = [
    await CentrifugeClient.connect(server.port, { user: "ann" }),
    await CentrifugeClient.connect(server.port, { user: "bob" }),
  ] as const;
  for (const client of clients) expect(await client.join(channel)).toBe("done");
  return clients;
}

function endAll(...clients: readonly CentrifugeClient[]): void {
  for (const { centrifuge } of clients) centrifuge.disconnect();
}

describe("field of the result → what subscribers hear and the history has", () => {
  const history = async (server: TestServer): Promise<unknown> => {
    const { body } = await new CentrifugoApi(server.port).call("history", { channel: "asked:a", limit: 10 });
    return (body as { result: { publications: readonly { data: unknown }[] } }).result.publications.map(
      ({ data }) => data,
    );
  };
  const base64 = (text: string): string => Buffer.from(text).toString("base64");

  test.each<[string, object, unknown, unknown]>([
    ["an empty result", { result: {} }, { n: 1 }, [{ n: 1 }]],
    ["no result", {}, { n: 1 }, [{ n: 1 }]],
    ["data", { result: { data: { other: 2 } } }, { other: 2 }, [{ other: 2 }]],
    ["data null", { result: { data: null } }, { n: 1 }, [{ n: 1 }]],
    ["b64data, which wins", { result: { data: 1, b64data: base64('{"b":3}') } }, { b: 3 }, [{ b: 3 }]],
    ["skip_history", { result: { skip_history: true } }, { n: 1 }, []],
  ])("%s", async (_, answer, heard, kept) => {
    await using application = new Application({ publish: answer });
    await using server = serverFor(application);
    const [ann, bob] = await pair(server);
    expect(await ann.publish("asked:a", { n: 1 })).toBe("done");
    expect(await bob.heard.next()).toMatchObject({ data: heard, user: "ann" });
    expect(await history(server)).toEqual(kept as unknown[]);
    endAll(ann, bob);
  });

  test("tags", async () => {
    await using application = new Application({ publish: { result: { tags: { kind: "x" } } } });
    await using server = serverFor(application);
    const [ann, bob] = await pair(server);
    await ann.publish("asked:a", 1);
    expect(await bob.frames.first((text) => text.includes('"pub"'))).toContain('"tags":{"kind":"x"}');
    endAll(ann, bob);
  });

  test("delta: who asked for it is told what has changed", async () => {
    let delta = false;
    await using application = new Application({ publish: () => ({ result: { delta } }) });
    await using server = serverFor(application);
    const [ann, bob] = await pair(server);
    using follower = await Following.start(server.port, "asked:a", { delta: "fossil" });
    const texts = [1, 2, 3].map((n) => JSON.stringify(`the same words again and again, and the number ${n}`));
    for (const text of texts) {
      await ann.publish("asked:a", JSON.parse(text));
      await follower.until(text);
      delta = true;
    }
    const pushes = follower.frames.filter((frame) => frame.includes('"pub"'));
    expect(pushes.map((frame) => frame.includes('"delta":true'))).toEqual([false, true, true]);
    expect(follower.all.map(({ text }) => text)).toEqual(texts);
    endAll(ann, bob);
  });

  test("idempotency_key and version: what is told again is passed over", async () => {
    let answer: object = { result: { idempotency_key: "k" } };
    await using application = new Application({ publish: () => answer });
    await using server = serverFor(application);
    const [ann, bob] = await pair(server);
    await ann.publish("asked:a", 1);
    await ann.publish("asked:a", 2);
    answer = { result: { version: 5 } };
    await ann.publish("asked:a", 3);
    answer = { result: { version: 4 } };
    await ann.publish("asked:a", 4);
    answer = { result: {} };
    await ann.publish("asked:a", 5);
    await bob.heard.first(({ data }) => data === 5);
    expect(bob.heard.all.map(({ data }) => data)).toEqual([1, 3, 5]);
    endAll(ann, bob);
  });
});

test.each<[string, string, object | Response, number]>([
  ["error", "asked:a", { error: { code: 1001, message: "no" } }, 1001],
  ["garbage", "asked:a", { result: [] }, 100],
  ["tags that are none", "asked:a", { result: { tags: { a: 1 } } }, 100],
  ["data of another format", "object:a", { result: { data: 5 } }, 100],
])("refused by %s", async (_, channel, answer, code) => {
  await using application = new Application({ publish: answer });
  await using server = serverFor(application);
  const [ann, bob] = await pair(server, channel);
  expect(await ann.publish(channel, { n: 1 })).toBe(code);
  application.on("publish", { result: {} });
  await ann.publish(channel, { n: 2 });
  expect(await bob.heard.next()).toMatchObject({ data: { n: 2 } });
  endAll(ann, bob);
});

test("the application is told who publishes what; numbers stay as they are written", async () => {
  await using application = new Application({ publish: { result: {} } });
  await using server = serverFor(application);
  const [ann, bob] = await pair(server);
  await ann.publish("asked:a", { a: 1 });
  const { body } = await application.call("publish");
  expect(body).toEqual({
    client: ann.clientId,
    transport: "websocket",
    protocol: "json",
    encoding: "json",
    data: { a: 1 },
    user: "ann",
    channel: "asked:a",
  });
  endAll(ann, bob);
});

describe("B5: the proxy is asked for both wires, and client_events still applies", () => {
  test("a Pusher client's event, as others hear it", async () => {
    await using application = new Application({ publish: { result: {} } });
    await using server = serverFor(application);
    await using ann = await PusherClient.connect(server.port, { user: "ann" });
    await using bob = await CentrifugeClient.connect(server.port, { user: "bob" });
    for (const client of [ann, bob]) expect(await client.join("presence-a")).toBe("done");
    expect(await ann.say("presence-a", "typing", { on: true })).toBe("done");
    expect(await bob.heard.next()).toMatchObject({ event: "client-typing", data: { on: true } });
    expect((await application.call("publish")).body).toMatchObject({
      user: "ann",
      channel: "presence-a",
      data: { type: "client-typing", data: { on: true } },
    });
    expect((await application.call("publish")).text).not.toContain(ann.socketId);
  });

  test("rewritten, refused, disconnected: on either wire", async () => {
    await using application = new Application({
      publish: ({ body }) => {
        const { data } = body["data"] as { data: string };
        if (data === "rewrite") return { result: { data: { type: "client-other", data: "new" } } };
        if (data === "refuse") return { error: { code: 1000, message: "not now" } };
        return data === "end" ? { disconnect: { code: 4500, reason: "banned" } } : { result: {} };
      },
    });
    await using server = serverFor(application);
    await using ann = await PusherClient.connect(server.port, { user: "ann" });
    await using bob = await CentrifugeClient.connect(server.port, { user: "bob" });
    await using eve = await PusherClient.connect(server.port, { user: "eve" });
    for (const client of [ann, bob, eve]) expect(await client.join("private-a")).toBe("done");
    expect(await ann.say("private-a", "x", "refuse")).toBe(4009);
    expect(ann.messages.all.find(({ event }) => event === "pusher:error")?.data).toMatchObject({
      message: "not now",
    });
    expect(await bob.say("private-a", "x", "refuse")).toBe(1000);
    expect(await ann.say("private-a", "x", "rewrite")).toBe("done");
    expect(await bob.say("private-a", "y", "rewrite")).toBe("done");
    expect(await eve.heard.next()).toMatchObject({ event: "client-other", data: "new" });
    expect(await eve.heard.next()).toMatchObject({ event: "client-other", data: "new" });
    void ann.say("private-a", "x", "end");
    // Its own number is Centrifugo's alone (B9).
    expect(await ann.closed).toBe(4009);
    void bob.say("private-a", "x", "end");
    expect((await bob.closed).code).toBe(4500);
  });

  test("without client_events, without a subscription, or on channels of nobody's, nobody is asked", async () => {
    await using application = new Application({ publish: { result: {} } });
    await using server = serverFor(application, { app: { client_events: false } });
    await using ann = await PusherClient.connect(server.port, { user: "ann" });
    await using bob = await CentrifugeClient.connect(server.port, { user: "bob" });
    for (const client of [ann, bob]) {
      expect(await client.join("private-a")).toBe("done");
      expect(await client.say("private-a", "x", 1)).not.toBe("done");
      expect(await client.say("private-other", "x", 1)).not.toBe("done");
      expect(await client.join("private-encrypted-a")).toBe("done");
      expect(await client.say("private-encrypted-a", "x", 1)).not.toBe("done");
      expect(await client.say("#server-to-user-ann", "x", 1)).not.toBe("done");
    }
    expect(await ann.say("lobby", "x", 1)).not.toBe("done");
    expect(await bob.publish("free:a", 1)).toBe("done");
    expect(application.calls.all).toEqual([]);
  });

  test("on open channels the proxy's word is enough: with a namespace on both wires, without one for Centrifugo", async () => {
    await using application = new Application({ publish: { result: {} } });
    await using server = serverFor(application);
    await using ann = await PusherClient.connect(server.port, { user: "ann" });
    await using bob = await CentrifugeClient.connect(server.port, { user: "bob" });
    for (const client of [ann, bob]) expect(await client.join("asked:a")).toBe("done");
    expect(await ann.say("asked:a", "x", 1)).toBe("done");
    expect(await bob.publish("lobby", 1)).toBe("done");
    expect(application.bodies("publish")).toHaveLength(2);
    expect(
      (await Scrape.of(server.url)).value("twinwire_proxy_answers_total", { proxy: "channel.proxy.publish" }),
    ).toBe(2);
  });
});
