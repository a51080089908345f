import type { Wire } from "../core/encoder.ts";
import type { Observer, Source } from "../core/observer.ts";
import { Histogram } from "./histogram.ts";
import type { Log } from "./log.ts";

/** Of publish latency, in seconds. */
const latencyBounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] as const;

/** Of publications that one recovery brought; as Centrifugo's. */
const recoveredBounds = [0, 1, 2, 3, 5, 10, 20, 50, 100, 250, 500, 1000, 2000, 5000, 10_000] as const;

/** Reasons come from closed lists; whatever else turns up is counted under one name, so that labels stay few. */
const reasonLimit = 100;
const otherReasons = "other";
/** Lines a second for defects; above, they are only counted. */
const defectLines = 10;

/** A count per reason. */
export class ReasonCounts {
  readonly counts = new Map<string, number>();

  add(reason: string, count = 1): void {
    const known = this.counts.get(reason);
    const name = known !== undefined || this.counts.size < reasonLimit ? reason : otherReasons;
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }
}

/** What is counted for one wire. Gauges and totals that are right at any time: a scrape walks nothing. */
export class WireCounts {
  connections = 0;
  connected = 0;
  subscriptions = 0;
  channels = 0;
  received = 0;
  sent = 0;
  readonly closes = new ReasonCounts();
}

/** A configuration that is wrong is refused as a whole. */
export type ReloadResult = "applied" | "refused";

/** Plain numbers: what hot paths add to. */
export class Counters implements Observer {
  readonly wires: Readonly<Record<Wire, WireCounts>> = {
    pusher: new WireCounts(),
    centrifugo: new WireCounts(),
  };
  readonly publishes: Readonly<Record<Source, Histogram>> = {
    pusher: new Histogram(latencyBounds),
    centrifugo: new Histogram(latencyBounds),
    "pusher-api": new Histogram(latencyBounds),
    "centrifugo-api": new Histogram(latencyBounds),
  };
  /** By namespace: there are as many as the configuration has. */
  readonly recoveries = new Map<string, Histogram>();
  readonly refusals: Readonly<Record<Source, ReasonCounts>> = {
    pusher: new ReasonCounts(),
    centrifugo: new ReasonCounts(),
    "pusher-api": new ReasonCounts(),
    "centrifugo-api": new ReasonCounts(),
  };
  /** Refused signatures, by what was wrong with them. */
  readonly authFaults: Readonly<Record<Source, ReasonCounts>> = {
    pusher: new ReasonCounts(),
    centrifugo: new ReasonCounts(),
    "pusher-api": new ReasonCounts(),
    "centrifugo-api": new ReasonCounts(),
  };
  readonly drops = new ReasonCounts();
  /** Configurations that were read again, by what came of it. */
  readonly reloads: Record<ReloadResult, number> = { applied: 0, refused: 0 };
  defects = 0;
  private defectSecond = 0;
  private defectsLogged = 0;

  constructor(private readonly log: Log) {}

  connected(wire: Wire): void {
    this.wires[wire].connections += 1;
    this.wires[wire].connected += 1;
  }

  disconnected(wire: Wire, reason: string): void {
    this.wires[wire].connections -= 1;
    this.wires[wire].closes.add(reason);
  }

  subscriptions(wire: Wire, change: 1 | -1): void {
    this.wires[wire].subscriptions += change;
  }

  channels(wire: Wire, change: 1 | -1): void {
    this.wires[wire].channels += change;
  }

  received(wire: Wire, messages: number): void {
    this.wires[wire].received += messages;
  }

  sent(wire: Wire, messages: number): void {
    this.wires[wire].sent += messages;
  }

  published(source: Source, seconds: number): void {
    this.publishes[source].observe(seconds);
  }

  recovered(namespace: string, publications: number): void {
    let histogram = this.recoveries.get(namespace);
    if (histogram === undefined) this.recoveries.set(namespace, (histogram = new Histogram(recoveredBounds)));
    histogram.observe(publications);
  }

  refused(source: Source, reason: string): void {
    this.refusals[source].add(reason);
  }

  authRefused(source: Source, reason: string, told: string | undefined): void {
    this.authFaults[source].add(reason);
    if (told !== undefined) this.log.warn({ source, reason }, told);
  }

  dropped(reason: string, count: number): void {
    this.drops.add(reason, count);
  }

  defect(where: string, cause: unknown): void {
    this.defects += 1;
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.defectSecond) {
      this.defectSecond = second;
      this.defectsLogged = 0;
    }
    this.defectsLogged += 1;
    if (this.defectsLogged <= defectLines) this.log.error({ where, err: cause }, "defect");
  }

  notice(message: string): void {
    this.log.info(message);
  }
}
