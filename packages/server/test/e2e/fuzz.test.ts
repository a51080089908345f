import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { HostileServer } from "./hostile-server.ts";
import { openCentrifugo } from "./raw-centrifugo.ts";
import { openPusher, subscribeEvent } from "./raw-pusher.ts";
import type { RawSocket } from "./raw-socket.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(30_000);

/** What is broken is the same on every run. */
const seed = 0x7717;
const frames = 5_000;
/** A slow machine tries fewer of them. */
const patience = 5_000;

function randomNumbers(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const intruders = [
  "null",
  "[]",
  "{}",
  '""',
  "-1",
  "1e999",
  "99999999999999999999",
  "true",
  '"__proto__"',
  "\\ud800",
  "\u0000",
  "\n",
  '"',
  "\\",
];

/** A frame whose text has one to four faults. */
function mutated(frame: string, random: (below: number) => number): string {
  let text = frame;
  for (let faults = 1 + random(4); faults > 0; faults -= 1) {
    const at = random(text.length + 1);
    const intruder = intruders[random(intruders.length)] ?? "";
    const change = [
      () => text.slice(0, at),
      () => text.slice(0, at) + text.slice(at + 1 + random(5)),
      () => text.slice(0, at) + intruder + text.slice(at),
      () => text.slice(0, at) + String.fromCharCode(random(0x250)) + text.slice(at + 1),
      () => text.slice(0, at) + text.slice(random(text.length + 1)),
    ][random(5)];
    text = change?.() ?? text;
  }
  return text;
}

const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  2 ** 53,
  1e300,
  "",
  "__proto__",
  "private-a",
  "chat:a",
  "\u0000\ud800",
  "x".repeat(5_000),
  [],
  [[]],
  {},
  { __proto__: null, channel: "news" },
  { channel: { channel: {} } },
];

/** A frame that still is JSON: one of its values, however deep, has become another. */
function twisted(frame: string, random: (below: number) => number): string {
  const places = frame.match(/"[a-z_]+":/g) ?? [];
  const chosen = places[random(places.length)];
  const value = values[random(values.length)];
  const changed: unknown = JSON.parse(frame, (key, old: unknown) => (`"${key}":` === chosen ? value : old));
  return JSON.stringify(changed);
}

interface Target {
  /** Where the first fault ends the connection, those behind it would not be read. */
  readonly perConnection: number;
  readonly open: (url: string) => Promise<RawSocket>;
  readonly good: readonly string[];
  /** Sent behind the broken ones: its answer shows that all of them were read. */
  readonly last: { readonly frame: string; readonly answer: string };
}

const targets: Readonly<Record<string, Target>> = {
  pusher: {
    perConnection: 10,
    open: (url) => openPusher(url),
    good: [
      subscribeEvent("news", { auth: "" }),
      subscribeEvent("private-a", { auth: "test-key:00" }),
      subscribeEvent("presence-a", { auth: "test-key:00", channel_data: '{"user_id":"1"}' }),
      JSON.stringify({ event: "pusher:unsubscribe", data: { channel: "news" } }),
      JSON.stringify({ event: "pusher:signin", data: { auth: "test-key:00", user_data: '{"id":"1"}' } }),
      JSON.stringify({ event: "client-hi", channel: "private-a", data: { n: 1 } }),
      JSON.stringify({ event: "pusher:pong", data: {} }),
    ],
    last: { frame: JSON.stringify({ event: "pusher:ping", data: {} }), answer: "pusher:pong" },
  },
  centrifugo: {
    perConnection: 1,
    open: async (url) => {
      const socket = await openCentrifugo(url);
      socket.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "fuzz" }) } }));
      // So that there is something to publish to, to read, and to leave.
      socket.send(JSON.stringify({ id: 2, subscribe: { channel: "chat:a" } }));
      return socket;
    },
    good: [
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
    ],
    last: { frame: JSON.stringify({ id: 4_242, unsubscribe: { channel: "x" } }), answer: '"id":4242' },
  },
};

async function attack(
  server: HostileServer,
  target: Target,
  random: (below: number) => number,
): Promise<number> {
  const { good, last, perConnection } = target;
  const until = performance.now() + patience;
  let sent = 0;
  while (sent < frames && performance.now() < until) {
    using socket = await target.open(server.url);
    for (let i = 0; i < perConnection; i += 1) {
      const spoilt = random(2) === 0 ? mutated : twisted;
      const text = spoilt(good[random(good.length)] ?? "", random);
      socket.send(random(8) === 0 ? Buffer.from(text, "latin1") : text);
      sent += 1;
    }
    socket.send(last.frame);
    await Promise.race([socket.having(last.answer), socket.closed]);
  }
  return sent;
}

describe.each(Object.entries(targets))("on the %s wire", (_name, target) => {
  test("thousands of broken frames close who sends them, and nobody else", async () => {
    await using server = await HostileServer.start();
    expect(await attack(server, target, randomNumbers(seed))).toBeGreaterThan(500);
    await server.expectNobodyHurt();
    const health = await fetch(`${server.url}/health`);
    expect(health.status).toBe(200);
  });
});
