// What the tests of the API share. A test file by its name, since it may import what the sources may not.
import { MemoryBroker } from "../../../brokers/memory/memory-broker.ts";
import { App, type AppSettings } from "../../../core/app.ts";
import { resolve } from "../../../core/access.ts";
import type { Broker } from "../../../core/broker.ts";
import { ChannelNaming, type NameGrammar, plainGrammar } from "../../../core/channel-name.ts";
import type { Closure } from "../../../core/closure.ts";
import type { Encoder, Wire } from "../../../core/encoder.ts";
import { Hub } from "../../../core/hub.ts";
import { appId, clientId, nodeId, userId } from "../../../core/ids.ts";
import type { NamespaceOptions } from "../../../core/namespace.ts";
import type { Observer } from "../../../core/observer.ts";
import { Refusal } from "../../../core/refusal.ts";
import { type Notice, Session } from "../../../core/session.ts";
import { join } from "../../../core/subscribe.ts";
import { FakeFanout } from "../../../core/testing/fake-fanout.ts";
import { ManualClock } from "../../../core/testing/manual-clock.ts";
import { testNamespace } from "../../../core/testing/namespace.ts";
import type { Route } from "../../../http/route.ts";
import { jsonCodec } from "../json/codec.ts";
import { centrifugoApi, type CentrifugoApiSettings } from "./index.ts";

const pusherEncoder: Encoder = {
  wire: "pusher",
  encoding: "p",
  echoesMembership: false,
  publication: (_channel, { content }) => JSON.stringify(content),
  membership: () => undefined,
};

/** A client that keeps what it is told. */
export class TestSession extends Session {
  readonly told: Notice[] = [];
  closure: Closure | undefined = undefined;

  constructor(
    private readonly bench: Bench,
    wire: Wire,
    private readonly id: string,
  ) {
    const encoder = wire === "pusher" ? pusherEncoder : jsonCodec.encoder;
    super(bench.app, bench.fanout.outlet(), encoder);
  }

  override get handle() {
    return `handle of ${this.id}`;
  }

  override get clientId() {
    return clientId(this.id);
  }

  override tell(notice: Notice): void {
    this.told.push(notice);
  }

  override close(closure: Closure): void {
    this.closure = closure;
    this.bench.hub.depart(this, closure.kind);
  }
}

const history = { size: 10, ttl: 60_000, metaTtl: 3_600_000 };

const namespaces: readonly NamespaceOptions[] = [
  testNamespace({ name: "chat", presence: true, history }),
  testNamespace({ name: "json", dataFormat: "json" }),
  testNamespace({ name: "object", dataFormat: "json_object" }),
  testNamespace({ name: "binary", dataFormat: "binary", history }),
];

/** Prefixes as the other wire has them. */
const grammar: NameGrammar = {
  prefix: (name) => {
    const plain = { presence: false, cache: false, encrypted: false };
    if (name.startsWith("presence-")) return { ...plain, kind: "closed", length: 9, presence: true };
    if (name.startsWith("private-")) return { ...plain, kind: "closed", length: 8 };
    if (name.startsWith("#server-to-user-")) return { ...plain, kind: "user", length: 16 };
    return plainGrammar.prefix(name);
  },
  reaches: () => true,
};

function naming(): ChannelNaming {
  return new ChannelNaming({
    namespaces: new Map(namespaces.map((one) => [one.name, one])),
    withoutNamespace: testNamespace(),
    prefixes: new Map(),
    privatePrefix: "$",
    boundary: ":",
    userBoundary: "#",
    userSeparator: ",",
    grammar,
  });
}

function settings(id: string): AppSettings {
  return {
    id: appId(id),
    naming: naming(),
    bridged: true,
    publicChannels: true,
    clientEvents: true,
    insecure: false,
    clientEventsPerSecond: 0,
    eventBytes: 0,
    presenceMembers: 0,
    tagFilters: 64,
    userConnections: 0,
    personalChannel: undefined,
    historyLimit: 300,
    recoveryLimit: 300,
  };
}

