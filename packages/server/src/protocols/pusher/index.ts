import type { Clock } from "../../core/clock.ts";
import { Deadlines } from "../../core/deadlines.ts";
import { Heartbeat } from "../../core/heartbeat.ts";
import type { Hub } from "../../core/hub.ts";
import type { Protocol } from "../protocol.ts";
import { pusherApi } from "./api/index.ts";
import { AuthDoctor } from "./doctor/auth-doctor.ts";
import { positionedEncoder, pusherEncoder } from "./encode.ts";
import { pingFrame } from "./frames.ts";
import { PusherEndpoint } from "./handshake.ts";
import { Recovery } from "./recovery/recovery.ts";
import type { PusherSession } from "./session.ts";
import type { PusherApp } from "./settings.ts";
import { SubscriptionCounts } from "./subscription-count.ts";
import { type Surroundings, Tenant } from "./tenant.ts";
import { Watchlists } from "./watchlists.ts";

export interface PusherProtocolOptions {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly apps: readonly PusherApp[];
  /** Errors say why a signature was refused: for development. Else the log does. */
  readonly verbose: boolean;
  /** Some namespace has `pusher_recovery`. */
  readonly recovers: boolean;
}

/** The Pusher wire: its WebSocket and its HTTP API, for all apps. */
export function createPusherProtocol({
  hub,
  clock,
  apps,
  verbose,
  recovers,
}: PusherProtocolOptions): Protocol {
  const deadlines = new Deadlines<PusherSession>(clock, (session, now) => {
    if (!session.closed) session.due(now);
  });
  const counted = apps.filter(({ subscriptionCount }) => subscriptionCount).map(({ app }) => app);
  const counts = new SubscriptionCounts(hub, new Set(counted));
  const watchlists = new Watchlists(
    hub,
    apps.map(({ app }) => app),
  );
  const doctor = new AuthDoctor(apps, { clock, observer: hub.observer, verbose });
  const recovery = recovers ? new Recovery(hub.observer, clock) : undefined;
  const around: Surroundings = { hub, clock, deadlines, counts, watchlists, recovery, doctor };
  const heartbeats = new Map<number, Heartbeat>();
  const heartbeat = (interval: number): Heartbeat => {
    const known = heartbeats.get(interval);
    if (known !== undefined) return known;
    const made = new Heartbeat(hub.ports.fanout, {
      name: `pusher/${interval}`,
      interval,
      patience: Math.min(longestPatience, interval / 2),
      frame: pingFrame,
    });
    heartbeats.set(interval, made);
    return made;
  };
  const tenants = apps.map((app) => new Tenant(app, around, heartbeat(app.activityTimeout)));
  return {
    wire: "pusher",
    encoders: [pusherEncoder, positionedEncoder],
    sockets: [new PusherEndpoint(tenants, hub.observer)],
    streams: [],
    routes: [pusherApi(tenants, around)],
    start() {
      for (const one of heartbeats.values()) one.start(clock);
      counts.start(clock);
      watchlists.start(clock);
      recovery?.start();
    },
    end() {
      for (const one of heartbeats.values()) one.end();
      counts.end();
      watchlists.end();
      recovery?.end();
      deadlines.end();
    },
  };
}

/** Milliseconds after a `pusher:ping` in which anything from the client counts as its answer (protocol notes, 1.6). */
const longestPatience = 30_000;
