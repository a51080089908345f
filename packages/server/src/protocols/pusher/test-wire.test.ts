import { expect, test } from "bun:test";
import { MemoryBroker } from "../../brokers/memory/memory-broker.ts";
import type { Broker } from "../../core/broker.ts";
import { App, type AppSettings } from "../../core/app.ts";
import type { Capacity } from "../../core/capacity.ts";
import { ChannelNaming } from "../../core/channel-name.ts";
import { Hub } from "../../core/hub.ts";
import { appId, nodeId } from "../../core/ids.ts";
import type { NamespaceOptions } from "../../core/namespace.ts";
import type { Observer } from "../../core/observer.ts";
import { FakeFanout, type FakeOutlet } from "../../core/testing/fake-fanout.ts";
import { ManualClock } from "../../core/testing/manual-clock.ts";
import { testNamespace } from "../../core/testing/namespace.ts";
import type { Call } from "../../http/route.ts";
import type { Connection, Handshake, Protocol } from "../protocol.ts";
import { pusherGrammar } from "./channel-name.ts";
import { createPusherProtocol } from "./index.ts";
import type { KeyPair, PusherApp } from "./settings.ts";

export const keys = { id: "3", key: "app-key", secret: "app-secret" } as const;

const anybody = { client: true, subscriber: true, anonymous: true };

const history = { size: 1_000, ttl: 60_000, metaTtl: 3_600_000 };

/**
 * Namespaces of the tests: `chat` for whoever subscribes, `shut` for nobody, `bytes` for no text; `kept` recovers Pusher
 * clients, `short` from three publications, `brief` forgets its streams after ten seconds, and `story` has history alone.
 */
const namespaces: readonly NamespaceOptions[] = [
  testNamespace({ name: "chat", subscribe: anybody, publish: anybody }),
  testNamespace({ name: "shut" }),
  testNamespace({ name: "bytes", subscribe: anybody, dataFormat: "binary" }),
  testNamespace({ name: "kept", subscribe: anybody, publish: anybody, history, pusherRecovery: 30_000 }),
  testNamespace({
    name: "short",
    subscribe: anybody,
    history: { ...history, size: 3 },
    pusherRecovery: 30_000,
  }),
  testNamespace({
    name: "brief",
    subscribe: anybody,
    history: { ...history, metaTtl: 10_000 },
    pusherRecovery: 30_000,
  }),
  testNamespace({ name: "story", subscribe: anybody, history }),
];

export interface TestOptions {
  readonly app?: Partial<AppSettings>;
  readonly pusher?: Partial<PusherApp>;
  readonly verbose?: boolean;
  readonly capacity?: Capacity;
  /** Pairs of further apps, which have the ids `other-0` and so on. */
  readonly others?: readonly KeyPair[];
  /** Puts something between the wire and its broker. */
  readonly through?: (broker: Broker) => Broker;
}

/** A whole Pusher wire over a memory broker, with a clock and sockets that the test owns. */
export class TestWire {
  readonly clock = new ManualClock();
  readonly fanout = new FakeFanout();
  /** What was refused and why connections ended, in order. */
  readonly counted: string[] = [];
  /** What was wrong with refused signatures, and what the log was told of them. */
  readonly authFaults: string[] = [];
  readonly logged: string[] = [];
  readonly hub: Hub;
  readonly app: App;
  readonly settings: PusherApp;
  readonly protocol: Protocol;

  constructor({
    app = {},
    pusher = {},
    verbose = false,
    others = [],
    capacity,
    through = (same) => same,
  }: TestOptions = {}) {
    const broker = through(new MemoryBroker({ clock: this.clock, presenceTtl: Number.POSITIVE_INFINITY }));
    this.app = new App({
      id: appId(keys.id),
      naming: new ChannelNaming({
        namespaces: new Map(namespaces.map((one) => [one.name, one] as const)),
        withoutNamespace: testNamespace(),
        prefixes: new Map(),
        privatePrefix: "$",
        boundary: ":",
        userBoundary: "#",
        userSeparator: ",",
        grammar: pusherGrammar,
      }),
      bridged: true,
      publicChannels: true,
      clientEvents: true,
      insecure: false,
      clientEventsPerSecond: 10,
      eventBytes: 10_240,
      presenceMembers: 100,
      tagFilters: 64,
      userConnections: 0,
      personalChannel: undefined,
      historyLimit: 100,
      recoveryLimit: 100,
      ...app,
    });
    const { clock, fanout } = this;
    const ports = { node: nodeId("n"), broker, fanout, clock, observer: this.observer() };
    this.hub = new Hub(capacity === undefined ? ports : { ...ports, capacity }, [this.app]);
    void broker.open(this.hub);
    this.settings = {
      app: this.app,
      key: keys.key,
      secret: keys.secret,
      previous: [{ key: "old-key", secret: "old-secret" }],
      enabled: true,
      tlsOnly: false,
      allowedOrigins: [],
      activityTimeout: 120_000,
      subscriptionCount: false,
      authorizedWithin: 0,
      connectionLimit: 0,
      channelsPerConnection: 0,
      channelsPerEvent: 100,
      eventsPerBatch: 10,
      presenceRejoinsPerSecond: 10,
      watchlistLimit: 100,
      ...pusher,
    };
    const further = others.map((pair, i) => {
      const one = new App({ ...this.app.settings, id: appId(`other-${i}`) });
      return { ...this.settings, ...pair, app: one, previous: [] };
    });
    this.protocol = createPusherProtocol({
      hub: this.hub,
      clock,
      apps: [this.settings, ...further],
      verbose,
    });
    this.protocol.start();
  }

