import { expect, setDefaultTimeout, test } from "bun:test";
import { recover, type Gap } from "@twinwire/pusher-recovery";
import type Pusher from "pusher-js";
import { PusherApi, CentrifugoApi } from "../../server/test/clients/apis.ts";
import { anonymousPusher as connect } from "../../server/test/clients/pusher-client.ts";
import { CuttableProxy } from "../../server/test/cuttable-proxy.ts";
import { Events } from "../../server/test/events.ts";
import { judge, publishThroughCuts } from "../../server/test/numbered.ts";
import { keys, startTestServer, type TestServer } from "../../server/test/server.ts";

setDefaultTimeout(120_000);

const channel = "private-story.a";

/** What the open channels of a namespace need for anonymous clients to recover there. */
const open = { allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true, allow_recovery: true };

/** History, and no `pusher_recovery`. */
function start(history = 5_000): TestServer {
  return startTestServer({
    apps: [
      {
        ...keys.app,
        public_channels: true,
        namespaces: { "private-story.": "story", "private-newest.": "newest" },
      },
    ],
    channel: {
      namespaces: [
        { name: "story", history_size: history, history_ttl: "60s", ...open },
        { name: "newest", history_size: 1, history_ttl: "60s", force_recovery_mode: "cache" },
      ],
    },
    client: {
      token: { hmac_secret_key: keys.hmac },
      allowed_origins: ["*"],
      recovery_max_publication_limit: 5_000,
    },
  });
}

interface Listening {
  readonly heard: Events<number>;
  readonly gaps: Events<Gap>;
  /** Each subscription that succeeded, of each connection. */
  readonly joined: Events<true>;
}

function listen(pusher: Pusher, name = channel): Listening {
  const listening: Listening = { heard: new Events(), gaps: new Events(), joined: new Events() };
  pusher
    .subscribe(name)
    .bind("pusher:subscription_succeeded", () => {
      listening.joined.push(true);
    })
    .bind("twinwire:gap", (gap: Gap) => {
      listening.gaps.push(gap);
    })
    .bind("n", ({ number }: { readonly number: number }) => {
      listening.heard.push(number);
    })
    .bind("client-n", ({ number }: { readonly number: number }) => {
      listening.heard.push(number);
    });
  return listening;
}

test.concurrent.each([1, 2, 3, 4, 5])(
  "every publication once, in order, through two cuts (seed %d)",
  async (seed) => {
    await using server = start();
    await using proxy = await CuttableProxy.start(server.port);
    const api = new PusherApi(server.port);
    const pusher = recover(connect(proxy.port));
    const { heard, joined } = listen(pusher);
    await joined.next();
    await publishThroughCuts({ seed, proxy, publish: (number) => api.publish(channel, "n", { number }) });
    await heard.first((number) => number === 1_000);
    pusher.disconnect();
    expect(judge(heard.all)).toEqual({ wrong: [], repeats: 0, repeated: 0 });
    expect(heard.all).toHaveLength(1_000);
  },
);

test("what was published before the first publication was heard, and after disconnect() too", async () => {
  await using server = start();
  const api = new PusherApi(server.port);
  const pusher = recover(connect(server.port));
  const { heard, joined } = listen(pusher);
  await joined.next();
  pusher.disconnect();
  await api.publish(channel, "n", { number: 1 });
  pusher.connect();
  await heard.first((number) => number === 1);
  await api.publish(channel, "n", { number: 2 });
  await heard.first((number) => number === 2);
  expect(heard.all).toEqual([1, 2]);
  pusher.disconnect();
});

test("a gap is told, and what comes later is heard", async () => {
  await using server = start(3);
  const api = new PusherApi(server.port);
  const pusher = recover(connect(server.port));
  const { heard, gaps, joined } = listen(pusher);
  await joined.next();
  pusher.disconnect();
  for (let number = 1; number <= 5; number += 1) await api.publish(channel, "n", { number });
  pusher.connect();
  expect(await gaps.next()).toEqual({ channel, reason: "history" });
  await api.publish(channel, "n", { number: 6 });
  await heard.first((number) => number === 6);
  expect(heard.all).toEqual([6]);
  pusher.disconnect();
});

test("client events: those of others come, its own do not, whichever of its connections sent them", async () => {
  await using server = start();
  const api = new PusherApi(server.port);
  const [pusher, other] = [recover(connect(server.port)), connect(server.port)];
  const mine = listen(pusher);
  const others = listen(other);
  await Promise.all([mine.joined.next(), others.joined.next()]);
  pusher.channel(channel).trigger("client-n", { number: 1 });
  await others.heard.first((number) => number === 1);
  await api.publish(channel, "n", { number: 2 }, { socket_id: pusher.connection.socket_id });
  pusher.disconnect();
  const witness = connect(server.port);
  const seen = listen(witness);
  await seen.joined.next();
  other.channel(channel).trigger("client-n", { number: 3 });
  await seen.heard.first((number) => number === 3);
  await api.publish(channel, "n", { number: 4 });
  await others.heard.first((number) => number === 4);
  pusher.connect();
  await mine.heard.first((number) => number === 4);
  expect(mine.heard.all).toEqual([3, 4]);
  expect(others.heard.all).toEqual([1, 2, 4]);
  pusher.disconnect();
  other.disconnect();
  witness.disconnect();
});

