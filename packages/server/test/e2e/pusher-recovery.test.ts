import { expect, setDefaultTimeout, test } from "bun:test";
import { Centrifuge } from "centrifuge";
import type Pusher from "pusher-js";
import { Events } from "../events.ts";
import { judge, publishThroughCuts, recoveringConfig } from "../numbered.ts";
import { keys, startTestServer } from "../server.ts";
import { CuttableProxy } from "../cuttable-proxy.ts";
import { PusherApi } from "../clients/apis.ts";
import { anonymousPusher as connect } from "../clients/pusher-client.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(120_000);

const channel = "private-token.x";
const config = {
  ...recoveringConfig("private-token.", keys.app),
  client: {
    token: { hmac_secret_key: keys.hmac },
    allowed_origins: ["*"],
    recovery_max_publication_limit: 5_000,
  },
};

async function joined(pusher: Pusher, heard: Events<number>): Promise<void> {
  const joining = pusher.subscribe(channel);
  joining.bind("n", ({ number }: { readonly number: number }) => {
    heard.push(number);
  });
  await new Promise<void>((resolve) => {
    joining.bind("pusher:subscription_succeeded", () => {
      resolve();
    });
  });
}

test.concurrent.each([1, 2, 3, 4, 5])(
  "pusher-js, cut off, misses nothing of 1,000 publications (seed %d)",
  async (seed) => {
    await using server = startTestServer(config);
    await using proxy = await CuttableProxy.start(server.port);
    const api = new PusherApi(server.port);
    const heard = new Events<number>();
    const pusher = connect(proxy.port);
    await joined(pusher, heard);
    await publishThroughCuts({ seed, proxy, publish: (number) => api.publish(channel, "n", { number }) });
    await heard.first((number) => number === 1_000);
    pusher.disconnect();
    const { wrong, repeats, repeated } = judge(heard.all);
    process.stdout.write(
      `seed ${seed}: ${heard.all.length} heard, ${repeats} repeats of ${repeated} in all\n`,
    );
    expect(wrong).toEqual([]);
    expect(new Set(heard.all).size).toBe(1_000);
    expect(repeats).toBeLessThanOrEqual(4);
  },
);

test("pusher-js that disconnects by itself, and a connection of its own user beside it, get nothing twice", async () => {
  await using server = startTestServer(config);
  const api = new PusherApi(server.port);
  const heard = new Events<number>();
  const pusher = connect(server.port);
  await joined(pusher, heard);
  await api.publish(channel, "n", { number: 1 });
  await heard.first((number) => number === 1);
  pusher.disconnect();
  // The server has taken note once nobody is there.
  for (;;) {
    const { body } = await api.get(`/channels/${channel}`);
    if ((body as { readonly occupied: boolean }).occupied === false) break;
  }
  await api.publish(channel, "n", { number: 2 });
  const again = new Events<number>();
  const second = connect(server.port);
  await joined(second, again);
  const third = connect(server.port);
  await joined(third, new Events());
  await api.publish(channel, "n", { number: 3 });
  await again.first((number) => number === 3);
  expect(again.all).toEqual([3]);
  second.disconnect();
  third.disconnect();
});

test("a Centrifugo client on the same channel hears each publication once, and the Pusher one is alone all the same", async () => {
  await using server = startTestServer(config);
  await using proxy = await CuttableProxy.start(server.port);
  const api = new PusherApi(server.port);
  const seen = new Events<number>();
  const centrifuge = new Centrifuge(`ws://127.0.0.1:${server.port}/connection/websocket`, {
    token: token({ sub: "cid" }),
  });
  const subscription = centrifuge.newSubscription(channel, { token: token({ sub: "cid", channel }) });
  subscription.on("publication", ({ data }) => {
    seen.push((data as { readonly data: { readonly number: number } }).data.number);
  });
  const subscribed = new Promise<void>((resolve) => {
    subscription.on("subscribed", () => {
      resolve();
    });
  });
  subscription.subscribe();
  centrifuge.connect();
  await subscribed;
  const heard = new Events<number>();
  const pusher = connect(proxy.port);
  await joined(pusher, heard);
  await api.publish(channel, "n", { number: 1 });
  await heard.first((number) => number === 1);
  const lost = proxy.freeze();
  await api.publish(channel, "n", { number: 2 });
  await api.publish(channel, "n", { number: 3 });
  lost.serverNotices();
  lost.clientNotices();
  await heard.first((number) => number === 3);
  await api.publish(channel, "n", { number: 4 });
  await Promise.all([heard, seen].map((one) => one.first((number) => number === 4)));
  expect(seen.all).toEqual([1, 2, 3, 4]);
  expect(judge(heard.all).wrong).toEqual([]);
  expect(new Set(heard.all)).toEqual(new Set([1, 2, 3, 4]));
  pusher.disconnect();
  centrifuge.disconnect();
});

test("more than a client may leave unread is not sent at once: it is told of the gap, and stays", async () => {
  await using server = startTestServer({
    ...config,
    client: { ...config.client, queue_max_size: 100_000 },
  });
  await using proxy = await CuttableProxy.start(server.port);
  const api = new PusherApi(server.port);
  const heard = new Events<number>();
  const gaps = new Events<unknown>();
  const pusher = connect(proxy.port);
  await joined(pusher, heard);
  pusher.channel(channel).bind("twinwire:gap", (gap: unknown) => {
    gaps.push(gap);
  });
  const lost = proxy.freeze();
  lost.serverNotices();
  for (let number = 1; number <= 20; number += 1)
    await api.publish(channel, "n", { number, more: "x".repeat(9_000) });
  lost.clientNotices();
  expect(await gaps.next()).toEqual({ channel, reason: "limit" });
  await api.publish(channel, "n", { number: 21 });
  await heard.first((number) => number === 21);
  expect(heard.all).toEqual([21]);
  pusher.disconnect();
});
