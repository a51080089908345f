import { checkKeys, signature, type PusherKeys } from "./keys.ts";
import { isSocketId } from "./socket-id.ts";

/** Who joins a presence channel. */
export interface PresenceMember {
  /** Connections with the same id are one member. */
  readonly userId: string | number;
  /** What the other members are told; anything with a JSON form. */
  readonly userInfo?: unknown;
}

/** Whose connection it is that signs in. */
export interface PusherUser {
  readonly id: string;
  readonly userInfo?: unknown;
  /** Users whose coming and going the connection wants to hear of. */
  readonly watchlist?: readonly string[];
}

/** The answer to `channelAuthorization` of pusher-js, as JSON. */
export interface ChannelAuthorization {
  readonly auth: string;
  readonly channel_data?: string;
}

/** The answer to `userAuthentication` of pusher-js, as JSON. */
export interface UserAuthentication {
  readonly auth: string;
  readonly user_data: string;
}

/** The longest that a server of this protocol takes. */
const channelLength = 200;
const closedChannel = /^(private|presence)-[A-Za-z0-9_=@,.;:-]+$/;

/**
 * Lets a connection join a private or presence channel (protocol notes, 2.6). Whether its user may is for the caller to
 * decide before. A presence channel without `member` takes the user that the connection has signed in as.
 * An encrypted channel needs a `shared_secret` beside this, which is not made here.
 *
 * Throws a TypeError where the socket id is none, the channel is open or has no possible name, or the member has no id:
 * `socket_id` and `channel_name` come from the client, so check them before where that is not to be an error.
 */
export function channelAuthorization(
  keys: PusherKeys,
  socketId: string,
  channel: string,
  member?: PresenceMember,
): ChannelAuthorization {
  checkKeys(keys);
  checkSocketId(socketId);
  if (channel.length > channelLength || !closedChannel.test(channel))
    throw new TypeError("the channel is none that begins with private- or presence-, and needs no signature");
  if (member === undefined) return { auth: sign(keys, `${socketId}:${channel}`) };
  if (!channel.startsWith("presence-")) throw new TypeError("only presence channels have members");
  const { userId, userInfo } = member;
  if (typeof userId === "string" ? userId === "" : !Number.isFinite(userId))
    throw new TypeError("userId, the member's, is neither a text that is not empty nor a finite number");
  const data = JSON.stringify({ user_id: userId, ...optional("user_info", userInfo) });
  return { auth: sign(keys, `${socketId}:${channel}:${data}`), channel_data: data };
}

/**
 * Signs a connection in as a user (protocol notes, 2.8).
 * Throws a TypeError where the socket id is none or the user has no id.
 */
export function userAuthentication(keys: PusherKeys, socketId: string, user: PusherUser): UserAuthentication {
  checkKeys(keys);
  checkSocketId(socketId);
  const { id, userInfo, watchlist } = user;
  if (typeof id !== "string" || id === "") throw new TypeError("id, the user's, is a text that is not empty");
  const data = JSON.stringify({
    id,
    ...optional("user_info", userInfo),
    ...optional("watchlist", watchlist),
  });
  return { auth: sign(keys, `${socketId}::user::${data}`), user_data: data };
}

function sign({ key, secret }: PusherKeys, text: string): string {
  return `${key}:${signature(secret, text)}`;
}

function checkSocketId(socketId: string): void {
  if (!isSocketId(socketId)) throw new TypeError("the socket id is not digits, a dot, digits");
}

function optional(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}