/** A server's API without a network, and without a wire. */
export class Bench {
  readonly clock = new ManualClock();
  readonly fanout = new FakeFanout();
  readonly app = new App(settings("1000"));
  readonly otherApp = new App(settings("2000"));
  readonly refusals: string[] = [];
  readonly notices: string[] = [];
  readonly defects: unknown[] = [];
  published = 0;
  readonly hub: Hub;
  private readonly routes: readonly Route[];

  constructor(
    given: Partial<CentrifugoApiSettings> = {},
    wrap: (broker: Broker) => Broker = (broker) => broker,
  ) {
    const broker = wrap(new MemoryBroker({ clock: this.clock, presenceTtl: 60_000 }));
    const ignore = (): void => undefined;
    const observer: Observer = {
      connected: ignore,
      disconnected: ignore,
      subscriptions: ignore,
      channels: ignore,
      received: ignore,
      sent: ignore,
      authRefused: ignore,
      dropped: ignore,
      published: () => (this.published += 1),
      refused: (source, reason) => this.refusals.push(`${source} ${reason}`),
      defect: (_where, cause) => this.defects.push(cause),
      notice: (message) => this.notices.push(message),
    };
    const { clock, fanout, app, otherApp } = this;
    this.hub = new Hub({ node: nodeId("node-1"), broker, fanout, clock, observer }, [app, otherApp]);
    void broker.open(this.hub);
    this.routes = centrifugoApi({
      hub: this.hub,
      clock,
      apps: [
        { app, keys: ["first", "first-before"], apiKey: "secret", insecure: false },
        { app: otherApp, keys: ["other", "other-before"], apiKey: "other-secret", insecure: false },
      ],
      prefix: "/api",
      nodeName: "test",
      version: "1.2.3",
      bodyLimit: 10_000,
      errorMode: "",
      ...given,
    });
  }

  /** Calls a path as the listener would. */
  async request(target: string, init: RequestInit = {}): Promise<Response> {
    const [path = "", query = ""] = target.split("?");
    const route =
      this.routes.find((one) => !one.prefix && one.path === path) ??
      this.routes.find((one) => one.prefix && path.startsWith(one.path));
    if (route === undefined) throw new Error(`no route for ${path}`);
    const request = new Request(`http://localhost${target}`, {
      method: "POST",
      headers: { "x-api-key": "secret" },
      ...init,
    });
    return route.handle({ request, path, query });
  }

  /** Posts to a method, or to `""`, the old route, and answers the text. */
  async post(method: string, body: unknown, headers: Record<string, string> = {}): Promise<string> {
    const response = await this.request(method === "" ? "/api" : `/api/${method}`, {
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "x-api-key": "secret", ...headers },
    });
    return response.text();
  }

  client(wire: Wire, id: string, user = ""): TestSession {
    const session = new TestSession(this, wire, id);
    session.user = userId(user);
    this.hub.admit(session);
    return session;
  }

  /** Somebody who hears a channel; what that takes has been decided. */
  subscriber(session: TestSession, channel: string, chanInfo?: string): TestSession {
    const traits = resolve(this.app, channel);
    if (traits instanceof Refusal) throw new Error(traits.reason);
    const joining = join(this.hub, session, {
      traits,
      info: session.info(chanInfo),
      override: {},
      expiresAt: 0,
      serverSide: false,
      positioned: false,
      recoverable: false,
      joinLeave: false,
      recover: undefined,
      wantsMembers: false,
      wantsCached: false,
    });
    if (joining instanceof Promise || joining instanceof Refusal)
      throw new Error("the join was not done at once");
    joining.settle();
    joining.follow();
    return session;
  }

  /** What a client of the Centrifugo wire has been sent. */
  heard(session: TestSession): readonly unknown[] {
    const outlet = session.outlet;
    return "frames" in outlet && Array.isArray(outlet.frames) ? outlet.frames : [];
  }
}
