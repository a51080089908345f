// What the tests beside it stand on. Named like a test, because only tests may import brokers.
import { createHmac } from "node:crypto";
import { MemoryBroker } from "../../brokers/memory/memory-broker.ts";
import { App, type AppSettings } from "../../core/app.ts";
import { ChannelNaming, type NameGrammar, type Prefix } from "../../core/channel-name.ts";
import type { Capacity } from "../../core/capacity.ts";
import { Hub } from "../../core/hub.ts";
import { appId, nodeId } from "../../core/ids.ts";
import type { NamespaceOptions } from "../../core/namespace.ts";
import { publish } from "../../core/publish.ts";
import { resolve } from "../../core/access.ts";
import type { Content } from "../../core/publication.ts";
import { Refusal } from "../../core/refusal.ts";
import { FakeFanout, type FakeOutlet } from "../../core/testing/fake-fanout.ts";
import { ManualClock } from "../../core/testing/manual-clock.ts";
import { testNamespace } from "../../core/testing/namespace.ts";
import type { Connection, Protocol } from "../protocol.ts";
import {
  createCentrifugoProtocol,
  type CentrifugoApp,
  type ClientSettings,
  type TokenSettings,
} from "./index.ts";
import { commandFrame, repliesOf } from "./protobuf/forms.test.ts";

export const secret = "keyboard cat, for tests";

export const testTokens: TokenSettings = {
  hmacSecret: secret,
  previousHmacSecret: "",
  previousValidUntil: 0,
  rsaPublicKey: "",
  ecdsaPublicKey: "",
  jwksEndpoint: "",
  audience: "",
  audiencePattern: undefined,
  issuer: "",
  issuerPattern: undefined,
  userIdClaim: "",
};

/** A token made without the code under test. Claims may be given as text, where their exact spelling matters. */
export function signToken(claims: object | string, by = secret, alg = "HS256"): string {
  const part = (text: string): string => Buffer.from(text).toString("base64url");
  const payload = typeof claims === "string" ? claims : JSON.stringify(claims);
  const input = `${part(JSON.stringify({ typ: "JWT", alg }))}.${part(payload)}`;
  const hash = alg.replace("HS", "sha");
  return `${input}.${createHmac(hash === "none" ? "sha256" : hash, by)
    .update(input)
    .digest("base64url")}`;
}

