import type { Content, StreamPosition } from "../../core/publication.ts";

/** What a client says (protocol notes, 1.4). */
export type Inbound =
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  | Subscribe
  | { readonly kind: "unsubscribe"; readonly channel: string }
  | SignIn
  | ClientEvent;

export interface Subscribe {
  readonly kind: "subscribe";
  readonly channel: string;
  /** `key:signature`; empty where the client has none. */
  readonly auth: string;
  /** JSON text, of a presence channel's member. */
  readonly channelData: string | undefined;
  /** The client keeps positions itself (`@twinwire/pusher-recovery`); undefined = it knows nothing of them. */
  readonly position: AskedPosition | undefined;
}

/** A client asks for positions, and perhaps for what it missed. */
export interface AskedPosition {
  /** The last it got; undefined = it comes for the first time. */
  readonly since: StreamPosition | undefined;
  /** Ids that its connections had: what was not sent to them is not sent now. */
  readonly sockets: readonly string[];
}

export interface SignIn {
  readonly kind: "sign-in";
  readonly auth: string;
  /** JSON text. */
  readonly userData: string;
}

export interface ClientEvent {
  readonly kind: "client-event";
  readonly channel: string;
  readonly content: Content;
  /** Bytes of its data. */
  readonly bytes: number;
}

/** A message that is none of the protocol's. */
export class Malformed {
  constructor(
    /** One sentence for whoever wrote the client. */
    readonly reason: string,
  ) {}
}
