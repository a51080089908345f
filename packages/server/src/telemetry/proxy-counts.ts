import { ReasonCounts } from "./counters.ts";
import type { Log } from "./log.ts";

/** Milliseconds between two lines about failures of one proxy for the same reason; between them they are only counted. */
const quietTime = 10_000;

interface Lines {
  loggedAt: number;
  /** Not told in a line yet. */
  untold: number;
}

/** How many calls of a proxy are open now, and how many wait for their turn. */
export interface ProxyLoad {
  readonly open: number;
  readonly waiting: number;
}

/** What became of the calls of one proxy. */
export class ProxyCount {
  answered = 0;
  late = 0;
  readonly failures = new ReasonCounts();
  readonly lines = new Map<string, Lines>();

  constructor(readonly load: () => ProxyLoad) {}
}

/** What became of calls to the application by its proxies, each by its place in the configuration. */
export class ProxyCounts {
  readonly proxies = new Map<string, ProxyCount>();

  constructor(
    private readonly log: Log,
    private readonly now: () => number,
  ) {}

  add(shown: string, load: () => ProxyLoad): void {
    this.proxies.set(shown, new ProxyCount(load));
  }

  readonly observer = {
    answered: (shown: string): void => {
      const count = this.proxies.get(shown);
      if (count !== undefined) count.answered += 1;
    },
    failed: (shown: string, reason: string, detail: string): void => {
      const count = this.proxies.get(shown);
      if (count === undefined) return;
      count.failures.add(reason);
      this.tell(shown, count, { reason, detail });
    },
    late: (shown: string): void => {
      const count = this.proxies.get(shown);
      if (count !== undefined) count.late += 1;
    },
  };

  private tell(
    shown: string,
    { lines }: ProxyCount,
    { reason, detail }: { readonly reason: string; readonly detail: string },
  ): void {
    const now = this.now();
    const last = lines.get(reason);
    if (last !== undefined && now - last.loggedAt < quietTime) {
      last.untold += 1;
      return;
    }
    const failures = (last?.untold ?? 0) + 1;
    lines.set(reason, { loggedAt: now, untold: 0 });
    this.log.warn({ proxy: shown, reason, failures }, `${shown} failed: ${detail}`);
  }
}
