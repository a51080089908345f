import type { BackoffOptions } from "./backoff.ts";
import type { VMSSocketManagerDelegate } from "./delegate.ts";
import type { PusherOptions } from "./pusher-options.ts";
import type { RecoveryOptions } from "./recovery.ts";
import type { RequestOptions } from "./request.ts";
import { PusherError, type PusherFault } from "./pusher-error.ts";
import { baseUrlOf, socketAddress } from "./socket-address.ts";

/** Where to connect to, and as whom. */
export interface VMSConnectionData {
  /**
   * Address of the application; the endpoints are under `{baseUrl}/api/v1/`.
   * @default the origin of `socketUrl`, with http for ws and https for wss
   */
  readonly baseUrl?: string;
  /** `ws_url` of `getSocketUrl()`. */
  readonly socketUrl: string;
  /** `app_key` of `getSocketUrl()`. */
  readonly appKey: string;
  /** The user's bearer token. */
  readonly userToken: string;
  readonly userId: number | string;
  /** Id of the user's access token (of the session). Empty: its channel is not subscribed to. */
  readonly accessTokenId: string;
}

/** How the client behaves. */
export interface VMSClientOptions extends RequestOptions {
  readonly delegate?: Partial<VMSSocketManagerDelegate>;
  /**
   * After repeated failures, fetches the socket's URL again and connects to what it says then. `true` is `{}`.
   * @default false
   */
  readonly autoRecover?: boolean | RecoveryOptions;
  /** Waits between attempts to connect, and between attempts to have a channel authorised. */
  readonly reconnect?: BackoffOptions;
  /** Handed to pusher-js. */
  readonly pusherOptions?: PusherOptions;
}

export type VMSPusherApiOptions = VMSConnectionData & VMSClientOptions;

/** The connection data as it is kept: the id as text, empty for what is not known. */
export interface Settings {
  readonly baseUrl: string;
  readonly socketUrl: string;
  readonly appKey: string;
  readonly userToken: string;
  readonly userId: string;
  readonly accessTokenId: string;
}

export const noSettings: Settings = {
  baseUrl: "",
  socketUrl: "",
  appKey: "",
  userToken: "",
  userId: "",
  accessTokenId: "",
};

/** What is given, laid over what was there. A user id of 0 is none and leaves what was there, as on Android. */
export function withChanges(before: Settings, changes: Partial<VMSConnectionData>): Settings {
  const { baseUrl, socketUrl, appKey, userToken, userId, accessTokenId } = changes;
  const user = userId === undefined || userId === 0 || userId === "" ? before.userId : String(userId);
  // Another user's session is not this one's.
  const isOther = before.userId !== "" && user !== before.userId;
  return {
    baseUrl: baseUrl ?? before.baseUrl,
    socketUrl: socketUrl ?? before.socketUrl,
    appKey: appKey ?? before.appKey,
    userToken: userToken ?? before.userToken,
    userId: user,
    accessTokenId: accessTokenId ?? (isOther ? "" : before.accessTokenId),
  };
}

/** The user's channels (pusher-protocol 8.2). */
export function channelsOf({ userId, accessTokenId }: Settings): readonly string[] {
  return [
    ...(userId === "" ? [] : [`private-user.${userId}`]),
    ...(accessTokenId === "" ? [] : [`private-token.${accessTokenId}`]),
  ];
}

export function baseUrlIn({ baseUrl, socketUrl }: Settings): string | undefined {
  return baseUrl === "" ? baseUrlOf(socketUrl) : baseUrl;
}

/** Why that is no address of a socket; undefined where it is one. */
export function socketUrlError(socketUrl: string): PusherError | undefined {
  if (socketUrl === "") return missing("Socket URL", "socketUrl");
  if (socketAddress(socketUrl) !== undefined) return undefined;
  const message = "Socket URL has to begin with ws:// or wss:// and name a host.";
  return new PusherError(message, { kind: "settings", setting: "socketUrl" });
}

type Setting = Extract<PusherFault, { kind: "settings" }>["setting"];

/** Says that a setting is not there. */
export function missing(name: string, setting: Setting): PusherError {
  return new PusherError(`${name} is empty.`, { kind: "settings", setting });
}

/** The first thing that is missing to connect. */
export function missingIn(settings: Settings): PusherError | undefined {
  const error = socketUrlError(settings.socketUrl);
  if (error !== undefined) return error;
  if (settings.appKey === "") return missing("App key", "appKey");
  if (settings.userToken === "") return missing("User token", "userToken");
  return channelsOf(settings).length === 0 ? missing("User id", "userId") : undefined;
}
