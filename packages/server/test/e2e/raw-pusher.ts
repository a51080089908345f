import { createHash, createHmac } from "node:crypto";
import { keys } from "../server.ts";
import { RawSocket, type RawOptions } from "./raw-socket.ts";

export function pusherPath(key: string = keys.app.key, query = "protocol=7&client=js&version=8.6.0"): string {
  return `/app/${key}?${query}`;
}

export function openPusher(url: string, path = pusherPath(), options: RawOptions = {}): Promise<RawSocket> {
  return RawSocket.open(url.replace(/^http/, "ws") + path, options);
}

export interface PusherConnection {
  readonly socket: RawSocket;
  readonly socketId: string;
}

/** A client that has been told its socket id. */
export async function connectPusher(url: string, path = pusherPath()): Promise<PusherConnection> {
  const socket = await openPusher(url, path);
  const socketId = /socket_id\\":\\"([\d.]+)/.exec(await socket.having("pusher:connection_established"))?.[1];
  if (socketId === undefined) throw new Error("no socket id");
  return { socket, socketId };
}

/** The `auth` of a closed channel, or with `userData` of a sign-in. */
export function signature(socketId: string, what: string, secret: string = keys.app.secret): string {
  return `${keys.app.key}:${createHmac("sha256", secret).update(`${socketId}:${what}`).digest("hex")}`;
}

/** A subscribe event; `data` besides the channel, as the back end would answer it. */
export function subscribeEvent(channel: string, data: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ event: "pusher:subscribe", data: { channel, ...data } });
}

export async function subscribePusher(
  { socket, socketId }: PusherConnection,
  channel: string,
): Promise<void> {
  const closed = channel.startsWith("private-");
  socket.send(subscribeEvent(channel, closed ? { auth: signature(socketId, channel) } : {}));
  await socket.having("subscription_succeeded", `"${channel}"`);
}

/** Joins a presence channel as the user; resolves with the first answer about the channel. */
export async function joinPresence(
  { socket, socketId }: PusherConnection,
  channel: string,
  user: string,
): Promise<string> {
  const channelData = JSON.stringify({ user_id: user });
  const auth = signature(socketId, `${channel}:${channelData}`);
  socket.send(subscribeEvent(channel, { auth, channel_data: channelData }));
  return socket.frames.first((text) => /subscription_succeeded|subscription_error|pusher:error/.test(text));
}

/** The signed query of the Pusher HTTP API; `replace` sets parameters before the signature, `after` behind it. */
export interface ApiRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly secret?: string;
  readonly replace?: Readonly<Record<string, string>>;
  readonly after?: Readonly<Record<string, string>>;
}

export function signedPath({
  method,
  path,
  body = "",
  secret,
  replace = {},
  after = {},
}: ApiRequest): string {
  const parameters: Record<string, string> = {
    auth_key: keys.app.key,
    auth_timestamp: String(Math.floor(Date.now() / 1000)),
    auth_version: "1.0",
    ...(body === "" ? {} : { body_md5: createHash("md5").update(body).digest("hex") }),
    ...replace,
  };
  const query = Object.entries(parameters)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
  const signed = createHmac("sha256", secret ?? keys.app.secret)
    .update(`${method}\n${path}\n${query}`)
    .digest("hex");
  const given = new URLSearchParams({ ...parameters, auth_signature: signed, ...after });
  return `${path}?${given.toString()}`;
}

export function callPusherApi(url: string, request: ApiRequest): Promise<Response> {
  return fetch(url + signedPath(request), {
    method: request.method,
    ...(request.body === undefined
      ? {}
      : { body: request.body, headers: { "content-type": "application/json" } }),
  });
}

export function trigger(url: string, channel: string, data: string, name = "news"): Promise<Response> {
  const body = JSON.stringify({ name, channel, data });
  return callPusherApi(url, { method: "POST", path: `/apps/${keys.app.id}/events`, body });
}
