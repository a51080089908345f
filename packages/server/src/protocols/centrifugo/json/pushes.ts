import type { Encoder, Unsayable } from "../../../core/encoder.ts";
import { oneLine } from "../../../json-text/slices.ts";
import type { CloseCode } from "../../../core/outlet.ts";
import type { ChannelNotice } from "../../../core/session.ts";
import { unsubscribeCodeOf } from "../codes.ts";
import type { Expiry } from "../messages.ts";
import { bytesOnJson } from "./bytes-on-json.ts";
import { jsonDeltas } from "./deltas.ts";
import { clientInfoText, publicationText } from "./publication.ts";
import { pushText } from "./push-text.ts";
import { epochField, offsetField } from "./replies.ts";

/** What is said to all JSON subscribers of a channel. */
export const jsonEncoder: Encoder = {
  wire: "centrifugo",
  encoding: "c",
  echoesMembership: true,

  deltas: jsonDeltas,

  publication(channel, publication): string | Unsayable {
    const text = publicationText(publication);
    return text === undefined ? bytesOnJson : pushText(channel, `"pub":${text}`);
  },

  membership(channel, { change, info }): string {
    return pushText(channel, `"${change}":{"info":${clientInfoText(info)}}`);
  },
};

/** What is told to one client that asked for nothing. */
export function noticeText(notice: ChannelNotice): string | Unsayable {
  switch (notice.kind) {
    case "unsubscribed": {
      const { code, reason } = unsubscribeCodeOf(notice.why);
      const fields = reason === "" ? `"code":${code}` : `"code":${code},"reason":${JSON.stringify(reason)}`;
      return pushText(notice.channel, `"unsubscribe":{${fields}}`);
    }
    case "subscribed": {
      const { recoverable, positioned, position } = notice.outcome;
      let text = recoverable ? ',"recoverable":true' : "";
      text += epochField(position) + offsetField(position);
      if (positioned) text += ',"positioned":true';
      if (notice.data instanceof Uint8Array) return bytesOnJson;
      if (notice.data !== undefined) text += `,"data":${oneLine(notice.data)}`;
      return pushText(notice.channel, `"subscribe":{${text.slice(1)}}`);
    }
  }
}

export function refreshedText({ expires, ttl }: Expiry): string {
  return `{"push":{"refresh":{${expires ? `"expires":true,"ttl":${ttl}` : ""}}}}`;
}

export function disconnectText({ code, reason }: CloseCode): string {
  return pushText("", `"disconnect":{"code":${code},"reason":${JSON.stringify(reason)}}`);
}
