import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { CentrifugoPublisher, channelAuthorization, PublishError, PusherPublisher } from "@twinwire/backend";
import {
  centrifugoTarget,
  createPublisher,
  createSubscriber,
  fromCentrifuge,
  fromPusher,
  InvalidEventError,
  pusherTarget,
  type CentrifugeSubscription,
  type EventFault,
  type Publisher,
  type Received,
  type Source,
  type Subscription,
  type Target,
} from "@twinwire/events";
import { Centrifuge } from "centrifuge";
import Pusher, { type Channel } from "pusher-js";

import { token } from "../../server/test/e2e/tokens.ts";
import { Events } from "../../server/test/events.ts";
import { keys, startTestServer, type TestServer } from "../../server/test/server.ts";
import { catalogues, libraries } from "./catalogues.ts";

type Schemas = typeof catalogues.zod.schemas;

let server: TestServer;
beforeAll(() => {
  server = startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const publishers = {
  pusher: () => new PusherPublisher({ url: server.url, appId: keys.app.id, ...keys.app }),
  centrifugo: () => new CentrifugoPublisher({ url: server.url, apiKey: keys.apiKey }),
};

const targets = {
  "the Pusher API": () => pusherTarget(publishers.pusher()),
  "the Centrifugo API": () => centrifugoTarget(publishers.centrifugo()),
};

async function joinedCentrifuge(channel: string): Promise<CentrifugeSubscription> {
  const url = `ws://127.0.0.1:${server.port}/connection/websocket`;
  const centrifuge = new Centrifuge(url, { token: token({ sub: "ann" }) });
  ends.push(() => {
    centrifuge.disconnect();
  });
  centrifuge.connect();
  const joined = centrifuge.newSubscription(channel, { token: token({ sub: "ann", channel }) });
  joined.subscribe();
  await joined.ready();
  return joined;
}

async function joinedPusher(channel: string): Promise<Channel> {
  const pusher = new Pusher(keys.app.key, {
    cluster: "",
    wsHost: "127.0.0.1",
    wsPort: server.port,
    forceTLS: false,
    enabledTransports: ["ws"],
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, answer) => {
        answer(null, channelAuthorization(keys.app, socketId, channelName));
      },
    },
  });
  ends.push(() => {
    pusher.disconnect();
  });
  const joined = pusher.subscribe(channel);
  await new Promise<void>((resolve) => {
    joined.bind("pusher:subscription_succeeded", () => {
      resolve();
    });
  });
  return joined;
}

/** Channels that a client has joined. */
const clients = {
  "pusher-js": async (channel: string): Promise<Source> => fromPusher(await joinedPusher(channel)),
  centrifuge: async (channel: string): Promise<Source> => fromCentrifuge(await joinedCentrifuge(channel)),
};

/** What a subscriber heard, in order: events, and faults. */
class Ear {
  readonly heard = new Events<Received<Schemas> | EventFault>();
  readonly subscription: Subscription;

  constructor(source: Source, catalogue = catalogues.zod) {
    this.subscription = createSubscriber(catalogue, source, {
      any: (event) => {
        this.heard.push(event);
      },
      error: (fault) => {
        this.heard.push(fault);
      },
    });
  }
}

