import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { commandFrame } from "../../src/protocols/centrifugo/protobuf/forms.test.ts";
import { mutatedBytes, relengthened } from "../fuzz/mutate-bytes.ts";
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

interface Target {
  /** Where the first fault ends the connection, those behind it would not be read. */
  readonly perConnection: number;
  readonly open: (url: string) => Promise<RawSocket>;
  /** A broken frame. */
  readonly spoilt: (random: Random) => string | Uint8Array;
  /** Sent behind the broken ones: its answer shows that all of them were read. */
  readonly last: { readonly frame: string | Uint8Array; readonly answer: string };
}

/** One of the frames, spoilt; at times in a binary frame. */
function spoiltText(good: readonly string[]): (random: Random) => string | Uint8Array {
  return (random) => {
    const spoilt = random(2) === 0 ? mutated : twisted;
    const text = spoilt(good[random(good.length)] ?? "", random);
    return random(8) === 0 ? Buffer.from(text, "latin1") : text;
  };
}

/** One of the commands, spoilt; at times in a text frame. */
function spoiltBytes(good: readonly object[]): (random: Random) => string | Uint8Array {
  const frames = good.map(commandFrame);
  return (random) => {
    const spoilt = random(2) === 0 ? mutatedBytes : relengthened;
    const bytes = spoilt(frames[random(frames.length)] ?? new Uint8Array(0), random);
    return random(8) === 0 ? Buffer.from(bytes).toString("latin1") : bytes;
  };
}

const centrifugoCommands: readonly object[] = [
  { id: 2, subscribe: { channel: "chat:a", recover: true, offset: 1, epoch: "e", flag: 1 } },
  { id: 3, subscribe: { channel: "shut:a", token: "e30.e30.e30" } },
  { id: 4, publish: { channel: "chat:a", data: { type: "a", data: {} } } },
  { id: 5, history: { channel: "chat:a", limit: 10, since: { offset: 1, epoch: "e" }, reverse: true } },
  { id: 6, presence: { channel: "chat:a" } },
  { id: 7, presence_stats: { channel: "chat:a" } },
  { id: 8, unsubscribe: { channel: "chat:a" } },
  { id: 9, sub_refresh: { channel: "shut:a", token: "x" } },
  { id: 1, connect: { token: token({ sub: "fuzz" }), subs: { news: { recover: true, offset: 1 } } } },
];

/** A client that has connected and, so that there is something to publish to, to read, and to leave, subscribed. */
const entry: readonly object[] = [
  { id: 1, connect: { token: token({ sub: "fuzz" }) } },
  { id: 2, subscribe: { channel: "chat:a" } },
];

const targets: Readonly<Record<string, Target>> = {
  centrifugo: {
    perConnection: 1,
    open: async (url) => {
      const socket = await openCentrifugo(url);
      for (const command of entry) socket.send(JSON.stringify(command));
      return socket;
    },
    spoilt: spoiltText(centrifugoCommands.map((command) => JSON.stringify(command))),
    last: { frame: JSON.stringify({ id: 4_242, unsubscribe: { channel: "x" } }), answer: '"id":4242' },
  },
  protobuf: {
    perConnection: 1,
    open: async (url) => {
      const socket = await openCentrifugo(url, { protocols: ["centrifuge-protobuf"] });
      for (const command of entry) socket.send(commandFrame(command));
      return socket;
    },
    spoilt: spoiltBytes(centrifugoCommands),
    last: {
      frame: commandFrame({ id: 4_242, presence: { channel: "no-such-namespace:a" } }),
      answer: "unknown channel",
    },
  },
};

async function attack(server: HostileServer, target: Target, random: Random): Promise<number> {
  const { spoilt, last, perConnection } = target;
  const until = performance.now() + patience;
  let sent = 0;
  while (sent < frames && performance.now() < until) {
    using socket = await target.open(server.url);
    for (let i = 0; i < perConnection; i += 1) {
      socket.send(spoilt(random));
      sent += 1;
    }
    socket.send(last.frame);
    await Promise.race([socket.having(last.answer), socket.closed]);
  }
  return sent;
}

describe.each(Object.entries(targets))("on the wire of %s", (_name, target) => {
  test("thousands of broken frames close who sends them, and nobody else", async () => {
    await using server = await HostileServer.start();
    expect(await attack(server, target, randomNumbers(seed))).toBeGreaterThan(500);
    await server.expectNobodyHurt();
    const health = await fetch(`${server.url}/health`);
    expect(health.status).toBe(200);
  });
});
