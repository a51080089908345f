import type { Options } from "pusher-js";

/** What pusher-js may be told besides where to connect. Times in milliseconds. */
export type PusherOptions = Pick<
  Options,
  "activityTimeout" | "pongTimeout" | "unavailableTimeout" | "ignoreNullOrigin" | "enabledTransports"
>;
