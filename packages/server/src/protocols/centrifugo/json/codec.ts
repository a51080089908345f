import type { Codec } from "../codec.ts";
import type { Inbound } from "../messages.ts";
import { parseFrame } from "./parse.ts";
import { jsonPushes } from "./pushes.ts";
import { refusalText, replyText } from "./replies.ts";

/** JSON, one object a line. */
export const jsonCodec: Codec = {
  ...jsonPushes("c", '{"push":', "}"),
  ping: "{}",
  decode(frame): readonly Inbound[] {
    // A client may send its text with either opcode; only the payload counts (protocol notes, 1.1).
    return parseFrame(typeof frame === "string" ? frame : Buffer.from(frame).toString("utf8"));
  },
  reply: replyText,
  refusal: refusalText,
  join(first: string, second: string): string {
    return `${first}\n${second}`;
  },
};
