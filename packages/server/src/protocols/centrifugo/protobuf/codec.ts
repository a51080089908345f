import type { Codec } from "../codec.ts";
import type { Inbound } from "../messages.ts";
import { parseFrame } from "./parse.ts";
import { disconnectFrame, noticeFrame, protobufEncoder, refreshedFrame } from "./pushes.ts";
import { refusalFrame, replyFrame } from "./replies.ts";

/** Protobuf, each message behind its length. */
export const protobufCodec: Codec = {
  encoder: protobufEncoder,
  ping: Uint8Array.of(0),
  decode(frame): readonly Inbound[] {
    // A client may send its bytes with either opcode; only the payload counts (protocol notes, 1.1).
    return parseFrame(typeof frame === "string" ? Buffer.from(frame) : frame);
  },
  reply: replyFrame,
  refusal: refusalFrame,
  notice: noticeFrame,
  refreshed: refreshedFrame,
  disconnect: disconnectFrame,
  join,
};

/** Where the last join has room behind its frames. */
let open: ArrayBuffer | undefined = undefined;

/** Appends in place where the first frame is the last that was made here, so that thousands of replies are not copied thousands of times. */
function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const length = first.length + second.length;
  const end = first.byteOffset + length;
  if (first.buffer === open && end <= open.byteLength) {
    const whole = new Uint8Array(open, first.byteOffset, length);
    whole.set(second, first.length);
    return whole;
  }
  const room = new ArrayBuffer(2 * length);
  const whole = new Uint8Array(room, 0, length);
  whole.set(first);
  whole.set(second, first.length);
  open = room;
  return whole;
}
