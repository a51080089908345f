import type { Heartbeat } from "../../core/heartbeat.ts";
import type { Codec } from "./codec.ts";

/** How the server speaks to connections of one encoding. */
export interface Voice {
  readonly codec: Codec;
  /** Pings in the form of the codec; undefined where they are off. */
  readonly heartbeat: Heartbeat | undefined;
  /** A ping has to be answered. */
  readonly pongs: boolean;
  /** An end is told by a push: the transport has no close codes. */
  readonly saysGoodbye: boolean;
}
