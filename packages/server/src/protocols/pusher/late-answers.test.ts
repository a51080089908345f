import { expect, test } from "bun:test";
import type { Broker } from "../../core/broker.ts";
import { outline, TestWire } from "./test-wire.test.ts";

/** The same broker, which answers in a later turn, as one on another machine does. */
function late(broker: Broker): Broker {
  return {
    open: (listener) => broker.open(listener),
    close: () => broker.close(),
    subscribe: async (key) => broker.subscribe(key),
    unsubscribe: async (key) => broker.unsubscribe(key),
    publish: async (key, draft, keeping) => broker.publish(key, draft, keeping),
    history: async (key, query, bounds) => broker.history(key, query, bounds),
    removeHistory: async (key) => broker.removeHistory(key),
    cached: async (key) => broker.cached(key),
    addPresence: async (key, entry, limit) => broker.addPresence(key, entry, limit),
    removePresence: async (key, client) => broker.removePresence(key, client),
    presence: async (key) => broker.presence(key),
    members: async (key) => broker.members(key),
    headcount: async (key) => broker.headcount(key),
    beat: async (node) => broker.beat(node),
    announce: async (change) => broker.announce(change),
    control: async (control) => broker.control(control),
  };
}

const succeeded = "pusher_internal:subscription_succeeded";

function subscribing(channel: string, more: object = {}): string {
  return JSON.stringify({ event: "pusher:subscribe", data: { channel, ...more } });
}

test("a join waits for the broker, and then is told like any other", async () => {
  const wire = new TestWire({ through: late });
  const client = wire.open();
  client.take();
  const auth = client.sign('presence-cache-a:{"user_id":"ann"}');
  const data = { auth, channel_data: '{"user_id":"ann"}' };
  const waiting = client.connection.receive(subscribing("presence-cache-a", data));
  expect(waiting).toBeInstanceOf(Promise);
  expect(client.take()).toEqual([]);
  await waiting;
  expect(outline(client.take())).toEqual([succeeded, "pusher:cache_miss"]);
  await client.connection.receive(subscribing("presence-cache-a"));
  expect(outline(client.take())).toEqual([succeeded]);
});

test("who is gone before the broker answers leaves nothing behind", async () => {
  const wire = new TestWire({ through: late });
  const client = wire.open();
  const waiting = client.connection.receive(subscribing("news"));
  client.leave();
  await waiting;
  expect(wire.hub.channels.size).toBe(0);
  expect(wire.counted).toEqual(["closed client"]);
});

test("a broker that fails refuses the join, and the client stays", async () => {
  const failing = (broker: Broker): Broker => ({
    ...late(broker),
    subscribe: () => Promise.reject(new Error("away")),
  });
  const wire = new TestWire({ through: failing });
  const client = wire.open();
  client.take();
  await client.connection.receive(subscribing("news"));
  expect(outline(client.take())).toEqual(["pusher:error 4300", "pusher:subscription_error 500"]);
  expect(wire.counted).toEqual(["defect join", "pusher internal"]);
  await client.connection.receive('{"event":"pusher:ping"}');
  expect(outline(client.take())).toEqual(["pusher:pong"]);
});
