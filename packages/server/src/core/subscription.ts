import type { Channel } from "./channel.ts";
import type { DeltaFollowers } from "./delta-followers.ts";
import type { FilteredFollowers, SharedFilter } from "./filtered-followers.ts";
import type { ClientInfo, Payload } from "./publication.ts";
import type { Session } from "./session.ts";

/** One client's place in one channel. */
export class Subscription {
  /** Neighbours in the channel. */
  next: Subscription | undefined = undefined;
  previous: Subscription | undefined = undefined;
  /** `joining` holds the place while the broker answers: a second subscribe is refused, a publish by a subscriber is not yet allowed. */
  state: "joining" | "joined" | "ended" = "joining";
  /** How others see this client here. */
  info: ClientInfo | undefined = undefined;
  /** Publications carry offsets that this client counts on: it is told when one is missing. */
  positioned = false;
  /** With whom it is told of publications; undefined = as nearly all are, by the topic of its encoding. */
  way: DeltaFollowers | FilteredFollowers | undefined = undefined;
  /** What it takes, by tags; undefined = everything. */
  filter: SharedFilter | undefined = undefined;
  /** Hears of joins and leaves. */
  hearsMembership = false;
  /** In the channel's presence, or about to be: there may be an entry to take out. */
  present = false;
  /** Settles, never rejecting, once the broker has said whether it is the first of its user; undefined = it has. */
  entering: Promise<void> | undefined = undefined;
  /** It was the user's first connection in the channel, on any node. */
  firstOfUser = false;
  /** Its coming and going is told to others. */
  announced = false;
  /** Unix milliseconds at which it runs out; 0 = never. */
  expiresAt = 0;

  constructor(
    readonly session: Session,
    readonly channel: Channel,
    /** Made by the application (token claim, API, personal channel), not asked for by the client. */
    readonly serverSide: boolean,
  ) {}

  /** Others see the client here with another info from now on; undefined = as before. */
  showWith(chanInfo: Payload | undefined): void {
    if (chanInfo !== undefined) this.info = { ...(this.info ?? this.session.info(undefined)), chanInfo };
  }
}
