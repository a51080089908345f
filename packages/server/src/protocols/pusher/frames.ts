import type { Member } from "../../core/broker.ts";
import type { ChannelName, UserId } from "../../core/ids.ts";
import type { Lost } from "../../core/joining.ts";
import type { StreamPosition } from "../../core/publication.ts";
import type { SubscriptionError } from "./codes.ts";

/** What the server says (protocol notes, 1.3): which `data` is an object and which the text of one is the wire's own law. */

export const pingFrame = '{"event":"pusher:ping","data":{}}';
export const pongFrame = '{"event":"pusher:pong","data":{}}';

const hash = 35;

/** A channel's name as JSON. Of the names that exist on this wire, only users' can hold what has to be escaped. */
export function channelJson(channel: ChannelName): string {
  return channel.charCodeAt(0) === hash ? JSON.stringify(channel) : `"${channel}"`;
}

/** Of these messages, `data` is JSON inside a string. */
function channelFrame(event: string, channel: ChannelName, data: string): string {
  return `{"event":"${event}","channel":${channelJson(channel)},"data":${JSON.stringify(data)}}`;
}

/** The first message of a connection. `activityTimeout`: seconds. */
export function establishedFrame(socketId: string, activityTimeout: number): string {
  return (
    '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"' +
    `${socketId}\\",\\"activity_timeout\\":${activityTimeout}}"}`
  );
}

/** `channel`: what it is about, as the client spelt it. */
export function errorFrame(message: string, code: number | null, channel?: string): string {
  const about = channel === undefined ? "" : `"channel":${JSON.stringify(channel)},`;
  return `{"event":"pusher:error",${about}"data":{"message":${JSON.stringify(message)},"code":${code}}}`;
}

/** Without it pusher-js shows a refused channel as pending for ever (protocol notes, 1.11). */
export function subscriptionErrorFrame(
  channel: string,
  reason: string,
  { type, status }: SubscriptionError,
): string {
  const data = `{"type":"${type}","error":${JSON.stringify(reason)},"status":${status}}`;
  return `{"event":"pusher:subscription_error","channel":${JSON.stringify(channel)},"data":${data}}`;
}

export function succeededFrame(channel: ChannelName): string {
  return `{"event":"pusher_internal:subscription_succeeded","channel":${channelJson(channel)},"data":"{}"}`;
}

/** A position as members of a frame. Of an epoch, nobody knows what a broker makes it of. */
export function positionMembers({ offset, epoch }: StreamPosition): string {
  return `"offset":${offset},"epoch":${JSON.stringify(epoch)}`;
}

/** `succeeded`, to a client that asked for positions: where it stands, and whether it gets all that it missed. */
export function withPosition(succeeded: string, position: StreamPosition, recovered: boolean): string {
  return `${succeeded.slice(0, -1)},${positionMembers(position)},"recovered":${recovered}}`;
}

/** Why somebody who may have missed something does not get it. */
export type GapReason = Lost | "uncertain";

/**
 * Something may be missing, and is not to be had. `data` says it whole, for clients that hand on nothing else.
 * `position`: where a client that asked for positions goes on.
 */
export function gapFrame(channel: ChannelName, reason: GapReason, position?: StreamPosition): string {
  const data = `{"channel":${channelJson(channel)},"reason":"${reason}"}`;
  const frame = channelFrame("twinwire:gap", channel, data);
  return position === undefined ? frame : `${frame.slice(0, -1)},${positionMembers(position)}}`;
}

/** A member's `user_info`: what the back end said of it in this channel, else of the connection (B7). Bytes cannot stand here. */
function userInfo({ info }: Member): string | undefined {
  const said = info.chanInfo ?? info.connInfo;
  return typeof said === "string" ? said : undefined;
}

/** Ids are strings, whatever the back end gave; a member without info still has its place in the hash. */
export function presenceSucceededFrame(channel: ChannelName, members: readonly Member[]): string {
  const ids: string[] = [];
  const entries: string[] = [];
  for (const member of members) {
    const id = JSON.stringify(member.user);
    ids.push(id);
    entries.push(`${id}:${userInfo(member) ?? "null"}`);
  }
  const presence = `{"ids":[${ids.join(",")}],"hash":{${entries.join(",")}},"count":${ids.length}}`;
  return channelFrame("pusher_internal:subscription_succeeded", channel, `{"presence":${presence}}`);
}

export function memberAddedFrame(channel: ChannelName, member: Member): string {
  const info = userInfo(member);
  const rest = info === undefined ? "" : `,"user_info":${info}`;
  return channelFrame(
    "pusher_internal:member_added",
    channel,
    `{"user_id":${JSON.stringify(member.user)}${rest}}`,
  );
}

export function memberRemovedFrame(channel: ChannelName, { user }: Pick<Member, "user">): string {
  return channelFrame("pusher_internal:member_removed", channel, `{"user_id":${JSON.stringify(user)}}`);
}

export function subscriptionCountFrame(channel: ChannelName, count: number): string {
  return channelFrame("pusher_internal:subscription_count", channel, `{"subscription_count":${count}}`);
}

export function cacheMissFrame(channel: ChannelName): string {
  return `{"event":"pusher:cache_miss","channel":${channelJson(channel)},"data":"{}"}`;
}

export function signedInFrame(userData: string): string {
  return `{"event":"pusher:signin_success","data":{"user_data":${JSON.stringify(userData)}}}`;
}

/** Who of a watchlist is there and who is not; what nobody is in is left out. `data` is an object (protocol notes, 1.3). */
export function watchlistFrame(online: readonly UserId[], offline: readonly UserId[]): string {
  const events: string[] = [];
  if (online.length > 0) events.push(`{"name":"online","user_ids":${JSON.stringify(online)}}`);
  if (offline.length > 0) events.push(`{"name":"offline","user_ids":${JSON.stringify(offline)}}`);
  return `{"event":"pusher_internal:watchlist_events","data":{"events":[${events.join(",")}]}}`;
}
