import Pusher from "pusher-js";
import { PusherPublisher, signToken } from "@twinwire/backend";
import { vmsBackend, vmsPublisher, type VmsPublisher } from "@twinwire/vms/backend";
import { Events } from "../../server/test/events.ts";
import { keys, startTestServer } from "../../server/test/server.ts";
import { onBun } from "./backend-hosts.ts";

/** Who the tests' clients are. */
export const caller = { userId: 42, accessTokenId: "9f3c-login" } as const;
export const userChannel = `private-user.${caller.userId}`;
export const tokenChannel = `private-token.${caller.accessTokenId}`;

const bearerKey = { secret: "the application's own key, 32 bytes or more" };

/** Twinwire, and an application beside it whose users connect there. */
export interface VmsSite extends AsyncDisposable {
  readonly port: number;
  readonly authUrl: string;
  /** The caller's own token. */
  readonly bearer: string;
  readonly publisher: VmsPublisher;
  /** Publishes what the typed publisher would not. */
  readonly raw: PusherPublisher;
}

export async function startSite(config: Record<string, unknown> = {}): Promise<VmsSite> {
  const server = startTestServer(config);
  const socket = `ws://127.0.0.1:${server.port}`;
  const application = onBun(vmsBackend({ app: keys.app, socket, authenticate: { jwt: bearerKey } }).fetch);
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const { id: appId, key, secret } = keys.app;
  const raw = new PusherPublisher({ url: server.url, appId, key, secret });
  return {
    port: server.port,
    authUrl: `${application.url}/api/v1/broadcasting/auth`,
    bearer: await signToken(bearerKey, { sub: String(caller.userId), jti: caller.accessTokenId, exp }),
    publisher: vmsPublisher(raw),
    raw,
    async [Symbol.asyncDispose]() {
      await application[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** An event of a channel as it stood in its frame: what the mobile apps' own parsers begin with. */
export interface Frame {
  readonly channel: string;
  readonly event: string;
  /** Text, as the apps need it. */
  readonly data: unknown;
}

interface Transport {
  bind(event: "message", heard: (message: { readonly data: string }) => void): void;
}

/** pusher-js on both channels of the caller, with the frames as they came. */
export class Receiver implements AsyncDisposable {
  readonly frames = new Events<Frame>();
  private readonly pusher: Pusher;

  private constructor({ port, authUrl, bearer }: VmsSite) {
    this.pusher = new Pusher(keys.app.key, {
      cluster: "",
      wsHost: "127.0.0.1",
      wsPort: port,
      forceTLS: false,
      enabledTransports: ["ws"],
      channelAuthorization: {
        transport: "ajax",
        endpoint: authUrl,
        headers: { Authorization: `Bearer ${bearer}` },
      },
    });
    this.pusher.connection.bind("connected", () => {
      this.listen();
    });
  }

  static async start(site: VmsSite): Promise<Receiver> {
    const receiver = new Receiver(site);
    await Promise.all([userChannel, tokenChannel].map((channel) => receiver.subscribed(channel)));
    return receiver;
  }

  get socketId(): string {
    return this.pusher.connection.socket_id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pusher.disconnect();
    return Promise.resolve();
  }

  private subscribed(channel: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const joined = this.pusher.subscribe(channel);
      joined.bind("pusher:subscription_succeeded", () => {
        resolve();
      });
      joined.bind("pusher:subscription_error", (error: unknown) => {
        reject(new Error(`${channel} was refused: ${JSON.stringify(error)}`));
      });
    });
  }

  /** Beneath the client's own parser, which turns data that is text into what the text says. */
  private listen(): void {
    const { transport } = this.pusher.connection.connection as unknown as { readonly transport: Transport };
    transport.bind("message", ({ data }) => {
      const frame = JSON.parse(data) as Frame;
      if (!frame.event.startsWith("pusher")) this.frames.push(frame);
    });
  }
}
