import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Encoder } from "../../../core/encoder.ts";
import type { CloseCode } from "../../../core/outlet.ts";
import type { ChannelNotice } from "../../../core/session.ts";
import { unsubscribeCodeOf } from "../codes.ts";
import type { Expiry } from "../messages.ts";
import type { PushSchema } from "./client_pb.ts";
import { protobufDeltas } from "./deltas.ts";
import { bytesOf, clientInfoMessage } from "./publication.ts";
import { publicationFrame } from "./publication-push.ts";
import { delimited, placeOf } from "./replies.ts";

/** What is said to all protobuf subscribers of a channel. */
export const protobufEncoder: Encoder = {
  wire: "centrifugo",
  encoding: "b",
  echoesMembership: true,

  deltas: protobufDeltas,

  publication: publicationFrame,

  membership(channel, { change, info }): Uint8Array {
    return pushFrame(channel, { [change]: { info: clientInfoMessage(info) } });
  },
};

/** What is told to one client that asked for nothing. */
export function noticeFrame(notice: ChannelNotice): Uint8Array {
  const { channel } = notice;
  switch (notice.kind) {
    case "unsubscribed":
      return pushFrame(channel, { unsubscribe: unsubscribeCodeOf(notice.why) });
    case "subscribed": {
      const { recoverable, positioned, position } = notice.outcome;
      const data = bytesOf(notice.data);
      return pushFrame(channel, { subscribe: { recoverable, positioned, ...placeOf(position), data } });
    }
  }
}

export function refreshedFrame(refresh: Expiry): Uint8Array {
  return delimited({ push: { refresh } });
}

export function disconnectFrame(disconnect: CloseCode): Uint8Array {
  return pushFrame("", { disconnect });
}

function pushFrame(channel: string, what: MessageInitShape<typeof PushSchema>): Uint8Array {
  return delimited({ push: { channel, ...what } });
}
