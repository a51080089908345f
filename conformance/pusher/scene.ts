import { Api } from "./api.ts";
import { Client, type ClientOptions, type Member } from "./client.ts";
import type { Hook, Hooks } from "./hooks.ts";
import { specialApps, type AppKeys, type SpecialApp, type Target } from "./target.ts";
import { Skipped } from "../program/verdict.ts";

let names = 0;
const run = Math.random().toString(36).slice(2, 8);

/** Where one line is tried: clients and names of its own, so that lines can run side by side. */
export class Scene implements Disposable {
  readonly api: Api;
  private readonly clients: Client[] = [];

  constructor(
    readonly target: Target,
    private readonly hooks: Hooks | undefined,
  ) {
    this.api = this.apiOf(target.app);
  }

  apiOf(app: AppKeys): Api {
    return new Api(this.target.url, app);
  }

  /** A name that nothing else has. */
  name(prefix = ""): string {
    names += 1;
    return `${prefix}conf-${run}-${names}`;
  }

  special(kind: SpecialApp): AppKeys {
    const app = this.target.special[kind];
    if (app === undefined) throw new Skipped(`needs --${kind}-app, ${specialApps[kind]}`);
    return app;
  }

  /** Opens a connection; the server may refuse. */
  async open(options: ClientOptions = {}): Promise<Client> {
    const client = new Client(this.target, options);
    this.clients.push(client);
    await client.open();
    return client;
  }

  /** A connection that knows its socket id. */
  async connect(options: ClientOptions = {}): Promise<Client> {
    const client = new Client(this.target, options);
    this.clients.push(client);
    return client.enter();
  }

  connectMany(count: number, options: ClientOptions = {}): Promise<Client[]> {
    return Promise.all(Array.from({ length: count }, () => this.connect(options)));
  }

  /** A connection that is subscribed. */
  async joined(channel: string, member?: Member): Promise<Client> {
    const client = await this.connect();
    await client.join(channel, member);
    return client;
  }

  /** What was caused before has come to all of these: an event published now comes behind it. */
  async settle(...clients: readonly Client[]): Promise<void> {
    await Promise.all(
      clients.map(async (client) => {
        const marker = this.name("settle-");
        await client.join(marker);
        await this.apiOf(client.app).publish(marker, "marker", "{}");
        await client.next("marker", marker);
      }),
    );
  }

  /** A webhook event for a channel. */
  hook(name: string, channel: string, patience = 10_000): Promise<Hook> {
    return this.receiver.first(name, channel, patience);
  }

  get receiver(): Hooks {
    if (this.hooks === undefined)
      throw new Skipped("needs --webhooks HOST:PORT, and the server configured to call http://HOST:PORT");
    return this.hooks;
  }

  [Symbol.dispose](): void {
    for (const client of this.clients) client.close();
  }
}
