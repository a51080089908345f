import type { Hmac } from "../secrets/hmac.ts";

export interface ChannelAuthorization {
  readonly auth: string;
  readonly channel_data?: string;
}

/**
 * Signs a subscription as an application's back end would (pusher-protocol 2.6), for whichever user the form names.
 * Answers why not where it cannot.
 */
export function channelAuthorization(
  form: URLSearchParams,
  key: string,
  secret: Hmac,
): ChannelAuthorization | string {
  const socket = form.get("socket_id") ?? "";
  const channel = form.get("channel_name") ?? "";
  if (key === "") return "the configuration has no app: add one to apps";
  // A looser check would let a caller shift text between the parts of what is signed.
  if (!/^\d+\.\d+$/.test(socket)) return "socket_id is missing, or is not digits.digits";
  if (channel.startsWith("private-encrypted-"))
    return "the dev page has no key for encrypted channels: use a private- or presence- channel";
  if (!/^(private|presence)-[A-Za-z0-9_=@,.;:-]{1,191}$/.test(channel))
    return "channel_name is missing, or does not begin with private- or presence-";
  if (channel.startsWith("private-")) return { auth: `${key}:${secret.hex(`${socket}:${channel}`)}` };

  const user = form.get("user_id") ?? "";
  if (user === "") return "user_id is missing: a presence channel needs to know who joins";
  const info = parsed(form.get("user_info"));
  const data = JSON.stringify({ user_id: user, ...(info === undefined ? {} : { user_info: info }) });
  return { auth: `${key}:${secret.hex(`${socket}:${channel}:${data}`)}`, channel_data: data };
}

function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