  /** Opens a socket, whether it is let in or not. */
  open(given: Partial<Handshake> & { readonly target?: string } = {}): TestClient {
    const [path = "", query = ""] = (given.target ?? `/app/${keys.key}?protocol=7`).split("?");
    const [endpoint] = this.protocol.sockets;
    const handshake: Handshake = {
      path,
      query,
      headers: new Headers(),
      subprotocols: [],
      secure: false,
      ...given,
    };
    if (endpoint?.matches(path) !== true) throw new Error(`no endpoint at ${path}`);
    const acceptance = endpoint.accept(handshake);
    if ("status" in acceptance) throw new Error("rejected");
    const outlet = this.fanout.outlet();
    return new TestClient(outlet, acceptance.open(outlet), acceptance.subprotocol);
  }

  /** A request to the API, its target as it stands. */
  async call(
    method: string,
    target: string,
    body?: BodyInit,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const mark = target.indexOf("?");
    const call: Call = {
      request: new Request(`http://localhost${target}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      }),
      path: mark < 0 ? target : target.slice(0, mark),
      query: mark < 0 ? "" : target.slice(mark + 1),
    };
    const [route] = this.protocol.routes;
    if (route === undefined || !call.path.startsWith(route.path)) throw new Error("no route");
    return route.handle(call);
  }

  private observer(): Observer {
    const nothing = (): void => undefined;
    return {
      connected: nothing,
      disconnected: (_wire, reason) => this.counted.push(`closed ${reason}`),
      subscriptions: nothing,
      channels: nothing,
      received: nothing,
      sent: nothing,
      recovered: nothing,
      published: nothing,
      refused: (source, reason) => this.counted.push(`${source} ${reason}`),
      authRefused: (_source, reason, told) => {
        this.authFaults.push(reason);
        if (told !== undefined) this.logged.push(told);
      },
      dropped: (reason) => this.counted.push(`dropped ${reason}`),
      defect: (where) => this.counted.push(`defect ${where}`),
      notice: nothing,
    };
  }
}

export interface Frame {
  readonly event: string;
  readonly channel?: string;
  readonly data?: unknown;
  readonly user_id?: string;
}

/** A socket, and what came on it. */
export class TestClient {
  private read = 0;
  private answered = 0;

  constructor(
    readonly outlet: FakeOutlet,
    readonly connection: Connection,
    readonly subprotocol: string | undefined,
  ) {}

  get socketId(): string {
    const [first] = this.outlet.frames;
    return /socket_id\\":\\"([\d.]+)/.exec(String(first))?.[1] ?? "";
  }

  /** The frames since the last look. */
  take(): Frame[] {
    const news = this.outlet.frames.slice(this.read);
    this.read = this.outlet.frames.length;
    return news.map((frame) => JSON.parse(String(frame)) as Frame);
  }

  /** The data of the application's events since the last look. */
  heard(): unknown[] {
    return this.take()
      .filter(({ event }) => !event.startsWith("pusher"))
      .map(({ event, data }) => (event === "twinwire:gap" ? [event, reasonOf(data)] : data));
  }

  /** Says something, and takes what came in the same turn. */
  say(event: string, data?: unknown, channel?: string): Frame[] {
    this.take();
    const answer = this.connection.receive(JSON.stringify({ event, data, channel }));
    if (answer instanceof Promise) throw new Error("it waits");
    return this.take();
  }

  subscribe(channel: string, more: object = {}): Frame[] {
    return this.say("pusher:subscribe", { channel, ...more });
  }

  /** Joins a closed channel with the back end's word; `member` on a presence channel. */
  join(channel: string, member?: object): Frame[] {
    if (member === undefined) return this.subscribe(channel, { auth: this.sign(channel) });
    const channelData = JSON.stringify(member);
    return this.subscribe(channel, {
      auth: this.sign(`${channel}:${channelData}`),
      channel_data: channelData,
    });
  }

  signIn(userData: string): Frame[] {
    return this.say("pusher:signin", { auth: this.sign(`:user::${userData}`), user_data: userData });
  }

  /** The `auth` of what stands behind the socket id and a colon. */
  sign(what: string, pair: { readonly key: string; readonly secret: string } = keys): string {
    const hasher = new Bun.CryptoHasher("sha256", pair.secret);
    return `${pair.key}:${hasher.update(`${this.socketId}:${what}`).digest("hex")}`;
  }

  leave(code = 1000): void {
    this.connection.gone("client", code);
  }

  /** The connection breaks. */
  cut(): void {
    this.connection.gone("abnormal", 1006);
  }

  /** Answers the probes since the last answer. */
  pong(): void {
    for (const { text } of this.outlet.probes.slice(this.answered)) this.connection.alive(text);
    this.answered = this.outlet.probes.length;
  }
}

function reasonOf(data: unknown): unknown {
  return (JSON.parse(String(data)) as { readonly reason: unknown }).reason;
}

/** The names of frames, and what an error says in numbers: enough to compare sequences. */
export function outline(frames: readonly Frame[]): string[] {
  return frames.map(({ event, data }) => {
    if (typeof data !== "object" || data === null) return event;
    if ("code" in data) return `${event} ${String(data.code)}`;
    return "status" in data ? `${event} ${String(data.status)}` : event;
  });
}

test("a client that comes and goes leaves nothing behind", () => {
  const wire = new TestWire({ pusher: { subscriptionCount: true } });
  const client = wire.open();
  client.subscribe("news");
  client.join("presence-a", { user_id: "ann" });
  client.leave();
  expect(wire.app.size).toBe(0);
  expect(wire.hub.channels.size).toBe(0);
  expect(wire.counted).toEqual(["closed client"]);
});
