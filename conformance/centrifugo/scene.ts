import { expectSame, field, Skipped } from "../program/verdict.ts";
import { Api } from "./api.ts";
import { Client, type ClientOptions } from "./client.ts";
import { inSeconds, signed, type Algorithm, type Claims } from "./jwt.ts";
import { shortDelays } from "./configuration.ts";
import type { NamespaceKind } from "./namespaces.ts";
import { EmulatedClient, UniClient, type EmulatedTransport, type UniTransport } from "./stream-clients.ts";
import type { Target } from "./target.ts";
import type { Encoding, Values } from "./wire.ts";

let names = 0;
const run = Math.random().toString(36).slice(2, 8);

export interface ConnectOptions extends ClientOptions {
  /** Whoever it is; a user of its own where absent. */
  readonly user?: string;
  /** More of the token. */
  readonly claims?: Claims;
  /** More of the connect command. */
  readonly request?: Values;
}

/** Where one line is tried: clients and names of its own, so that lines can run side by side. */
export class Scene implements Disposable {
  /** Of its clients. */
  encoding: Encoding = "json";
  readonly api: Api;
  private readonly clients: Client[] = [];
  private other: Scene | undefined = undefined;

  constructor(readonly target: Target) {
    this.api = new Api(target);
  }

  /** A name that nothing else has. */
  name(): string {
    names += 1;
    return `conf-${run}-${names}`;
  }

  /** A channel that nothing else has, of a namespace. */
  channel(kind: NamespaceKind, rest = this.name()): string {
    const namespace = this.target.namespaces.get(kind);
    if (namespace === undefined)
      throw new Skipped(`needs --namespaces ${kind}, a namespace with the options of --config`);
    return `${namespace}:${rest}`;
  }

  needsShortDelays(): void {
    if (!this.target.shortDelays)
      throw new Skipped(`needs --short-delays, a server with ${JSON.stringify(shortDelays)}`);
  }

  /** A namespace of RPC methods without a proxy; methods without a namespace have one. */
  rpcNamespace(): string {
    const { rpc } = this.target;
    if (rpc === undefined) throw new Skipped("needs --rpc NAMESPACE, and an RPC proxy at which nobody is");
    return rpc;
  }

  /** The same on the second server. */
  second(): Scene {
    const { second } = this.target;
    if (second === undefined)
      throw new Skipped("needs --second URL, a server with the options of --second-config");
    this.other = new Scene({ ...this.target, url: second, issuer: undefined, audience: undefined });
    return this.other;
  }

  /** The claims that the server asks for, and these; undefined leaves one out. */
  claims(claims: Claims): Claims {
    const { issuer, audience } = this.target;
    return {
      iat: inSeconds(0),
      ...(issuer === undefined ? {} : { iss: issuer }),
      ...(audience === undefined ? {} : { aud: audience }),
      ...claims,
    };
  }

  token(claims: Claims, algorithm?: Algorithm): string {
    return signed(this.claims(claims), this.target.secret, algorithm);
  }

  /** A token for a client's subscription. */
  ticket(client: Client, channel: string, more: Claims = {}): string {
    return this.token({ sub: client.user, channel, ...more });
  }

  /** Opens a connection, and says nothing. */
  async open(options: ClientOptions = {}): Promise<Client> {
    const client = new Client(this.target, { encoding: this.encoding, ...options });
    this.clients.push(client);
    await client.open();
    return client;
  }

  /** A client that is connected. */
  async connect(options: ConnectOptions = {}): Promise<Client> {
    return this.connected(await this.open(options), options);
  }

  private async connected<One extends Client>(client: One, options: ConnectOptions): Promise<One> {
    const { user = this.name(), claims = {}, request = {} } = options;
    client.user = user;
    client.welcome = await client.ok("connect", { token: this.token({ sub: user, ...claims }), ...request });
    return client;
  }

  /** A client that is subscribed. */
  async joined(channel: string, request: Values = {}, options: ConnectOptions = {}): Promise<Client> {
    const client = await this.connect(options);
    await client.join(channel, request);
    return client;
  }

  private needsTransports(): void {
    if (!this.target.transports)
      throw new Skipped("needs --transports, a server with http_stream, sse and the uni_ ones enabled");
  }

  /** A client of an emulated transport, which has not said anything. */
  emulated(transport: EmulatedTransport, options: ClientOptions = {}): EmulatedClient {
    this.needsTransports();
    const client = new EmulatedClient(this.target, transport, { encoding: this.encoding, ...options });
    this.clients.push(client);
    return client;
  }

  /** … and one that is connected. */
  async emulate(transport: EmulatedTransport, options: ConnectOptions = {}): Promise<EmulatedClient> {
    const client = this.emulated(transport, options);
    return this.connected(client, options);
  }

  /** A client that listens alone, and has not connected. */
  listener(transport: UniTransport): UniClient {
    this.needsTransports();
    const client = new UniClient(this.target, transport);
    this.clients.push(client);
    return client;
  }

  /** … and one that has. */
  async listening(
    transport: UniTransport,
    { user = this.name(), claims = {}, request = {} }: ConnectOptions = {},
  ): Promise<UniClient> {
    const client = this.listener(transport);
    client.user = user;
    return client.enter({ token: this.token({ sub: user, ...claims }), ...request });
  }

  /** Publishes to the channel, and waits until these have it: what was caused before has come. */
  async settle(channel: string, ...clients: readonly Client[]): Promise<void> {
    const mark = this.name();
    await this.api.publish(channel, { mark });
    await Promise.all(
      clients.map((client) =>
        client.until(
          () => JSON.stringify(client.dataHeard(channel)).includes(mark),
          `a publication on ${channel}`,
        ),
      ),
    );
  }

  /** Publishes 1, 2, 3 …, and expects the client to hear them once, in order, and nothing else of the channel. */
  async numbersCome(client: Client, channel: string, count: number): Promise<void> {
    await this.api.publishMany(channel, count);
    await this.settle(channel, client);
    const numbers = client.dataHeard(channel).map((data) => field(data, "n"));
    const all = Array.from({ length: count }, (_, i) => i + 1);
    // The last is what settled it.
    expectSame(numbers.slice(0, -1), all, "what came");
  }

  [Symbol.dispose](): void {
    for (const client of this.clients) client.close();
    this.other?.[Symbol.dispose]();
  }
}
