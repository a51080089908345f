import type { ChannelTraits } from "./channel-name.ts";
import type { DataVersion } from "./broker.ts";
import type { ClientInfo, Content, Tags } from "./publication.ts";
import type { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";

/** What a client would publish. */
export interface Proposal {
  readonly traits: ChannelTraits;
  readonly content: Content;
  /** Who publishes, as others would see it. */
  readonly by: ClientInfo;
}

/** How the application wants it published. */
export interface PublishPermit {
  readonly content: Content;
  readonly tags: Tags | undefined;
  readonly skipHistory: boolean;
  readonly idempotencyKey: string | undefined;
  readonly version: DataVersion | undefined;
  /** Subscribers that asked for it may be told what has changed; the namespace may say so too. */
  readonly delta: boolean;
}

/** Asks the application, where a namespace says that its word is needed before a client publishes (B5). */
export interface Gatekeeper {
  /** Never rejects. The session may be gone, or have been closed on the application's word, when it resolves. */
  publishing(session: Session, proposal: Proposal): Promise<PublishPermit | Refusal>;
}
