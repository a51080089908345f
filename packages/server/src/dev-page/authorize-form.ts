import {
  channelAuthorization,
  isSocketId,
  type ChannelAuthorization,
  type PusherKeys,
} from "@twinwire/backend";

/**
 * Signs a subscription as an application's back end would (pusher-protocol 2.6), for whichever user the form names.
 * Answers why not where it cannot.
 */
export function authorizeForm(form: URLSearchParams, keys: PusherKeys): ChannelAuthorization | string {
  const socket = form.get("socket_id") ?? "";
  const channel = form.get("channel_name") ?? "";
  if (keys.key === "") return "the configuration has no app: add one to apps";
  if (!isSocketId(socket)) return "socket_id is missing, or is not digits.digits";
  if (channel.startsWith("private-encrypted-"))
    return "the dev page has no key for encrypted channels: use a private- or presence- channel";
  if (!/^(private|presence)-[A-Za-z0-9_=@,.;:-]{1,191}$/.test(channel))
    return "channel_name is missing, or does not begin with private- or presence-";
  if (channel.startsWith("private-")) return channelAuthorization(keys, socket, channel);

  const user = form.get("user_id") ?? "";
  if (user === "") return "user_id is missing: a presence channel needs to know who joins";
  const info = parsed(form.get("user_info"));
  const member = { userId: user, ...(info === undefined ? {} : { userInfo: info }) };
  return channelAuthorization(keys, socket, channel, member);
}

function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
