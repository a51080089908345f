import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import type { StreamPosition } from "../../../core/publication.ts";
import type { Refusal } from "../../../core/refusal.ts";
import { errorOf } from "../codes.ts";
import type { ConnectResult, Reply, SubscribeResult } from "../messages.ts";
import { ReplySchema, type ConnectResultSchema, type SubscribeResultSchema } from "./client_pb.ts";
import { recoveredMessages } from "./deltas.ts";
import { bytesOf, bytesOfContent, clientInfoMessage, publicationMessage } from "./publication.ts";

type ReplyFields = MessageInitShape<typeof ReplySchema>;

/** A message behind its length, as it stands in a frame. */
export function delimited(reply: ReplyFields): Uint8Array {
  return sizeDelimitedEncode(ReplySchema, create(ReplySchema, reply));
}

export function replyFrame(id: number, reply: Reply): Uint8Array {
  return delimited({ id, ...resultOf(reply) });
}

export function refusalFrame(id: number, refusal: Refusal): Uint8Array {
  return delimited({ id, error: errorOf(refusal) });
}

function resultOf(reply: Reply): ReplyFields {
  switch (reply.kind) {
    case "connect":
      return { connect: connectMessage(reply.result) };
    case "subscribe":
      return { subscribe: subscribeMessage(reply.result) };
    case "unsubscribe":
      return { unsubscribe: {} };
    case "publish":
      return { publish: {} };
    case "presence":
      return {
        presence: { presence: mapOf(reply.clients, (info) => [info.client, clientInfoMessage(info)]) },
      };
    case "presence-stats":
      return { presenceStats: { numClients: reply.headcount.clients, numUsers: reply.headcount.users } };
    case "history": {
      const { publications, position } = reply.page;
      return { history: { publications: publications.map(publicationMessage), ...placeOf(position) } };
    }
    case "rpc":
      return { rpc: { data: reply.data === undefined ? new Uint8Array() : bytesOfContent(reply.data) } };
    case "refresh":
      return { refresh: reply.expiry };
    case "sub-refresh":
      return { subRefresh: reply.expiry };
  }
}

function connectMessage(result: ConnectResult): MessageInitShape<typeof ConnectResultSchema> {
  const { client, version, expiry, data, subs, ping, pong, session, node, time } = result;
  return {
    client,
    version,
    ...expiry,
    data: bytesOf(data),
    subs: mapOf(subs, ([channel, sub]) => [channel, subscribeMessage(sub)]),
    ping,
    pong,
    session,
    node,
    time: BigInt(time),
  };
}

function subscribeMessage(result: SubscribeResult): MessageInitShape<typeof SubscribeResultSchema> {
  const { outcome, expiry, data } = result;
  const { recoverable, publications, recovered, position, positioned, wasRecovering, delta } = outcome;
  return {
    ...expiry,
    recoverable,
    publications: delta ? recoveredMessages(publications) : publications.map(publicationMessage),
    recovered,
    positioned,
    ...placeOf(position),
    data: bytesOf(data),
    wasRecovering,
    delta,
  };
}

export function placeOf(position: StreamPosition | undefined): { epoch: string; offset: bigint } {
  return { epoch: position?.epoch ?? "", offset: BigInt(position?.offset ?? 0) };
}

/** Whatever its keys are called: a channel may be `__proto__`. */
function mapOf<A, B>(all: Iterable<A>, entry: (one: A) => readonly [string, B]): Record<string, B> {
  return Object.fromEntries(Array.from(all, entry));
}