describe.each(Object.entries<() => Target>(targets))("published over %s", (_, target) => {
  describe.each(Object.entries(clients))("heard by %s", (_, join) => {
    test.each(libraries)("events declared with %s arrive as they were published", async (_, catalogue) => {
      const { heard } = new Ear(await join("lobby"), catalogue);
      const { publish } = createPublisher(catalogue, target());
      await publish("lobby", "camera.moved", { camera: { id: 7 }, at: "now" });
      await publish(["lobby", "attic"], "chat-message", { parts: [{ text: "line\nbreak" }, { text: "ё" }] });
      // Text that looks like another value stays text.
      for (const title of ["news", "12", "null", '{"a":1}', '"quoted"', ""])
        await publish("lobby", "title", title);
      await publish("lobby", "cleared", null);
      const events = [];
      for (let i = 0; i < 9; i += 1) events.push(await heard.next());
      expect(events).toMatchObject([
        { type: "camera.moved", data: { camera: { id: 7 }, at: "now" }, channel: "lobby" },
        { type: "chat-message", data: { parts: [{ text: "line\nbreak" }, { text: "ё" }] } },
        { type: "title", data: "news" },
        { type: "title", data: "12" },
        { type: "title", data: "null" },
        { type: "title", data: '{"a":1}' },
        { type: "title", data: '"quoted"' },
        { type: "title", data: "" },
        { type: "cleared", data: null },
      ]);
    });

    test("what is wrong is never sent; what another publisher sends wrong is told, and the next event comes", async () => {
      const { heard } = new Ear(await join("lobby"));
      const { publish } = createPublisher(catalogues.zod, target());
      const wrong = { camera: { id: "7" as unknown as number } };
      const refused: unknown = await publish("lobby", "camera.moved", wrong).catch((cause: unknown) => cause);
      expect(refused).toBeInstanceOf(InvalidEventError);
      expect(refused).toMatchObject({ issues: [{ path: "camera.id" }] });
      await target().send(["lobby"], { event: "camera.moved", data: wrong });
      await target().send(["lobby"], { event: "constructor", data: { x: 1 } });
      await publish("lobby", "title", "news");
      expect(await heard.next()).toMatchObject({
        kind: "invalid",
        type: "camera.moved",
        issues: [{ path: "camera.id" }],
        channel: "lobby",
      });
      expect(await heard.next()).toMatchObject({ type: "unknown", name: "constructor", data: { x: 1 } });
      expect(await heard.next()).toMatchObject({ type: "title", data: "news" });
    });
  });
});

test("after stop nothing is heard, while another subscriber of the same channel goes on", async () => {
  const { publish } = createPublisher(catalogues.zod, targets["the Pusher API"]());
  for (const join of Object.values(clients)) {
    const source = await join("lobby");
    const stopped = new Ear(source);
    const going = new Ear(source);
    await publish("lobby", "title", "first");
    await Promise.all([stopped.heard.next(), going.heard.next()]);
    stopped.subscription.stop();
    await publish("lobby", "title", "second");
    expect(await going.heard.next()).toMatchObject({ data: "second" });
    expect(stopped.heard.all).toHaveLength(1);
  }
});

test("a publication that is no event is unknown, whole to centrifuge, and as a message to pusher-js", async () => {
  const [pusher, centrifuge] = [await clients["pusher-js"]("lobby"), await clients.centrifuge("lobby")];
  const ears = [new Ear(pusher), new Ear(centrifuge)];
  const data = { type: "title", data: "news", more: 1 };
  await publishers.centrifugo().publish("lobby", data);
  const [first, second] = await Promise.all(ears.map(({ heard }) => heard.next()));
  expect(first).toMatchObject({ type: "unknown", name: "message", data });
  expect(second).toMatchObject({ type: "unknown", name: undefined, data });
});

test("a Pusher client's event is heard by both with its prefix, and not by itself", async () => {
  const channel = "private-attic";
  const speaker = await joinedPusher(channel);
  const ears = [new Ear(await clients["pusher-js"](channel)), new Ear(await clients.centrifuge(channel))];
  const own = new Ear(fromPusher(speaker));
  speaker.trigger("client-typing", { who: "ann" });
  for (const { heard } of ears)
    expect(await heard.next()).toMatchObject({
      type: "unknown",
      name: "client-typing",
      data: { who: "ann" },
    });
  await createPublisher(catalogues.zod, targets["the Pusher API"]()).publish(channel, "title", "news");
  expect(await own.heard.next()).toMatchObject({ type: "title" });
});

test("the connection that is left out hears nothing", async () => {
  const { publish } = createPublisher(catalogues.zod, targets["the Pusher API"]());
  const joined = await joinedPusher("lobby");
  const [leftOut, other] = [new Ear(fromPusher(joined)), new Ear(await clients["pusher-js"]("lobby"))];
  await publish("lobby", "title", "first", { socketId: joined.pusher.connection.socket_id });
  await publish("lobby", "title", "second");
  expect(await other.heard.next()).toMatchObject({ data: "first" });
  expect(await leftOut.heard.next()).toMatchObject({ data: "second" });
});

test("what the server refuses comes through as the publisher's own error", async () => {
  const wrongKey = new CentrifugoPublisher({ url: server.url, apiKey: "wrong" });
  const { publish }: Publisher<Schemas> = createPublisher(catalogues.zod, centrifugoTarget(wrongKey));
  const error: unknown = await publish("lobby", "title", "news").catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(PublishError);
});
