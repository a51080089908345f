import type { Heartbeat } from "../../core/heartbeat.ts";
import type { Codec } from "./codec.ts";

/** As Centrifugo calls it to applications (protocol notes, 7.1). */
export type TransportName =
  "websocket" | "http_stream" | "sse" | "uni_websocket" | "uni_http_stream" | "uni_sse";

/** How the server speaks to connections of one encoding and transport. */
export interface Voice {
  readonly transport: TransportName;
  readonly codec: Codec;
  /** Pings in the form of the codec; undefined where they are off. */
  readonly heartbeat: Heartbeat | undefined;
  /** A ping has to be answered. */
  readonly pongs: boolean;
  /** An end is told by a push: the transport has no close codes. */
  readonly saysGoodbye: boolean;
}
