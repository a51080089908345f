import { closure } from "../../core/closure.ts";
import type { Clock } from "../../core/clock.ts";
import { Deadlines } from "../../core/deadlines.ts";
import type { Hub } from "../../core/hub.ts";
import { refuse, type Refusal } from "../../core/refusal.ts";
import { leave } from "../../core/unsubscribe.ts";
import { never, type Expiry } from "./messages.ts";
import type { CentrifugoSession } from "./session.ts";
import type { ClientSettings } from "./settings.ts";

/** A token opens nothing for longer, whatever it says. Seconds. */
const longest = 365 * 24 * 3600;

/** @param expireAt Unix seconds, 0 = never. @param now Unix milliseconds. */
export function expiryOf(expireAt: number, now: number): Expiry | Refusal {
  if (expireAt === 0) return never;
  const ttl = Math.min(longest, expireAt - Math.floor(now / 1000));
  return ttl > 0 ? { expires: true, ttl } : refuse("expired", "it has run out already");
}

/** Unix milliseconds when something with this expiry runs out; 0 = never. */
export function endOf({ expires, ttl }: Expiry, now: number): number {
  return expires ? (Math.floor(now / 1000) + ttl) * 1000 : 0;
}

/**
 * No entry of the wheel lies farther ahead, or the wheel would hold connections that are long gone until the end of
 * their tokens. Milliseconds.
 */
const horizon = 30_000;

/** Ends connections and subscriptions that ran out and were not refreshed (protocol notes, 2.2 and 2.8). */
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
    if (session.expiresAt !== 0) this.lookAt(session, session.expiresAt + this.settings.expiredCloseDelay);
  }

  /** One of its subscriptions runs out at this time, in Unix milliseconds; 0 = never. */
  subscription(session: CentrifugoSession, expiresAt: number): void {
    if (expiresAt !== 0) this.lookAt(session, expiresAt + this.settings.expiredSubCloseDelay);
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
    if (session.expiresAt !== 0 && now >= session.expiresAt + this.settings.expiredCloseDelay) {
      session.close(closure("connection-expired", "the connection's token was not refreshed"));
      return;
    }
    this.connection(session);
    for (const subscription of [...session.subscriptions.values()]) {
      const { expiresAt, channel, serverSide } = subscription;
      if (expiresAt === 0) continue;
      if (now < expiresAt + this.settings.expiredSubCloseDelay) {
        this.subscription(session, expiresAt);
      } else if (serverSide) {
        session.close(closure("subscription-expired", "a server-side subscription ran out"));
        return;
      } else {
        leave(this.hub, session, subscription, "unsubscribed");
        session.tell({ kind: "unsubscribed", channel: channel.traits.name, why: { kind: "expired" } });
      }
    }
  }
}
