import Pusher, { type Channel } from "pusher-js";
import type { ChannelAuthorizationData, UserAuthenticationData } from "pusher-js/types/src/core/auth/options";
import { keys } from "../../packages/server/test/server.ts";
import type { ServerSdk } from "./server-sdk.ts";

/** pusher-js, whose application has every signature from an SDK. */
export class SignedClient implements Disposable {
  readonly pusher: Pusher;

  constructor(port: number, sdk: ServerSdk, user: string) {
    this.pusher = new Pusher(keys.app.key, {
      ...{ cluster: "", wsHost: "127.0.0.1", wsPort: port, forceTLS: false, enabledTransports: ["ws"] },
      channelAuthorization: {
        ...{ endpoint: "", transport: "ajax" },
        customHandler: ({ socketId, channelName: channel }, told) => {
          const present = channel.startsWith("presence-");
          const member = present ? { member: { user_id: user, user_info: { name: user } } } : {};
          sdk.does<ChannelAuthorizationData>({ do: "authorize", socketId, channel, ...member }).then(
            (answer) => {
              told(null, answer);
            },
            (cause: unknown) => {
              told(cause as Error, null);
            },
          );
        },
      },
      userAuthentication: {
        ...{ endpoint: "", transport: "ajax" },
        customHandler: ({ socketId }, told) => {
          sdk.does<UserAuthenticationData>({ do: "authenticate", socketId, user: { id: user } }).then(
            (answer) => {
              told(null, answer);
            },
            (cause: unknown) => {
              told(cause as Error, null);
            },
          );
        },
      },
    });
  }

  /** Joins; throws where it is refused. */
  join(name: string): Promise<Channel> {
    const channel = this.pusher.subscribe(name);
    return new Promise((resolve, reject) => {
      channel.bind("pusher:subscription_succeeded", () => {
        resolve(channel);
      });
      channel.bind("pusher:subscription_error", (error: unknown) => {
        reject(new Error(`${name}: ${JSON.stringify(error)}`));
      });
    });
  }

  /** Signs in; resolves with the user's id. */
  signIn(): Promise<string> {
    return new Promise((resolve) => {
      this.pusher.bind("pusher:signin_success", ({ user_data: data }: { user_data: string }) => {
        resolve((JSON.parse(data) as { id: string }).id);
      });
      this.pusher.signin();
    });
  }

  [Symbol.dispose](): void {
    this.pusher.disconnect();
  }
}
