import { member } from "../../json-text/slices.ts";
import {
  type AskedPosition,
  type ClientEvent,
  type Inbound,
  Malformed,
  type SignIn,
  type Subscribe,
} from "./messages.ts";
import { eventNameLength } from "./settings.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that the text is; undefined where it is anything else. */
export function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const ping: Inbound = { kind: "ping" };
const pong: Inbound = { kind: "pong" };

/** Reads one message of a client, whatever came. */
export function parse(frame: string | Uint8Array): Inbound | Malformed {
  if (typeof frame !== "string") return new Malformed("a message is text");
  const message = objectOf(frame);
  if (message === undefined) return new Malformed("a message is a JSON object");
  const { event, data } = message;
  switch (event) {
    case "pusher:ping":
      return ping;
    case "pusher:pong":
      return pong;
    case "pusher:subscribe":
      return parseSubscribe(dataObject(data));
    case "pusher:unsubscribe":
      return parseUnsubscribe(dataObject(data));
    case "pusher:signin":
      return parseSignIn(dataObject(data));
    default:
      if (typeof event !== "string") return new Malformed("a message has an event, which is a string");
      if (event.startsWith("client-")) return parseClientEvent(frame, event, message);
      return new Malformed("clients send pusher:subscribe and the like, and events that begin with client-");
  }
}

/** Clients send an object, or the text of one. */
function dataObject(data: unknown): JsonObject | undefined {
  if (typeof data === "string") return objectOf(data);
  return isObject(data) ? data : undefined;
}

function parseSubscribe(data: JsonObject | undefined): Subscribe | Malformed {
  const channel = data?.["channel"];
  if (typeof channel !== "string") return new Malformed("pusher:subscribe has data.channel, a string");
  const auth = data?.["auth"] ?? "";
  const channelData = data?.["channel_data"] ?? undefined;
  if (typeof auth !== "string") return new Malformed("data.auth of pusher:subscribe is a string");
  if (channelData !== undefined && typeof channelData !== "string")
    return new Malformed("data.channel_data of pusher:subscribe is a string that holds JSON");
  const position = askedPosition(data?.["position"] ?? undefined);
  if (position instanceof Malformed) return position;
  return { kind: "subscribe", channel, auth, channelData, position };
}

/** Ids of earlier connections that count; a client that names more is the one to get its own events again. */
const mostSockets = 16;

/** `{}`, or `{"offset", "epoch", "sockets"?}`. */
function askedPosition(given: unknown): AskedPosition | undefined | Malformed {
  if (given === undefined) return undefined;
  const unfit = new Malformed("data.position of pusher:subscribe is {}, or has an offset and an epoch");
  if (!isObject(given)) return unfit;
  const { offset, epoch, sockets = [] } = given;
  if (!Array.isArray(sockets)) return unfit;
  const ids = sockets.slice(0, mostSockets).filter((id): id is string => typeof id === "string");
  if (offset === undefined && epoch === undefined) return { since: undefined, sockets: ids };
  // An empty epoch would fit every stream.
  if (typeof offset !== "number" || !Number.isSafeInteger(offset) || offset < 0) return unfit;
  if (typeof epoch !== "string" || epoch === "") return unfit;
  return { since: { offset, epoch }, sockets: ids };
}

function parseUnsubscribe(data: JsonObject | undefined): Inbound | Malformed {
  const channel = data?.["channel"];
  if (typeof channel !== "string") return new Malformed("pusher:unsubscribe has data.channel, a string");
  return { kind: "unsubscribe", channel };
}

function parseSignIn(data: JsonObject | undefined): SignIn | Malformed {
  const auth = data?.["auth"] ?? "";
  const userData = data?.["user_data"];
  if (typeof auth !== "string") return new Malformed("data.auth of pusher:signin is a string");
  if (typeof userData !== "string")
    return new Malformed("data.user_data of pusher:signin is a string that holds JSON");
  return { kind: "sign-in", auth, userData };
}

/** Data goes on as the sender gave it: its text, not what it parses to, so that no number changes on the way. */
function parseClientEvent(frame: string, name: string, message: JsonObject): ClientEvent | Malformed {
  const { channel, data } = message;
  if (typeof channel !== "string") return new Malformed("a client event has a channel, which is a string");
  if (name.length > eventNameLength)
    return new Malformed(`an event's name has at most ${eventNameLength} characters`);
  const quoted = typeof data === "string";
  const text = quoted ? data : (member(frame, "data") ?? "null");
  return {
    kind: "client-event",
    channel,
    content: { kind: "event", name, data: text, quoted },
    bytes: Buffer.byteLength(text),
  };
}
