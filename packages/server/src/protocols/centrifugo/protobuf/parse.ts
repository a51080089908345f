import { fromBinary } from "@bufbuild/protobuf";
import type { Content, StreamPosition } from "../../../core/publication.ts";
import type { FilterNode } from "../../../core/tag-filter.ts";
import type { Inbound } from "../messages.ts";
import { contentOf } from "../payload.ts";
import {
  CommandSchema,
  type Command,
  type ConnectRequest,
  type FilterNode as FilterMessage,
  type SubscribeRequest,
} from "./client_pb.ts";
import { isWellFormed } from "./well-formed.ts";

const pong: Inbound = { kind: "pong" };

function malformed(what: string): Inbound {
  return { kind: "malformed", what };
}

/** The commands of one frame, each behind its length as a varint (protocol notes, 1.2). */
export function parseFrame(frame: Uint8Array): readonly Inbound[] {
  if (frame.length === 0) return [malformed("an empty frame")];
  const messages: Inbound[] = [];
  for (let at = 0; at < frame.length;) {
    const length = lengthAt(frame, at);
    const start = length === undefined ? 0 : at + length.size;
    if (length === undefined || length.value > frame.length - start) {
      messages.push(malformed("a length"));
      break;
    }
    at = start + length.value;
    const message = length.value === 0 ? pong : parseCommand(frame.subarray(start, at));
    messages.push(message);
    if (message.kind === "malformed") break;
  }
  return messages;
}

/** No frame is as long as a length of more bytes says. */
const longestLength = 5;

function lengthAt(frame: Uint8Array, at: number): { value: number; size: number } | undefined {
  let value = 0;
  for (let size = 0; size < longestLength; size += 1) {
    const byte = frame[at + size];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 128 ** size;
    if (byte < 128) return { value, size: size + 1 };
  }
  return undefined;
}

const options = { readUnknownFields: false };

function parseCommand(bytes: Uint8Array): Inbound {
  if (!isWellFormed(CommandSchema, bytes)) return malformed("no command");
  let command: Command;
  try {
    command = fromBinary(CommandSchema, bytes, options);
  } catch {
    // A text that is not UTF-8, a number of more than 64 bits.
    return malformed("no command");
  }
  const message = inboundOf(command);
  return command.id === 0 && message.kind !== "send" ? pong : message;
}

/** Of several requests in one command the first counts, in this order (protocol notes, 1.3). */
function inboundOf(command: Command): Inbound {
  const { id, connect, subscribe, unsubscribe, publish, presence, presenceStats, history } = command;
  if (connect !== undefined) return connectOf(id, connect);
  if (command.ping !== undefined) return { kind: "unknown", what: "ping" };
  if (subscribe !== undefined) return subscribeOf(id, subscribe);
  if (unsubscribe !== undefined) return { kind: "unsubscribe", id, channel: unsubscribe.channel };
  if (publish !== undefined) {
    const { channel, data, type } = publish;
    return { kind: "publish", id, channel, content: contentOf(data), bytes: data.length, type };
  }
  if (presence !== undefined) return { kind: "presence", id, channel: presence.channel };
  if (presenceStats !== undefined) return { kind: "presence-stats", id, channel: presenceStats.channel };
  if (history !== undefined) {
    const { channel, limit, since, reverse } = history;
    return { kind: "history", id, channel, limit, since: since && placeOf(since), reverse };
  }
  const { rpc, send, refresh, subRefresh } = command;
  if (rpc !== undefined) return { kind: "rpc", id, method: rpc.method, data: givenIn(rpc.data) };
  if (send !== undefined) return { kind: "send" };
  if (refresh !== undefined) return { kind: "refresh", id, token: refresh.token };
  if (subRefresh !== undefined) {
    const { channel, token, type } = subRefresh;
    return { kind: "sub-refresh", id, channel, token, type };
  }
  return { kind: "unknown", what: "no request" };
}

function connectOf(id: number, request: ConnectRequest): Inbound {
  const { token, subs, data, name, version, headers } = request;
  const named = Object.keys(headers).length === 0 ? undefined : headers;
  return {
    kind: "connect",
    id,
    token,
    subs: subsOf(subs),
    data: givenIn(data),
    name,
    version,
    headers: named,
  };
}

/** Data is there or not: an absent field and an empty one are the same here. */
function givenIn(data: Uint8Array): Content | undefined {
  return data.length === 0 ? undefined : contentOf(data);
}

function placeOf({ offset, epoch }: { readonly offset: bigint; readonly epoch: string }): StreamPosition {
  return { offset: Number(offset), epoch };
}

function recoverFrom(request: SubscribeRequest): StreamPosition | undefined {
  return request.recover ? placeOf(request) : undefined;
}

function subsOf(
  subs: Readonly<Record<string, SubscribeRequest>>,
): ReadonlyMap<string, StreamPosition | undefined> {
  return new Map(Object.entries(subs).map(([channel, request]) => [channel, recoverFrom(request)]));
}

/** What belongs to the encoding is left out. */
function filterOf({ op, key, cmp, val, vals, nodes }: FilterMessage): FilterNode {
  return { op, key, cmp, val, vals, nodes: nodes.map(filterOf) };
}

function subscribeOf(id: number, request: SubscribeRequest): Inbound {
  const { channel, token, positioned, recoverable, joinLeave, delta, tf, flag, type } = request;
  return {
    kind: "subscribe",
    id,
    channel,
    token,
    recover: recoverFrom(request),
    positioned,
    recoverable,
    joinLeave,
    data: givenIn(request.data),
    delta,
    filter: tf && filterOf(tf),
    // Only its lowest bits mean something.
    flag: Number(BigInt.asIntN(32, flag)),
    type,
  };
}
