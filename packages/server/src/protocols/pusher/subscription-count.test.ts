import { expect, test } from "bun:test";
import { type Frame, TestWire } from "./test-wire.test.ts";

const event = "pusher_internal:subscription_count";

function startCounting(): TestWire {
  return new TestWire({ pusher: { subscriptionCount: true } });
}

/** The counts among frames. */
function counts(frames: readonly Frame[]): number[] {
  return frames.flatMap((frame) => {
    if (frame.event !== event) return [];
    const data = JSON.parse(String(frame.data)) as { readonly subscription_count: number };
    return [data.subscription_count];
  });
}

test("subscribers are told how many they are, once for many changes", () => {
  const wire = startCounting();
  const clients = Array.from({ length: 50 }, () => wire.open());
  for (const client of clients) client.subscribe("news");
  const [first, last] = [clients[0], clients.at(-1)];
  wire.clock.advance(500);
  expect(first?.take().at(-1)).toEqual({ event, channel: "news", data: '{"subscription_count":50}' });
  expect(counts(last?.take() ?? [])).toEqual([50]);
  last?.leave();
  expect(first?.take()).toEqual([]);
  wire.clock.advance(500);
  expect(counts(first?.take() ?? [])).toEqual([49]);
  wire.clock.advance(60_000);
  expect(counts(first?.take() ?? [])).toEqual([]);
});

test("who comes alone is told at once, and not a second time", () => {
  const wire = startCounting();
  const client = wire.open();
  expect(counts(client.subscribe("news"))).toEqual([1]);
  wire.clock.advance(500);
  expect(counts(client.take())).toEqual([]);
});

test("who comes for somebody who left is told although the count is the same", () => {
  const wire = startCounting();
  const [stays, leaves, comes] = [wire.open(), wire.open(), wire.open()];
  stays.subscribe("news");
  leaves.subscribe("news");
  wire.clock.advance(500);
  leaves.leave();
  comes.subscribe("news");
  wire.clock.advance(500);
  expect(counts(comes.take())).toEqual([2]);
});

test("above 100 subscribers they are told every five seconds", () => {
  const wire = startCounting();
  const clients = Array.from({ length: 101 }, () => wire.open());
  for (const client of clients) client.subscribe("news");
  const [first] = clients;
  wire.clock.advance(500);
  expect(counts(first?.take() ?? [])).toEqual([101]);
  for (let i = 0; i < 10; i += 1) {
    wire.open().subscribe("news");
    wire.clock.advance(1_000);
  }
  expect(counts(first?.take() ?? [])).toEqual([106, 111]);
});

test("encrypted channels, presence channels and users' own have none, and neither has an app without the option", () => {
  const wire = startCounting();
  const client = wire.open();
  client.signIn('{"id":"ann"}');
  client.join("presence-a", { user_id: "ann" });
  // pusher-java-client 2.4.4 would take it for cipher text, and throw.
  client.join("private-encrypted-a");
  client.join("private-encrypted-cache-a");
  client.subscribe("#server-to-user-ann");
  const without = new TestWire();
  const other = without.open();
  other.subscribe("news");
  wire.clock.advance(10_000);
  without.clock.advance(10_000);
  expect(counts([...client.take(), ...other.take()])).toEqual([]);
});