/** Names with a dash-prefix are closed, those with `cache-` in it have a slot; a wire's real grammar is its own business. */
const grammar: NameGrammar = {
  prefix(name) {
    const [beginning, kind] = /^(private-|presence-|#server-to-user-)?(?:cache-)?/.exec(name) ?? [""];
    let prefix = prefixes.get(beginning);
    if (prefix === undefined) {
      prefix = {
        kind: kind === undefined ? "open" : kind.startsWith("#") ? "user" : "closed",
        length: beginning.length,
        presence: kind === "presence-",
        cache: beginning.endsWith("cache-"),
        encrypted: false,
      };
      prefixes.set(beginning, prefix);
    }
    return prefix;
  },
  reaches: (name) => !name.includes("/"),
};
const prefixes = new Map<string, Prefix>();

export const everybody = { client: true, subscriber: false, anonymous: true };
export const kept = { size: 10, ttl: 60_000, metaTtl: 3_600_000 };

export interface TestServerOptions {
  readonly namespaces?: Readonly<Record<string, Partial<NamespaceOptions>>>;
  readonly withoutNamespace?: Partial<NamespaceOptions>;
  readonly app?: Partial<AppSettings>;
  readonly entry?: Partial<CentrifugoApp>;
  readonly client?: Partial<ClientSettings>;
  readonly capacity?: Capacity;
}

/** The wire on the real core and the memory broker, with time and sockets in the test's hand. */
export class TestServer {
  readonly clock = new ManualClock();
  readonly fanout = new FakeFanout();
  readonly broker: MemoryBroker;
  readonly hub: Hub;
  readonly app: App;
  readonly protocol: Protocol;
  readonly refused: string[] = [];
  readonly defects: string[] = [];
  readonly connections = { opened: 0, ended: [] as string[] };

  constructor({ namespaces = {}, withoutNamespace, app, entry, client, capacity }: TestServerOptions = {}) {
    this.broker = new MemoryBroker({ clock: this.clock, presenceTtl: 60_000 });
    const ignore = (): void => undefined;
    const observer = {
      connected: () => {
        this.connections.opened += 1;
      },
      disconnected: (_: string, reason: string) => {
        this.connections.ended.push(reason);
      },
      subscriptions: ignore,
      channels: ignore,
      received: ignore,
      sent: ignore,
      recovered: ignore,
      published: ignore,
      refused: (_: string, reason: string) => {
        this.refused.push(reason);
      },
      authRefused: () => undefined,
      dropped: ignore,
      defect: (where: string, cause: unknown) => {
        this.defects.push(`${where}: ${String(cause)}`);
      },
      notice: ignore,
    };
    const naming = new ChannelNaming({
      namespaces: new Map(
        Object.entries(namespaces).map(([name, given]) => [name, testNamespace({ name, ...given })]),
      ),
      withoutNamespace: testNamespace(withoutNamespace),
      prefixes: new Map(),
      privatePrefix: "$",
      boundary: ":",
      userBoundary: "#",
      userSeparator: ",",
      grammar,
    });
    this.app = new App({
      id: appId("app"),
      naming,
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
      ...app,
    });
    const { broker, fanout, clock } = this;
    const ports = { node: nodeId("node"), broker, fanout, clock, observer };
    this.hub = new Hub(capacity === undefined ? ports : { ...ports, capacity }, [this.app]);
    this.broker.open(this.hub);
    this.protocol = createCentrifugoProtocol({
      hub: this.hub,
      clock: this.clock,
      versionText: "1.2.3 test",
      apps: [
        {
          app: this.app,
          keys: ["app-key", "app-key-before"],
          tokens: testTokens,
          subscriptionTokens: undefined,
          anonymousWithoutToken: false,
          disallowAnonymousTokens: false,
          insecure: false,
          skipSignature: false,
          allowedOrigins: [],
          ...entry,
        },
      ],
      client: {
        pingInterval: 25_000,
        pongTimeout: 8_000,
        channelLimit: 128,
        staleCloseDelay: 10_000,
        expiredCloseDelay: 25_000,
        expiredSubCloseDelay: 25_000,
        maxChannelLength: 255,
        includeServerTime: false,
        ...client,
      },
      transports: {
        websocket: { path: "/connection/websocket", frameLimit: 65_536 },
        httpStream: undefined,
        sse: undefined,
        init: undefined,
        emulation: { path: "/emulation", bodyLimit: 65_536 },
        uniHttpStream: undefined,
        uniSse: undefined,
        uniWebsocket: undefined,
      },
    });
    this.protocol.start();
  }

  /** Unix seconds. */
  get seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** The answer to a handshake: whether it is let in, or the HTTP status. */
  handshake(query = "", headers: Record<string, string> = {}) {
    const offered = headers["sec-websocket-protocol"];
    const [endpoint] = this.protocol.sockets;
    if (endpoint === undefined) throw new Error("the wire has no socket endpoint");
    return endpoint.accept({
      path: "/connection/websocket",
      query,
      headers: new Headers(headers),
      subprotocols: offered === undefined ? [] : offered.split(", "),
      secure: false,
    });
  }

  open(query = ""): TestClient {
    const acceptance = this.handshake(query);
    if ("status" in acceptance) throw new Error(`refused: ${acceptance.status}`);
    const outlet = this.fanout.outlet();
    const form = query.includes("protobuf") ? ProtobufTestClient : TestClient;
    return new form(outlet, acceptance.open(outlet));
  }

  /** A client that is connected, as a user or as nobody. */
  connected(user = "", claims: object = {}, query = ""): TestClient {
    const client = this.open(query);
    client.send({ id: 1, connect: { token: signToken({ sub: user, ...claims }) } });
    const [reply] = client.take();
    client.id = String((reply as { connect: { client: string } }).connect.client);
    return client;
  }

  publish(channel: string, content: Content | string, tags?: Record<string, string>): void {
    const traits = resolve(this.app, channel);
    if (traits instanceof Refusal) throw new Error(traits.reason);
    void publish(this.hub, this.app, {
      traits,
      content: typeof content === "string" ? { kind: "json", text: content } : content,
      tags,
      except: undefined,
      skipHistory: false,
      idempotencyKey: undefined,
      source: "centrifugo-api",
    });
  }
}

/** A client's side of a connection. */
export class TestClient {
  id = "";

  constructor(
    readonly outlet: FakeOutlet,
    readonly connection: Connection,
  ) {}

  /** Sends one frame: text as it is, or one command a value. */
  send(...commands: readonly (object | string)[]): void {
    void this.connection.receive(
      commands.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n"),
    );
  }

  /** What came since the last look, as text. */
  takeText(): string[] {
    return this.outlet.frames.splice(0).flatMap((frame) => String(frame).split("\n"));
  }

  take(): unknown[] {
    return this.takeText().map((text) => JSON.parse(text) as unknown);
  }

  /** What came since the last look, in its frames. */
  takeFrames(): string[] {
    return this.outlet.frames.splice(0).map(String);
  }

  get closeCode(): number | undefined {
    return this.outlet.closedWith?.code;
  }
}

/** The same in protobuf: what it sends and takes has the form that it has in JSON. */
class ProtobufTestClient extends TestClient {
  override send(...commands: readonly (object | string)[]): void {
    const frames = commands.map((one) => commandFrame(typeof one === "string" ? {} : one));
    void this.connection.receive(Buffer.concat(frames));
  }

  override take(): unknown[] {
    return this.outlet.frames.splice(0).flatMap((frame) => repliesOf(frame as Uint8Array));
  }
}
