import { connectPusher } from "../e2e/raw-pusher.ts";
import { Scrape } from "../e2e/scrape.ts";
import { pusherFrame, pusherSignIn } from "./pusher-frames.ts";
import { pusherRequest } from "./pusher-requests.ts";
import { randomNumbers, type Random } from "./random.ts";
import { StreamWatchers } from "./stream-watchers.ts";

export interface FuzzOrder {
  readonly url: string;
  readonly seed: number;
  readonly frames: number;
  readonly requests: number;
}

/** What came of it. */
export interface FuzzReport {
  readonly frames: number;
  readonly requests: number;
  readonly seconds: number;
  /** Answers of the API by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests whose answer was 5xx or no JSON, as they were sent. */
  readonly wrong: readonly string[];
  /** What was refused or closed, by source and reason. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly defects: number;
  /** Bytes of the process after the first half, and after the second. */
  readonly memory: readonly [number, number];
  /** Numbers of the stream, and what each watcher heard of it. */
  readonly published: number;
  readonly heard: readonly (readonly number[])[];
  /** Pusher connections, subscriptions and channels that are left when everybody has gone. */
  readonly left: readonly number[];
}

const sockets = 6;
const callers = 24;
/** Frames before the server is asked whether it has read them. */
const pipelined = 100;
const ping = '{"event":"pusher:ping","data":{}}';

/** Sends mutated frames and requests to a server whose keys are the tests' own. */
export async function fuzzPusher({ url, seed, frames, requests }: FuzzOrder): Promise<FuzzReport> {
  const started = performance.now();
  const before = await Scrape.of(url);
  const statuses: Record<string, number> = {};
  const wrong: string[] = [];
  const memory: number[] = [];
  let watched: Awaited<ReturnType<StreamWatchers["end"]>>;
  {
    await using watchers = await StreamWatchers.of(url);
    for (const half of [0, 1]) {
      const lanes: Promise<void>[] = [];
      for (let i = 0; i < sockets; i += 1)
        lanes.push(sendFrames(url, Math.ceil(frames / 2 / sockets), randomNumbers(seed + 2 * i + half)));
      for (let i = 0; i < callers; i += 1) {
        const random = randomNumbers(seed + 1_000 + 2 * i + half);
        lanes.push(sendRequests({ url, statuses, wrong }, Math.ceil(requests / 2 / callers), random));
      }
      await Promise.all(lanes);
      memory.push((await Scrape.of(url)).value("process_resident_memory_bytes"));
    }
    watched = await watchers.end();
  }
  const left = await leftBehind(url);
  const after = await Scrape.of(url);
  return {
    frames: sockets * Math.ceil(frames / 2 / sockets) * 2,
    requests: callers * Math.ceil(requests / 2 / callers) * 2,
    seconds: (performance.now() - started) / 1_000,
    statuses,
    wrong,
    refusals: after.grownSince(before),
    defects: after.defects,
    memory: [memory[0] ?? 0, memory[1] ?? 0],
    ...watched,
    left,
  };
}

/** One connection after another: what ends a connection is the last that is sent on it. */
async function sendFrames(url: string, count: number, random: Random): Promise<void> {
  for (let sent = 0; sent < count;) {
    const { socket: opened, socketId } = await connectPusher(url);
    using socket = opened;
    for (let rounds = 1 + random(8); rounds > 0 && sent < count; rounds -= 1) {
      const many = Math.min(pipelined, count - sent);
      for (let i = 0; i < many; i += 1) socket.send(pusherFrame(socketId, random));
      sent += many;
      socket.send(ping);
      await Promise.race([socket.having("pusher:pong"), socket.closed]);
      socket.frames.all.length = 0;
    }
    if (random(3) === 0 || sent >= count) continue;
    socket.send(pusherSignIn(socketId, random));
    socket.send(pusherFrame(socketId, random));
    sent += 2;
    socket.send(ping);
    await Promise.race([socket.having("pusher:pong"), socket.closed]);
  }
}

interface Tally {
  readonly url: string;
  readonly statuses: Record<string, number>;
  readonly wrong: string[];
}

async function sendRequests({ url, statuses, wrong }: Tally, count: number, random: Random): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    const { method, target, body } = pusherRequest(random);
    const response = await fetch(url + target, { method, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    const sound = response.status < 500 && (response.status >= 400 || isJson(text));
    if (!sound && wrong.length < 20)
      wrong.push(`${method} ${target} ${body ?? ""} → ${response.status} ${text}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const patience = 10_000;

/** Looks until nothing is left, or for as long as its patience. */
async function leftBehind(url: string): Promise<readonly number[]> {
  for (const until = performance.now() + patience; ;) {
    const scrape = await Scrape.of(url);
    const left = ["connections", "subscriptions", "channels"].map((name) =>
      scrape.value(`twinwire_${name}`, { wire: "pusher" }),
    );
    if (left.every((count) => count === 0) || performance.now() > until) return left;
  }
}
