import type { Channel } from "./channel.ts";
import type { ChannelTraits } from "./channel-name.ts";
import type { Draft, MembershipChange } from "./publication.ts";
import type { Session } from "./session.ts";

/**
 * Hears what clients of either wire do in channels, for whoever tells the application (webhooks). Each thing is told
 * once, on the node where it happens, right after it has; nothing here may throw or wait. Where nobody tells the
 * application there is none, and nobody is asked.
 */
export interface Activity {
  /** The channel has one subscriber more, or less, here. */
  occupancy(channel: Channel, change: 1 | -1): void;
  /** A client came to or left a channel whose members are told of it. */
  membership(channel: Channel, change: MembershipChange): void;
  /** A client published, and the broker took it. */
  published(session: Session, traits: ChannelTraits, draft: Draft): void;
  /** A client came for what the cache slot holds, and found it empty. It follows the channel already. */
  cacheMissed(channel: Channel): void;
}
