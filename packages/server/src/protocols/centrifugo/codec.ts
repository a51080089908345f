import type { Encoder, Unsayable } from "../../core/encoder.ts";
import type { CloseCode, Frame } from "../../core/outlet.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { ChannelNotice } from "../../core/session.ts";
import type { Expiry, Inbound, Reply } from "./messages.ts";

/** An encoding of the protocol. Connections know commands and replies; only a codec knows what they look like. */
export interface Codec {
  /** What is said to all subscribers of a channel. */
  readonly encoder: Encoder;
  /** An empty reply: the server's ping. */
  readonly ping: Frame;
  /** The messages of one frame, in order. Never throws: what cannot be read is a `malformed` message, and the last. */
  decode(frame: Frame): readonly Inbound[];
  /** `Unsayable` where a publication in the reply is not for this encoding. */
  reply(id: number, reply: Reply): Frame | Unsayable;
  refusal(id: number, refusal: Refusal): Frame;
  /** `Unsayable` where what it tells is not for this encoding. */
  notice(notice: ChannelNotice): Frame | Unsayable;
  /** The application has given the connection another end. */
  refreshed(expiry: Expiry): Frame;
  /** The connection's end, for transports without close codes. */
  disconnect(close: CloseCode): Frame;
  /** Two frames of this codec in one. The first is given up: it may be written to. */
  join(first: Frame, second: Frame): Frame;
}
