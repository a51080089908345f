import { expect } from "bun:test";
import { baseConfig, startTestServer, type TestServer } from "../server.ts";
import { Bystanders } from "./bystanders.ts";
import { Scrape } from "./scrape.ts";

/** A server with something to forbid: open channels, `chat:` for its subscribers with history, `shut:` for nobody. */
export function hostileConfig(): Record<string, unknown> {
  return {
    ...baseConfig(),
    channel: {
      without_namespace: { allow_subscribe_for_client: true },
      namespaces: [
        {
          name: "chat",
          presence: true,
          history_size: 10,
          history_ttl: "60s",
          force_recovery: true,
          allow_subscribe_for_client: true,
          allow_publish_for_subscriber: true,
          allow_presence_for_subscriber: true,
          allow_history_for_subscriber: true,
        },
        { name: "shut" },
      ],
    },
  };
}

/** A server that gets bad input, with somebody on each wire who must not notice. */
export class HostileServer implements AsyncDisposable {
  private constructor(
    private readonly server: TestServer,
    private readonly bystanders: Bystanders,
  ) {}

  static async start(config: Record<string, unknown> = {}): Promise<HostileServer> {
    const server = startTestServer({ ...hostileConfig(), ...config });
    return new HostileServer(server, await Bystanders.of(server.url));
  }

  get url(): string {
    return this.server.url;
  }

  get port(): number {
    return this.server.port;
  }

  /** Runs what is bad, and expects that its reason has been counted and that nobody else noticed. */
  async counting<T>(source: string, reason: string | undefined, bad: () => Promise<T>): Promise<T> {
    const before = await Scrape.of(this.url);
    const result = await bad();
    const grown = (await Scrape.of(this.url)).grownSince(before);
    if (reason === undefined) expect(Object.keys(grown).join()).toContain(source);
    else expect(grown).toHaveProperty([`${source} ${reason}`]);
    await this.expectNobodyHurt();
    return result;
  }

  async expectNobodyHurt(): Promise<void> {
    await this.bystanders.stillServed();
    expect((await Scrape.of(this.url)).defects).toBe(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.bystanders[Symbol.dispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
