import { commandFrame } from "../../src/protocols/centrifugo/protobuf/forms.test.ts";
import { RawSocket, type RawOptions } from "./raw-socket.ts";
import { token } from "./tokens.ts";

export const centrifugoPath = "/connection/websocket";

/** `http://…` of a server as the Centrifugo wire's URL. */
export function centrifugoUrl(url: string): string {
  return url.replace(/^http/, "ws") + centrifugoPath;
}

export function openCentrifugo(url: string, options: RawOptions = {}): Promise<RawSocket> {
  return RawSocket.open(centrifugoUrl(url), options);
}

/** A connected client of the user; its next command has id 2. */
export async function connectCentrifugo(url: string, user = "ann"): Promise<RawSocket> {
  const socket = await openCentrifugo(url);
  socket.send(JSON.stringify({ id: 1, connect: { token: token({ sub: user }) } }));
  await socket.having('"connect"');
  return socket;
}

/** The same in protobuf, subscribed to the channel. */
export async function listenInProtobuf(url: string, channel: string): Promise<RawSocket> {
  const socket = await openCentrifugo(url, { protocols: ["centrifuge-protobuf"] });
  socket.send(commandFrame({ id: 1, connect: { token: token({ sub: "listener" }) } }));
  socket.send(commandFrame({ id: 2, subscribe: { channel } }));
  // An answer to show that the subscribe was done: its own reply has no text.
  socket.send(commandFrame({ id: 3, subscribe: { channel } }));
  await socket.having("already subscribed");
  return socket;
}

export async function subscribeCentrifugo(socket: RawSocket, channel: string, id = 2): Promise<void> {
  socket.send(JSON.stringify({ id, subscribe: { channel } }));
  await socket.having(`"id":${id}`, '"subscribe"');
}
