import { expect, test } from "bun:test";
import { Random } from "../../../brokers/testing/random.ts";
import { publish } from "../../../core/publish.ts";
import { type TestClient, TestWire } from "../test-wire.test.ts";
import { probePatience } from "./recovery.ts";

const channel = "private-kept:a";
const event = '"event":"n"';

/**
 * A device with one connection at a time, over a network that delays both ways and goes away. What the server sends
 * arrives in its order, after a while, until the cut; from then on nothing does, and the server may not know.
 */
class Device {
  readonly heard: number[] = [];
  /** How many numbers it had heard when the server said that something is missing. */
  readonly gaps: number[] = [];
  private client: TestClient | undefined = undefined;
  private arrivedFrames = 0;
  private arrivedProbes = 0;
  /** Pongs on their way to the server. */
  private pongs: string[] = [];

  constructor(
    private readonly wire: TestWire,
    private readonly random: Random,
  ) {}

  get online(): boolean {
    return this.client !== undefined;
  }

  /** Connects, and asks to join; the answer may take its time. */
  connect(): void {
    const client = this.wire.open();
    client.outlet.ended = () => {
      client.connection.gone("server", client.outlet.closedWith?.code ?? 0);
    };
    this.client = client;
    this.arrivedFrames = 0;
    this.arrivedProbes = 0;
    this.pongs = [];
    const data = { channel, auth: client.sign(channel) };
    void client.connection.receive(JSON.stringify({ event: "pusher:subscribe", data }));
  }

  /** The network carries some of what is on its way. */
  carry(): void {
    const { client, random } = this;
    if (client === undefined) return;
    const { frames } = client.outlet;
    const upTo = this.arrivedFrames + random.below(frames.length - this.arrivedFrames + 1);
    this.receive(upTo);
    if (random.chance(0.5)) return;
    const [pong] = this.pongs;
    if (pong !== undefined) {
      this.pongs.shift();
      client.connection.alive(pong);
    }
    if (random.chance(0.1)) client.connection.alive("nobody asked");
    // The server closed it: the client comes to know behind all that was sent before.
    if (client.outlet.closedWith !== undefined && this.arrivedFrames === frames.length)
      this.client = undefined;
  }

  /** The network is gone, and the client knows. Answers how the server comes to know: now, later or never. */
  cut(): () => void {
    const { client } = this;
    this.client = undefined;
    return () => {
      if (client !== undefined && client.outlet.closedWith === undefined) client.cut();
    };
  }

  private receive(upTo: number): void {
    const { client } = this;
    if (client === undefined) return;
    const { frames, probes } = client.outlet;
    for (;;) {
      const probe = probes[this.arrivedProbes];
      if (probe !== undefined && probe.behind <= this.arrivedFrames) {
        this.pongs.push(probe.text);
        this.arrivedProbes += 1;
        continue;
      }
      if (this.arrivedFrames >= upTo) return;
      const text = String(frames[this.arrivedFrames]);
      this.arrivedFrames += 1;
      if (text.includes("twinwire:gap")) this.gaps.push(this.heard.length);
      else if (text.includes(event)) this.heard.push(Number((JSON.parse(text) as { data: string }).data));
    }
  }
}

interface Told {
  readonly at: number;
  readonly notice: () => void;
}

/** One life of a device; answers what it heard. */
async function life(seed: number): Promise<Device> {
  const random = new Random(seed);
  const wire = new TestWire();
  const device = new Device(wire, random);
  const traits = wire.app.settings.naming.traits(channel);
  if (traits === undefined) throw new Error("no channel");
  let published = 0;
  const say = (): void => {
    published += 1;
    void publish(wire.hub, wire.app, {
      traits,
      content: { kind: "event", name: "n", data: String(published), quoted: true },
      tags: undefined,
      except: undefined,
      skipHistory: false,
      idempotencyKey: undefined,
      source: "pusher-api",
    });
  };
  const notices: Told[] = [];
  device.connect();
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  };
  for (let step = 0; step < 150; step += 1) {
    if (random.chance(0.35) && published < 90) say();
    if (!device.online) {
      // Back within the time; also before the server has noticed.
      if (random.chance(0.5)) device.connect();
    } else if (random.chance(0.06)) {
      const notice = device.cut();
      // At once, after a while, or not before the new connection makes it look.
      if (random.chance(0.3)) notice();
      else if (random.chance(0.6)) notices.push({ at: step + 1 + random.below(8), notice });
    } else device.carry();
    for (const { at, notice } of notices) if (at === step) notice();
    wire.clock.advance(random.pick([0, 50, 300, 1_200]));
    await turns();
  }
  // At last the network holds, and all arrives.
  for (let i = 0; i < 200; i += 1) {
    if (!device.online) device.connect();
    device.carry();
    wire.clock.advance(i < 5 ? probePatience : 0);
    await turns();
    if (device.online && device.heard.at(-1) === published && i > 20) break;
  }
  expect(device.heard.at(-1) ?? 0).toBe(published);
  return device;
}

const lives = 300;

test("no life of 300 misses a number, whenever what was cut", async () => {
  let repeats = 0;
  let told = 0;
  for (let seed = 1; seed <= lives; seed += 1) {
    const { heard, gaps } = await life(seed);
    let top = 0;
    for (const [index, number] of heard.entries()) {
      const missing = number > top + 1 && !gaps.includes(index);
      if (missing) throw new Error(`seed ${seed}: ${number} after ${top}: ${heard.join(" ")}`);
      top = Math.max(top, number);
    }
    repeats += heard.length - new Set(heard).size;
    if (gaps.length > 0) told += 1;
  }
  // One device, back in time: nobody is ever in doubt.
  expect(told).toBe(0);
  // That repeats happen at all shows that cuts hit what was on its way.
  expect(repeats).toBeGreaterThan(100);
});
