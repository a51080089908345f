import type { Heartbeat } from "../../core/heartbeat.ts";
import type { Codec } from "./codec.ts";

/** How the server speaks to connections of one encoding. */
export interface Voice {
  readonly codec: Codec;
  /** Pings in the form of the codec; undefined where they are off. */
  readonly heartbeat: Heartbeat | undefined;
}
