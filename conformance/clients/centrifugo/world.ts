import { CuttableProxy } from "../../../packages/server/test/cuttable-proxy.ts";
import { CentrifugoApi } from "../../../packages/server/test/clients.ts";
import { keys, startTestServer, type TestServer } from "../../../packages/server/test/server.ts";
import { Application } from "./application.ts";

const history = { history_size: 1_000, history_ttl: "300s" };
const subscribers = {
  presence: true,
  join_leave: true,
  allow_publish_for_subscriber: true,
  allow_presence_for_subscriber: true,
  allow_history_for_subscriber: true,
  allow_recovery: true,
  allow_positioning: true,
};

interface ServerTerms {
  readonly client?: object;
  readonly websocket?: object;
}

const quickPings = { client: { ping_interval: "1s", pong_timeout: "900ms" } };
const noWebSocket = { websocket: { disabled: true } };

/** A Twinwire with the namespaces of the tests. */
function server(application: Application, more: ServerTerms = {}): TestServer {
  const proxy = (path: string) => ({ endpoint: `${application.url}/${path}`, timeout: "10s" });
  return startTestServer({
    client: {
      proxy: { connect: { enabled: true, ...proxy("connect") } },
      token: { hmac_secret_key: keys.hmac },
      allowed_origins: ["*"],
      expired_close_delay: "4s",
      expired_sub_close_delay: "4s",
      ...more.client,
    },
    http_stream: { enabled: true },
    sse: { enabled: true },
    websocket: more.websocket ?? {},
    channel: {
      proxy: { subscribe: proxy("subscribe") },
      namespaces: [
        {
          name: "room",
          allow_subscribe_for_client: true,
          ...subscribers,
          ...history,
          allowed_delta_types: ["fossil"],
          allow_tags_filter: true,
        },
        // Opened by tokens alone.
        { name: "closed", ...subscribers, ...history },
        { name: "asked", subscribe_proxy_enabled: true },
        { name: "bare", allow_subscribe_for_client: true },
      ],
    },
    rpc: {
      proxy: proxy("rpc"),
      without_namespace: { proxy_enabled: true },
    },
  });
}

/** A Twinwire that can be replaced, and a network before it that can be cut: a client's own, where that is harmed. */
export class Site implements AsyncDisposable {
  private constructor(
    private readonly application: Application,
    private server: TestServer,
    readonly network: CuttableProxy,
  ) {}

  static async start(application: Application, terms: ServerTerms = {}): Promise<Site> {
    const started = server(application, terms);
    return new Site(application, started, await CuttableProxy.start(started.port));
  }

  get api(): CentrifugoApi {
    return new CentrifugoApi(this.server.port);
  }

  get port(): number {
    return this.server.port;
  }

  get url(): string {
    return this.server.url;
  }

  get host(): string {
    return `127.0.0.1:${this.network.port}`;
  }

  /** As a deployment does: another server takes over, and the old one, as it stops, tells its clients to come again. */
  async replaceServer(): Promise<void> {
    const old = this.server;
    this.server = server(this.application);
    this.network.lead(this.server.port);
    await old[Symbol.asyncDispose]();
  }

  /** A way to the same server that can be cut by itself. */
  async line(): Promise<Site> {
    return new Site(this.application, borrowed(this.server), await CuttableProxy.start(this.server.port));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.network[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

function borrowed(of: TestServer): TestServer {
  return { ...of, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** The application, and the server that clients share who harm nobody. */
export class World implements AsyncDisposable {
  private constructor(
    readonly application: Application,
    readonly site: Site,
    /** With a ping every second. */
    readonly pinging: Site,
    /** That refuses WebSockets. */
    readonly streams: Site,
  ) {}

  static async start(): Promise<World> {
    const application = new Application();
    const usual = await Site.start(application);
    const pinging = await Site.start(application, quickPings);
    return new World(application, usual, pinging, await Site.start(application, noWebSocket));
  }

  get api(): CentrifugoApi {
    return this.site.api;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.site[Symbol.asyncDispose]();
    await this.pinging[Symbol.asyncDispose]();
    await this.streams[Symbol.asyncDispose]();
    await this.application[Symbol.asyncDispose]();
  }
}