test("a channel that was left begins anew", async () => {
  await using server = start();
  const api = new PusherApi(server.port);
  const pusher = recover(connect(server.port));
  const first = listen(pusher);
  await first.joined.next();
  await api.publish(channel, "n", { number: 1 });
  await first.heard.first((number) => number === 1);
  pusher.unsubscribe(channel);
  for (;;) {
    const { body } = await api.get(`/channels/${channel}`);
    if ((body as { readonly occupied: boolean }).occupied === false) break;
  }
  await api.publish(channel, "n", { number: 2 });
  const second = listen(pusher);
  await second.joined.next();
  await api.publish(channel, "n", { number: 3 });
  await second.heard.first((number) => number === 3);
  expect(second.heard.all).toEqual([3]);
  pusher.disconnect();
});

test("a channel left and wanted again in one go is kept track of, as in React's strict mode", async () => {
  await using server = start();
  const api = new PusherApi(server.port);
  const pusher = recover(connect(server.port));
  const first = listen(pusher);
  await first.joined.next();
  const name = "story:open";
  pusher.subscribe(name);
  pusher.unsubscribe(name);
  const { heard, joined } = listen(pusher, name);
  await joined.next();
  pusher.disconnect();
  await api.publish(name, "n", { number: 1 });
  pusher.connect();
  await heard.first((number) => number === 1);
  expect(heard.all).toEqual([1]);
  pusher.disconnect();
});

test("a channel that keeps only its newest, subscribed to first, takes nothing from the others", async () => {
  await using server = start();
  const api = new PusherApi(server.port);
  const pusher = recover(connect(server.port));
  const newest = listen(pusher, "private-newest.a");
  await newest.joined.next();
  const { heard, joined } = listen(pusher);
  await joined.next();
  pusher.disconnect();
  await api.publish(channel, "n", { number: 1 });
  pusher.connect();
  await heard.first((number) => number === 1);
  pusher.disconnect();
});

test("a server that was started anew has another history: the channel is told of the gap", async () => {
  const first = start();
  await using proxy = await CuttableProxy.start(first.port);
  const pusher = recover(connect(proxy.port));
  const { heard, gaps, joined } = listen(pusher);
  await joined.next();
  await new PusherApi(first.port).publish(channel, "n", { number: 1 });
  await heard.first((number) => number === 1);
  await using second = start();
  proxy.lead(second.port);
  await first[Symbol.asyncDispose]();
  expect(await gaps.next()).toEqual({ channel, reason: "epoch" });
  await new PusherApi(second.port).publish(channel, "n", { number: 2 });
  await heard.first((number) => number === 2);
  expect(heard.all).toEqual([1, 2]);
  pusher.disconnect();
});

test("two clients on one page keep their own places", async () => {
  await using server = start();
  const api = new PusherApi(server.port);
  const [one, two] = [recover(connect(server.port)), recover(connect(server.port))];
  const [first, second] = [listen(one), listen(two)];
  await Promise.all([first.joined.next(), second.joined.next()]);
  one.disconnect();
  await api.publish(channel, "n", { number: 1 });
  await second.heard.first((number) => number === 1);
  one.connect();
  await first.heard.first((number) => number === 1);
  await api.publish(channel, "n", { number: 2 });
  await Promise.all([first, second].map(({ heard }) => heard.first((number) => number === 2)));
  expect([first.heard.all, second.heard.all]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  one.disconnect();
  two.disconnect();
});

test("clients with and without it, and Centrifugo's publications, share a channel; frames of the others stay as they are", async () => {
  await using server = start();
  const [plain, pusher] = [connect(server.port), recover(connect(server.port))];
  const frames: string[] = [];
  plain.connection.bind("connected", () => {
    const { transport } = plain.connection.connection as unknown as {
      readonly transport: { bind(event: string, heard: (message: { readonly data: string }) => void): void };
    };
    transport.bind("message", ({ data }) => {
      frames.push(data);
    });
  });
  const [without, having] = [listen(plain), listen(pusher)];
  await Promise.all([without.joined.next(), having.joined.next()]);
  await new CentrifugoApi(server.port).call("publish", { channel, data: { type: "n", data: { number: 1 } } });
  await Promise.all([without, having].map(({ heard }) => heard.first((number) => number === 1)));
  const succeeded = `{"event":"pusher_internal:subscription_succeeded","channel":"${channel}","data":"{}"}`;
  expect(frames).toContain(succeeded);
  expect(frames).toContain(`{"event":"n","channel":"${channel}","data":"{\\"number\\":1}"}`);
  plain.disconnect();
  pusher.disconnect();
});

test("on a server that knows nothing of positions, all is as without it", async () => {
  const asked = new Events<unknown>();
  const plain = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no")),
    websocket: {
      open(ws) {
        const data = JSON.stringify({ socket_id: "1.2", activity_timeout: 120 });
        ws.send(JSON.stringify({ event: "pusher:connection_established", data }));
      },
      message(ws, text) {
        const { event, data } = JSON.parse(String(text)) as { event: string; data: { channel: string } };
        if (event !== "pusher:subscribe") return;
        asked.push(data);
        const frame = { channel: data.channel, event: "pusher_internal:subscription_succeeded", data: "{}" };
        ws.send(JSON.stringify(frame));
        // The same twice, with what looks like a position in its data: both are heard.
        for (let i = 0; i < 2; i += 1)
          ws.send(
            JSON.stringify({ channel: data.channel, event: "n", data: { number: 1, offset: 1, epoch: "e" } }),
          );
        ws.send(JSON.stringify({ channel: data.channel, event: "n", data: { number: 2 } }));
      },
    },
  });
  const pusher = recover(connect(plain.port ?? 0));
  const { heard } = listen(pusher);
  await heard.first((number) => number === 2);
  expect(heard.all).toEqual([1, 1, 2]);
  pusher.disconnect();
  await plain.stop(true);
});
