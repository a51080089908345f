import type PusherServer from "pusher";
import { CuttableProxy } from "../../../packages/server/test/cuttable-proxy.ts";
import { keys, startTestServer, type TestServer } from "../../../packages/server/test/server.ts";
import { Application, officialServer } from "./application.ts";
import type { Terms } from "./field-client.ts";

/** Twinwire, an application beside it, and a network between the clients and Twinwire that can be cut. */
export class World implements AsyncDisposable {
  private constructor(
    readonly application: Application,
    readonly network: CuttableProxy,
    private server: TestServer,
  ) {}

  static async start(): Promise<World> {
    const server = startTestServer();
    return new World(new Application(["bob"]), await CuttableProxy.start(server.port), server);
  }

  get port(): number {
    return this.server.port;
  }

  get api(): PusherServer {
    return officialServer(this.server.port);
  }

  /** For a client of this user. */
  terms(user: string, more: Partial<Terms> = {}): Terms {
    return {
      host: "127.0.0.1",
      port: this.network.port,
      key: keys.app.key,
      secret: keys.app.secret,
      user,
      bearer: this.application.admit(user),
      authUrl: `${this.application.url}/broadcasting/auth`,
      userAuthUrl: `${this.application.url}/broadcasting/user-auth`,
      activityTimeout: 60_000,
      pongTimeout: 10_000,
      ...more,
    };
  }

  /** As a deployment does: another server takes over, and the old one, as it stops, tells its clients to come again. */
  async replaceServer(): Promise<void> {
    const old = this.server;
    this.server = startTestServer();
    this.network.lead(this.server.port);
    await old[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.network[Symbol.asyncDispose]();
    await this.application[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
