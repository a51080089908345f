import type { App } from "../../core/app.ts";
import type { Clock } from "../../core/clock.ts";
import type { Deadlines } from "../../core/deadlines.ts";
import type { Heartbeat } from "../../core/heartbeat.ts";
import type { Hub } from "../../core/hub.ts";
import type { AuthDoctor } from "./doctor/auth-doctor.ts";
import { RecentSockets } from "./doctor/recent-sockets.ts";
import type { PusherSession } from "./session.ts";
import { Credentials } from "./credentials.ts";
import { bodyLimitOf, type PusherApp } from "./settings.ts";
import type { Recovery } from "./recovery/recovery.ts";
import type { SubscriptionCounts } from "./subscription-count.ts";
import type { Watchlists } from "./watchlists.ts";

/** What all connections of the wire share. */
export interface Surroundings {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly deadlines: Deadlines<PusherSession>;
  readonly counts: SubscriptionCounts;
  readonly watchlists: Watchlists;
  readonly recovery: Recovery;
  /** Knows why a signature was refused. */
  readonly doctor: AuthDoctor;
}

/** An app as this wire serves it. */
export class Tenant {
  readonly credentials: Credentials;
  /** Bytes of one API request. */
  readonly bodyLimit: number;
  /** Open ones, here. */
  connections = 0;
  readonly recentSockets = new RecentSockets();

  constructor(
    readonly settings: PusherApp,
    readonly around: Surroundings,
    readonly heartbeat: Heartbeat,
  ) {
    this.credentials = new Credentials(settings);
    this.bodyLimit = bodyLimitOf(settings);
  }

  get app(): App {
    return this.settings.app;
  }

  /** Seconds; clients refuse 0. */
  get activityTimeout(): number {
    return Math.max(1, Math.round(this.settings.activityTimeout / 1000));
  }

  get full(): boolean {
    const { connectionLimit } = this.settings;
    return connectionLimit > 0 && this.connections >= connectionLimit;
  }
}
