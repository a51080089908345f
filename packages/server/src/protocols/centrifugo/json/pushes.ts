import type { Encoder, Unsayable } from "../../../core/encoder.ts";
import type { CloseCode } from "../../../core/outlet.ts";
import { oneLine } from "../../../json-text/slices.ts";
import type { ChannelNotice } from "../../../core/session.ts";
import { unsubscribeCodeOf } from "../codes.ts";
import type { Expiry } from "../messages.ts";
import { bytesOnJson } from "./bytes-on-json.ts";
import { jsonDeltas, type PushText } from "./deltas.ts";
import { clientInfoText, publicationText } from "./publication.ts";
import { epochField, offsetField } from "./replies.ts";

/** What is said without being asked, as JSON. */
export interface JsonPushes {
  /** For all JSON subscribers of a channel. */
  readonly encoder: Encoder;
  notice(notice: ChannelNotice): string | Unsayable;
  refreshed(expiry: Expiry): string;
  disconnect(close: CloseCode): string;
}

/** @param before what stands in front of every push. @param behind and after it: a reply around it, or nothing. */
export function jsonPushes(encoding: string, before: string, behind: string): JsonPushes {
  const push: PushText = (channel, what) =>
    // Who is unsubscribed from nothing is told of no channel.
    channel === ""
      ? `${before}{${what}}${behind}`
      : `${before}{"channel":${JSON.stringify(channel)},${what}}${behind}`;
  return {
    encoder: {
      wire: "centrifugo",
      encoding,
      echoesMembership: true,
      deltas: jsonDeltas(push),
      publication(channel, publication): string | Unsayable {
        const text = publicationText(publication);
        return text === undefined ? bytesOnJson : push(channel, `"pub":${text}`);
      },
      membership(channel, { change, info }): string {
        return push(channel, `"${change}":{"info":${clientInfoText(info)}}`);
      },
    },
    notice(notice): string | Unsayable {
      const what = noticeText(notice);
      return typeof what === "string" ? push(notice.channel, what) : what;
    },
    refreshed: ({ expires, ttl }) => push("", `"refresh":{${expires ? `"expires":true,"ttl":${ttl}` : ""}}`),
    disconnect: ({ code, reason }) =>
      push("", `"disconnect":{"code":${code},"reason":${JSON.stringify(reason)}}`),
  };
}

/** What is told to one client that asked for nothing. */
function noticeText(notice: ChannelNotice): string | Unsayable {
  switch (notice.kind) {
    case "unsubscribed": {
      const { code, reason } = unsubscribeCodeOf(notice.why);
      const fields = reason === "" ? `"code":${code}` : `"code":${code},"reason":${JSON.stringify(reason)}`;
      return `"unsubscribe":{${fields}}`;
    }
    case "subscribed": {
      const { recoverable, positioned, position } = notice.outcome;
      let text = recoverable ? ',"recoverable":true' : "";
      text += epochField(position) + offsetField(position);
      if (positioned) text += ',"positioned":true';
      if (notice.data instanceof Uint8Array) return bytesOnJson;
      if (notice.data !== undefined) text += `,"data":${oneLine(notice.data)}`;
      return `"subscribe":{${text.slice(1)}}`;
    }
  }
}
