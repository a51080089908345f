import type { Topic } from "./ids.ts";

/** One message as it goes out: text, or bytes. */
export type Frame = string | Uint8Array;

/** A close code and text of some wire. */
export interface CloseCode {
  readonly code: number;
  readonly reason: string;
}

/**
 * One client, as a transport shows it. What is pushed before `follow` arrives before what is published to the topic
 * later. After `shut`, or once the client is gone, every call does nothing.
 */
export interface Outlet {
  /** Bytes that can be pushed now before the client counts as a slow reader, and is closed. */
  readonly room: number;
  push(frame: Frame): void;
  follow(topic: Topic): void;
  unfollow(topic: Topic): void;
  /**
   * Asks the transport for a sign of life below the protocol (a WebSocket ping frame), which comes with the same text.
   * It goes out behind everything that was pushed, or published to a topic that the client follows, before this call.
   */
  probe(text: string): void;
  /** What is already pushed goes out first, then the close code. */
  shut(close: CloseCode): void;
}

/** Delivery to all outlets that follow a topic. */
export interface Fanout {
  publish(topic: Topic, frame: Frame, except?: Outlet): void;
}
