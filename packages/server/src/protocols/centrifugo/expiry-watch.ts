import { closure } from "../../core/closure.ts";
import type { Clock } from "../../core/clock.ts";
import { Deadlines } from "../../core/deadlines.ts";
import type { Hub } from "../../core/hub.ts";
import type { Subscription } from "../../core/subscription.ts";
import { leave } from "../../core/unsubscribe.ts";
import { refreshByProxy, subRefreshByProxy, subRefreshProxyOf } from "./proxies/refresh.ts";
import type { CentrifugoSession } from "./session.ts";
import type { ClientSettings } from "./settings.ts";

/**
 * No entry of the wheel lies farther ahead, or the wheel would hold connections that are long gone until the end of
 * their tokens. Milliseconds.
 */
const horizon = 30_000;

/** Ends connections and subscriptions that ran out and were not refreshed, or asks the application (protocol notes, 2.2, 2.8 and 7.2). */
export class ExpiryWatch {
  private readonly deadlines: Deadlines<CentrifugoSession>;

  constructor(
    private readonly hub: Hub,
    private readonly clock: Clock,
    private readonly settings: ClientSettings,
  ) {
    this.deadlines = new Deadlines(clock, (session, now) => {
      this.due(session, now);
    });
  }

  end(): void {
    this.deadlines.end();
  }

  /** The connection's own end is new. */
  connection(session: CentrifugoSession): void {
    if (session.expiresAt !== 0) this.lookAt(session, this.connectionEnd(session));
  }

  /** The end of one of its subscriptions is new. */
  subscription(session: CentrifugoSession, subscription: Subscription): void {
    if (subscription.expiresAt !== 0) this.lookAt(session, this.subscriptionEnd(session, subscription));
  }

  private lookAt(session: CentrifugoSession, deadline: number): void {
    const at = Math.min(deadline, this.clock.now() + horizon);
    if (session.expiryCheckAt !== 0 && session.expiryCheckAt <= at) return;
    session.expiryCheckAt = at;
    this.deadlines.add(session, at);
  }

  private due(session: CentrifugoSession, now: number): void {
    // Put off, or looked at by an earlier entry.
    if (session.closed || session.expiryCheckAt === 0 || now < session.expiryCheckAt) return;
    session.expiryCheckAt = 0;
    if (session.expiresAt !== 0 && now >= this.connectionEnd(session) && !this.refreshes(session)) {
      session.close(closure("connection-expired", "the connection's token was not refreshed"));
      return;
    }
    this.connection(session);
    for (const subscription of [...session.subscriptions.values()]) {
      if (subscription.expiresAt === 0) continue;
      if (now < this.subscriptionEnd(session, subscription)) this.subscription(session, subscription);
      else if (!this.refreshesSubscription(session, subscription)) this.ended(session, subscription);
      if (hasClosed(session)) return;
    }
  }

  /** Who asks the application does so at once; a client has its time to come with a new token. */
  private connectionEnd({ expiresAt, door }: CentrifugoSession): number {
    return door.proxies.refresh === undefined ? expiresAt + this.settings.expiredCloseDelay : expiresAt;
  }

  private subscriptionEnd(session: CentrifugoSession, subscription: Subscription): number {
    const { expiresAt } = subscription;
    return subRefreshProxyOf(session, subscription) === undefined
      ? expiresAt + this.settings.expiredSubCloseDelay
      : expiresAt;
  }

  /** Whether the application is asked to refresh the connection. */
  private refreshes(session: CentrifugoSession): boolean {
    const { refresh } = session.door.proxies;
    if (refresh === undefined) return false;
    this.hub.inBackground("refresh proxy", () => refreshByProxy(refresh, session, this));
    return true;
  }

  private refreshesSubscription(session: CentrifugoSession, subscription: Subscription): boolean {
    const proxy = subRefreshProxyOf(session, subscription);
    if (proxy === undefined) return false;
    this.hub.inBackground("sub_refresh proxy", () =>
      subRefreshByProxy(proxy, session, { subscription, watch: this }),
    );
    return true;
  }

  /** A subscription is over; with one that the server made, so is the connection. */
  ended(session: CentrifugoSession, subscription: Subscription): void {
    if (subscription.serverSide) {
      session.close(closure("subscription-expired", "a server-side subscription ran out"));
      return;
    }
    leave(this.hub, session, subscription, "unsubscribed");
    const channel = subscription.channel.traits.name;
    session.tell({ kind: "unsubscribed", channel, why: { kind: "expired" } });
  }
}

/** A function, because the compiler holds the flag for what it was before. */
function hasClosed({ closed }: CentrifugoSession): boolean {
  return closed;
}
