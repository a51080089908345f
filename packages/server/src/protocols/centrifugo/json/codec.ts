import type { Codec } from "../codec.ts";
import type { Inbound } from "../messages.ts";
import { parseFrame } from "./parse.ts";
import { disconnectText, jsonEncoder, noticeText, refreshedText } from "./pushes.ts";
import { refusalText, replyText } from "./replies.ts";

/** JSON, one object a line. */
export const jsonCodec: Codec = {
  encoder: jsonEncoder,
  ping: "{}",
  decode(frame): readonly Inbound[] {
    // A client may send its text with either opcode; only the payload counts (protocol notes, 1.1).
    return parseFrame(typeof frame === "string" ? frame : Buffer.from(frame).toString("utf8"));
  },
  reply: replyText,
  refusal: refusalText,
  notice: noticeText,
  refreshed: refreshedText,
  disconnect: disconnectText,
  join(first: string, second: string): string {
    return `${first}\n${second}`;
  },
};
