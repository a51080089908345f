import { filter, firstValueFrom } from "rxjs";
import {
  VMSPusherApi,
  type ConnectionState,
  type PusherError,
  type VMSPusherApiOptions,
} from "@twinwire/vms";
import type { VMSAppSocketData, VMSIntercomSocketData } from "@twinwire/vms";
import { pusherSigner } from "../../../server/test/clients/pusher-client.ts";
import { Events } from "../../../server/test/events.ts";
import { keys, startTestServer, type TestServer } from "../../../server/test/server.ts";
import { Application } from "./application.ts";
import { CuttableProxy } from "../../../server/test/cuttable-proxy.ts";

export const ann = { userId: 42, accessTokenId: "ann-session", userToken: "ann-token" } as const;
export const bob = { userId: 43, accessTokenId: "bob-session", userToken: "bob-token" } as const;

export const channels = {
  annUser: "private-user.42",
  annToken: "private-token.ann-session",
  bobUser: "private-user.43",
  bobToken: "private-token.bob-session",
} as const;

/** Waits that tests need not sit through. */
export const quick = { first: 4, longest: 16, random: () => 0 } as const;

/** What a delegate was told. */
export class Told {
  readonly states = new Events<`${ConnectionState} > ${ConnectionState}`>();
  readonly errors = new Events<PusherError>();
  readonly app = new Events<VMSAppSocketData>();
  readonly intercom = new Events<{ readonly type: string }>();
  readonly delegate = {
    changedConnectionState: (from: ConnectionState, to: ConnectionState) => {
      this.states.push(`${from} > ${to}`);
    },
    receivedError: (error: PusherError) => {
      this.errors.push(error);
    },
    receivedAppSocket: (socket: VMSAppSocketData) => {
      this.app.push(socket);
    },
    receivedIntercomSocket: (socket: VMSIntercomSocketData) => {
      this.intercom.push(socket);
    },
  };
}

/** Twinwire, an application, and a network between the clients and Twinwire. */
export class ClientSite implements AsyncDisposable {
  readonly told = new Told();
  private readonly clients: VMSPusherApi[] = [];
  private readonly networks: CuttableProxy[];

  private constructor(
    readonly server: TestServer,
    readonly application: Application,
    readonly network: CuttableProxy,
  ) {
    this.networks = [network];
  }

  static async start(config: Record<string, unknown> = {}): Promise<ClientSite> {
    const server = startTestServer(config);
    const application = new Application();
    for (const { userToken, ...session } of [ann, bob]) application.sessions.set(userToken, session);
    const site = new ClientSite(server, application, await CuttableProxy.start(server.port));
    application.wsurl = { ws_url: site.socketUrl, app_key: site.appKey };
    return site;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.network.port}`;
  }

  get appKey(): string {
    return keys.app.key;
  }

  /** Ann's client in the shape of iOS, not yet connected. */
  client(options: Partial<VMSPusherApiOptions> = {}): VMSPusherApi {
    const { socketUrl, appKey, application } = this;
    const { delegate } = this.told;
    const defaults = { baseUrl: application.url, socketUrl, appKey, delegate, reconnect: quick };
    return this.owned(new VMSPusherApi({ ...defaults, ...ann, ...options }));
  }

  /** Another way to the server. */
  async anotherNetwork(): Promise<CuttableProxy> {
    const network = await CuttableProxy.start(this.server.port);
    this.networks.push(network);
    return network;
  }

  /** Is disconnected at the end. */
  owned(api: VMSPusherApi): VMSPusherApi {
    this.clients.push(api);
    return api;
  }

  async publish(channel: string, event: string, data: unknown): Promise<void> {
    await pusherSigner(keys.app, this.server.port).trigger(channel, event, data);
  }

  /** How many connections listen to the channel, as the server sees it. */
  async listeners(channel: string): Promise<number> {
    const answer = await pusherSigner(keys.app, this.server.port).get({
      path: `/channels/${channel}`,
      params: { info: "subscription_count" },
    });
    const { subscription_count: count = 0 } = (await answer.json()) as { subscription_count?: number };
    return count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.clients) client.disconnect();
    for (const network of this.networks) await network[Symbol.asyncDispose]();
    await this.application[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** Resolves once the client listens to exactly these channels. */
export async function listening(api: VMSPusherApi, ...names: readonly string[]): Promise<void> {
  const wanted = [...names].sort().join();
  await firstValueFrom(api.subscribedChannels.pipe(filter((found) => [...found].sort().join() === wanted)));
}
