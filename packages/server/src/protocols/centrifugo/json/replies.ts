import { Unsayable } from "../../../core/encoder.ts";
import type { Refusal } from "../../../core/refusal.ts";
import type { ClientInfo, Content, HistoryPage, StreamPosition } from "../../../core/publication.ts";
import { oneLine } from "../../../json-text/slices.ts";
import { errorOf } from "../codes.ts";
import type { ConnectResult, Expiry, Reply, SubscribeResult } from "../messages.ts";
import { bytesOnJson } from "./bytes-on-json.ts";
import { recoveredTexts } from "./deltas.ts";
import { clientInfoText, contentText, publicationTexts } from "./publication.ts";

/** One reply, its fields in the order of the schema (protocol notes, 1.3). */
export function replyText(id: number, reply: Reply): string | Unsayable {
  const result = resultText(reply);
  if (result instanceof Unsayable) return result;
  return `{"id":${id},"${fieldOf[reply.kind]}":${result}}`;
}

const fieldOf = {
  connect: "connect",
  subscribe: "subscribe",
  unsubscribe: "unsubscribe",
  publish: "publish",
  presence: "presence",
  "presence-stats": "presence_stats",
  history: "history",
  rpc: "rpc",
  refresh: "refresh",
  "sub-refresh": "sub_refresh",
} as const satisfies Record<Reply["kind"], string>;

function resultText(reply: Reply): string | Unsayable {
  switch (reply.kind) {
    case "connect":
      return connectText(reply.result);
    case "subscribe":
      return subscribeText(reply.result);
    case "unsubscribe":
    case "publish":
      return "{}";
    case "presence":
      return presenceText(reply.clients);
    case "presence-stats":
      return `{"num_clients":${reply.headcount.clients},"num_users":${reply.headcount.users}}`;
    case "history":
      return historyText(reply.page);
    case "rpc":
      return rpcText(reply.data);
    case "refresh":
    case "sub-refresh":
      return objectOf(expiryFields(reply.expiry));
  }
}

export function refusalText(id: number, refusal: Refusal): string {
  const { code, message, temporary } = errorOf(refusal);
  return `{"id":${id},"error":{"code":${code},"message":${JSON.stringify(message)}${temporary ? ',"temporary":true' : ""}}}`;
}

/** Members, each with a comma in front, as an object. */
function objectOf(members: string): string {
  return `{${members.slice(1)}}`;
}

function expiryFields({ expires, ttl }: Expiry): string {
  if (!expires) return "";
  return ttl > 0 ? `,"expires":true,"ttl":${ttl}` : ',"expires":true';
}

function rpcText(data: Content | undefined): string | Unsayable {
  const text = data === undefined ? "" : contentText(data);
  if (text === undefined) return bytesOnJson;
  return text === "" ? "{}" : `{"data":${text}}`;
}

export function connectText(result: ConnectResult): string | Unsayable {
  let text = `{"client":"${result.client}","version":${JSON.stringify(result.version)}`;
  text += expiryFields(result.expiry);
  if (result.data instanceof Uint8Array) return bytesOnJson;
  if (result.data !== undefined) text += `,"data":${oneLine(result.data)}`;
  if (result.subs.size > 0) {
    const subs: string[] = [];
    for (const [channel, sub] of result.subs) {
      const subText = subscribeText(sub);
      if (subText instanceof Unsayable) return subText;
      subs.push(`${JSON.stringify(channel)}:${subText}`);
    }
    text += `,"subs":{${subs.join(",")}}`;
  }
  if (result.ping > 0) text += `,"ping":${result.ping}`;
  if (result.pong) text += ',"pong":true';
  if (result.session !== "") text += `,"session":"${result.session}"`;
  if (result.node !== "") text += `,"node":"${result.node}"`;
  if (result.time > 0) text += `,"time":${result.time}`;
  return text + "}";
}

function subscribeText({ outcome, expiry, data }: SubscribeResult): string | Unsayable {
  const { position } = outcome;
  let text = expiryFields(expiry);
  if (outcome.recoverable) text += ',"recoverable":true';
  text += epochField(position);
  if (outcome.publications.length > 0) {
    const texts = outcome.delta ? recoveredTexts : publicationTexts;
    const publications = texts(outcome.publications);
    if (publications === undefined) return bytesOnJson;
    text += `,"publications":[${publications}]`;
  }
  if (outcome.recovered) text += ',"recovered":true';
  text += offsetField(position);
  if (outcome.positioned) text += ',"positioned":true';
  if (data instanceof Uint8Array) return bytesOnJson;
  if (data !== undefined) text += `,"data":${oneLine(data)}`;
  if (outcome.wasRecovering) text += ',"was_recovering":true';
  if (outcome.delta) text += ',"delta":true';
  return objectOf(text);
}

export function epochField(position: StreamPosition | undefined): string {
  return position === undefined || position.epoch === "" ? "" : `,"epoch":${JSON.stringify(position.epoch)}`;
}

export function offsetField(position: StreamPosition | undefined): string {
  return position === undefined || position.offset === 0 ? "" : `,"offset":${position.offset}`;
}

function presenceText(clients: readonly ClientInfo[]): string {
  const entries = clients.map((info) => `${JSON.stringify(info.client)}:${clientInfoText(info)}`);
  return `{"presence":{${entries.join(",")}}}`;
}

/** All three fields always stand there (protocol notes, 1.3). */
function historyText({ publications, position }: HistoryPage): string | Unsayable {
  const texts = publicationTexts(publications);
  if (texts === undefined) return bytesOnJson;
  return `{"publications":[${texts}],"epoch":${JSON.stringify(position.epoch)},"offset":${position.offset}}`;
}
