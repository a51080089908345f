import { expect, test } from "bun:test";
import { outline, type TestClient, TestWire } from "./test-wire.test.ts";

const succeeded = "pusher_internal:subscription_succeeded";

/** Sends a subscribe that may have to wait. */
function joining(client: TestClient, channel: string): Promise<void> | void {
  const channelData = JSON.stringify({ user_id: "ann" });
  const auth = client.sign(`${channel}:${channelData}`);
  const data = { channel, auth, channel_data: channelData };
  return client.connection.receive(JSON.stringify({ event: "pusher:subscribe", data }));
}

/** Joins and leaves a presence channel as often as that is done at once. */
function goingInAndOut(client: TestClient, times: number): void {
  for (let i = 0; i < times; i += 1) {
    expect(joining(client, "presence-a")).toBeUndefined();
    client.say("pusher:unsubscribe", { channel: "presence-a" });
  }
  client.take();
}

test("who leaves and joins presence channels in turn waits for the next second", async () => {
  const wire = new TestWire({ pusher: { presenceRejoinsPerSecond: 3 } });
  const watcher = wire.open();
  watcher.join("presence-a", { user_id: "bob" });
  const client = wire.open();
  goingInAndOut(client, 3);
  watcher.take();
  const waiting = joining(client, "presence-a");
  expect(waiting).toBeInstanceOf(Promise);
  wire.clock.advance(999);
  await Promise.resolve();
  expect(watcher.take()).toEqual([]);
  wire.clock.advance(1);
  await waiting;
  expect(outline(client.take())).toEqual([succeeded]);
  expect(outline(watcher.take())).toEqual(["pusher_internal:member_added"]);
  goingInAndOut(wire.open(), 3);
});

test("who is closed while it waits joins nothing", async () => {
  const wire = new TestWire({ pusher: { presenceRejoinsPerSecond: 1 } });
  const client = wire.open();
  goingInAndOut(client, 1);
  const waiting = joining(client, "presence-a");
  client.leave();
  wire.clock.advance(1_000);
  await waiting;
  expect(client.take()).toEqual([]);
  expect(wire.hub.channels.size).toBe(0);
});

test.each([0, 3])("a limit of %d holds up nobody who joins many, or leaves other channels", (limit) => {
  const wire = new TestWire({ pusher: { presenceRejoinsPerSecond: limit } });
  const client = wire.open();
  for (let i = 0; i < 20; i += 1) expect(joining(client, `presence-${i}`)).toBeUndefined();
  for (let i = 0; i < 20; i += 1) {
    expect(outline(client.subscribe("news"))).toEqual([succeeded]);
    client.say("pusher:unsubscribe", { channel: "news" });
  }
  expect(joining(client, "presence-b")).toBeUndefined();
  if (limit === 0) goingInAndOut(client, 20);
});
