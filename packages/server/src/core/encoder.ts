import type { ChannelName } from "./ids.ts";
import type { Closure } from "./closure.ts";
import type { Frame } from "./outlet.ts";
import type { Content, MembershipChange, Publication } from "./publication.ts";

export type Wire = "pusher" | "centrifugo";

/** A publication that an encoding cannot say (bytes on a JSON wire): its subscribers are closed, or it is passed over and counted. */
export class Unsayable {
  constructor(readonly closure: Closure | undefined) {}
}

/** Turns what happens on a channel into frames of one wire and encoding; called at most once per event and encoding. */
export interface Encoder {
  readonly wire: Wire;
  /** Short and unique: the first part of its topics. */
  readonly encoding: string;
  /** Whether the one who came hears of it too. */
  readonly echoesMembership: boolean;
  publication(channel: ChannelName, publication: Publication): Frame | Unsayable;
  /** For those who asked to hear of joins and leaves; undefined = this wire says nothing of it. */
  membership(channel: ChannelName, change: MembershipChange): Frame | undefined;
  /** For those who asked to be told what has changed. @default the encoding has no deltas */
  readonly deltas?: DeltaEncoder;
}

/** Turns publications into frames for clients that put each together from the one before; called at most once per event. */
export interface DeltaEncoder {
  /** The data as such a client will hold it. */
  body(content: Content): Uint8Array | Unsayable;
  /** A publication with all its data. @default as everybody else is told it */
  full?(channel: ChannelName, publication: Publication, body: Uint8Array): Frame;
  /** What has changed since `base`; undefined = to be told in full, because that is no longer, or has no form here. */
  changed(
    channel: ChannelName,
    publication: Publication,
    bodies: { readonly base: Uint8Array; readonly body: Uint8Array },
  ): Frame | undefined;
}
