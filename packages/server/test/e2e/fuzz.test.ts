import { expect, setDefaultTimeout, test } from "bun:test";
import { mutated, twisted } from "../fuzz/mutate.ts";
import { randomNumbers, type Random } from "../fuzz/random.ts";
import { HostileServer } from "./hostile-server.ts";
import { openCentrifugo } from "./raw-centrifugo.ts";
import type { RawSocket } from "./raw-socket.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(30_000);

// The Pusher wire has a program of its own, in ../fuzz.

/** What is broken is the same on every run. */
const seed = 0x7717;
const frames = 5_000;
/** A slow machine tries fewer of them. */
const patience = 5_000;

async function open(url: string): Promise<RawSocket> {
  const socket = await openCentrifugo(url);
  socket.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "fuzz" }) } }));
  // So that there is something to publish to, to read, and to leave.
  socket.send(JSON.stringify({ id: 2, subscribe: { channel: "chat:a" } }));
  return socket;
}

const good = [
  JSON.stringify({
    id: 2,
    subscribe: { channel: "chat:a", recover: true, offset: 1, epoch: "e", flag: 1 },
  }),
  JSON.stringify({ id: 3, subscribe: { channel: "shut:a", token: "e30.e30.e30" } }),
  JSON.stringify({ id: 4, publish: { channel: "chat:a", data: { type: "a", data: {} } } }),
  JSON.stringify({
    id: 5,
    history: { channel: "chat:a", limit: 10, since: { offset: 1, epoch: "e" }, reverse: true },
  }),
  JSON.stringify({ id: 6, presence: { channel: "chat:a" } }),
  JSON.stringify({ id: 7, presence_stats: { channel: "chat:a" } }),
  JSON.stringify({ id: 8, unsubscribe: { channel: "chat:a" } }),
  JSON.stringify({ id: 9, sub_refresh: { channel: "shut:a", token: "x" } }),
  JSON.stringify({
    id: 1,
    connect: { token: token({ sub: "fuzz" }), subs: { news: { recover: true, offset: 1 } } },
  }),
];

/** Sent behind the broken one: its answer shows that it was read. The first fault ends the connection. */
const last = { frame: JSON.stringify({ id: 4_242, unsubscribe: { channel: "x" } }), answer: '"id":4242' };

async function attack(server: HostileServer, random: Random): Promise<number> {
  const until = performance.now() + patience;
  let sent = 0;
  while (sent < frames && performance.now() < until) {
    using socket = await open(server.url);
    const spoilt = random(2) === 0 ? mutated : twisted;
    const text = spoilt(good[random(good.length)] ?? "", random);
    socket.send(random(8) === 0 ? Buffer.from(text, "latin1") : text);
    sent += 1;
    socket.send(last.frame);
    await Promise.race([socket.having(last.answer), socket.closed]);
  }
  return sent;
}

test("thousands of broken frames on Centrifugo's wire close who sends them, and nobody else", async () => {
  await using server = await HostileServer.start();
  expect(await attack(server, randomNumbers(seed))).toBeGreaterThan(500);
  await server.expectNobodyHurt();
  const health = await fetch(`${server.url}/health`);
  expect(health.status).toBe(200);
});
