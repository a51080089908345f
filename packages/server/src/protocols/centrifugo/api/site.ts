import { resolve } from "../../../core/access.ts";
import type { App } from "../../../core/app.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Hub } from "../../../core/hub.ts";
import { type Refusal, refuse } from "../../../core/refusal.ts";

/** Where these calls are counted. */
export const source = "centrifugo-api";

/** What `info` says of this process. */
export interface NodeFacts {
  readonly name: string;
  readonly version: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

/** One app's API, as its methods see it. */
export interface Site {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly app: App;
  readonly node: NodeFacts;
  /** Bytes of a channel name; above: error 107. */
  readonly maxChannelLength: number;
}

/** The traits of a channel that a call names, or why there is no such channel. */
export function channelOf(site: Site, name: string): ChannelTraits | Refusal {
  if (name === "") return refuse("bad-request", "the call names no channel");
  const { maxChannelLength } = site;
  // A character is at most three bytes: only a name that may exceed is measured.
  if (name.length * 3 > maxChannelLength && Buffer.byteLength(name) > maxChannelLength)
    return refuse("bad-request", "the channel's name is longer than channel.max_length");
  return resolve(site.app, name);
}
