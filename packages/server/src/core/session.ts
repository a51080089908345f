import type { App } from "./app.ts";
import type { RefreshOrder } from "./broker.ts";
import type { Closure, Unsubscription } from "./closure.ts";
import type { Encoder } from "./encoder.ts";
import type { ChannelName, ClientId, UserId } from "./ids.ts";
import { nobody } from "./ids.ts";
import type { JoinOutcome } from "./joining.ts";
import type { Outlet } from "./outlet.ts";
import type { ClientInfo, Payload } from "./publication.ts";
import { SubscriptionTable } from "./subscription-table.ts";

/** What the core tells a client that asked for nothing. */
export type Notice =
  | ChannelNotice
  /** Nothing has been done yet: only the wire knows when its connections end. */
  | { readonly kind: "refreshed"; readonly order: RefreshOrder };

/** What has become of one of its subscriptions. */
export type ChannelNotice =
  | { readonly kind: "unsubscribed"; readonly channel: ChannelName; readonly why: Unsubscription }
  | {
      readonly kind: "subscribed";
      readonly channel: ChannelName;
      readonly outcome: JoinOutcome;
      readonly data: Payload | undefined;
    };

/**
 * One connected client. Each wire extends it with what its protocol keeps of a connection; the core reads and writes
 * what is here. A fixed shape, and nothing per connection that ticks.
 */
export abstract class Session {
  readonly subscriptions = new SubscriptionTable();
  user: UserId = nobody;
  /** Undefined = the application said nothing. */
  connInfo: Payload | undefined = undefined;
  /** Set once: nothing is sent and nothing is taken any more. */
  closed = false;
  /** Client publications left in `allowanceSecond` (B5). */
  allowance = 0;
  allowanceSecond = 0;

  constructor(
    readonly app: App,
    readonly outlet: Outlet,
    /** Changes, if at all, before the first subscription. */
    public encoder: Encoder,
  ) {}

  /** Names this connection among all of its app. On the Pusher wire it is the socket id, which others never see (B6). */
  abstract get handle(): string;
  /** The id that others see. */
  abstract get clientId(): ClientId;

  /** What only its client and whoever the client tells know it by; undefined = it was told none. */
  get secret(): string | undefined {
    return undefined;
  }

  /** Tells the client; but for `refreshed`, the core has done it already. */
  abstract tell(notice: Notice): void;
  /** Says why, in the wire's own code, and ends the connection. */
  abstract close(closure: Closure): void;

  info(chanInfo: Payload | undefined): ClientInfo {
    return { user: this.user, client: this.clientId, connInfo: this.connInfo, chanInfo };
  }
}
