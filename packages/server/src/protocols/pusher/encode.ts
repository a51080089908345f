import type { ChannelName } from "../../core/ids.ts";
import { type Encoder, Unsayable } from "../../core/encoder.ts";
import type { Publication } from "../../core/publication.ts";
import { crossed } from "./crossing.ts";
import { channelJson, memberAddedFrame, memberRemovedFrame, positionMembers } from "./frames.ts";

/** Bytes are passed over here, and counted; their sender is told where it can be (B12). */
const bytesUnsayable = new Unsayable(undefined);
const presencePrefix = "presence-";

/** JSON text of the wire, as every Pusher client has it. */
export const pusherEncoder: Encoder = {
  wire: "pusher",
  encoding: "p",
  echoesMembership: false,

  publication(channel, { content, by }) {
    switch (content.kind) {
      case "event": {
        const data = content.quoted ? JSON.stringify(content.data) : content.data;
        return eventFrame({ name: content.name, channel, data, by });
      }
      case "json": {
        const { name, data } = crossed(content.text, by !== undefined);
        return eventFrame({ name, channel, data: JSON.stringify(data), by });
      }
      case "bytes":
        return bytesUnsayable;
    }
  },

  membership(channel, { change, info, edge }) {
    // A member is a user, and comes and goes with its first and last connection; elsewhere nobody is told of anybody (B7).
    if (!edge || info.user === "" || !channel.startsWith(presencePrefix)) return undefined;
    const member = { user: info.user, info };
    return change === "join" ? memberAddedFrame(channel, member) : memberRemovedFrame(channel, member);
  },
};

/**
 * For connections that keep positions themselves (`@twinwire/pusher-recovery`): what has a place in the stream says
 * which, beside what all others get.
 */
export const positionedEncoder: Encoder = {
  ...pusherEncoder,
  encoding: "pp",

  publication(channel, publication) {
    const frame = pusherEncoder.publication(channel, publication);
    const { position } = publication;
    if (position === undefined || typeof frame !== "string") return frame;
    return `${frame.slice(0, -1)},${positionMembers(position)}}`;
  },
};

/** `data` is JSON text. Who sent a client event is said on presence channels only (protocol notes, 2.4). */
function eventFrame(event: {
  readonly name: string;
  readonly channel: ChannelName;
  readonly data: string;
  readonly by: Publication["by"];
}): string {
  const { name, channel, data, by } = event;
  const said = `{"event":${JSON.stringify(name)},"channel":${channelJson(channel)},"data":${data}`;
  if (by === undefined || by.user === "" || !channel.startsWith(presencePrefix)) return `${said}}`;
  return `${said},"user_id":${JSON.stringify(by.user)}}`;
}

/** An event's data as the text that a subscriber gets; undefined where it gets none. */
export function dataOf({ content, by }: Publication): string | undefined {
  switch (content.kind) {
    case "event":
      return content.data;
    case "json":
      return crossed(content.text, by !== undefined).data;
    case "bytes":
      return undefined;
  }
}
