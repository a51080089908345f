import { resolve } from "../../core/access.ts";
import type { App } from "../../core/app.ts";
import type { ChannelTraits } from "../../core/channel-name.ts";
import { Refusal, refuse } from "../../core/refusal.ts";
import { channelNameLength } from "./channel-name.ts";

/** A channel by its name on this wire; names that only Centrifugo clients can use do not exist here (B1). */
export function reach(app: App, name: string): ChannelTraits | Refusal {
  const traits = resolve(app, name);
  if (traits instanceof Refusal) return refuse("bad-request", traits.reason);
  if (traits.bridged) return traits;
  if (name.length > channelNameLength)
    return refuse("bad-request", `a channel's name has at most ${channelNameLength} characters`);
  return refuse(
    "bad-request",
    "a channel's name has letters, digits and _=@,.;- , and a : behind a namespace",
  );
}
