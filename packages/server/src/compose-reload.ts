import type { Config, Loaded } from "./config/index.ts";
import { faultText, reloadedConfig } from "./config/index.ts";
import type { ComposedProxies } from "./compose-proxies.ts";
import type { Hub } from "./core/hub.ts";
import type { CentrifugoProtocol, TokenKeys } from "./protocols/centrifugo/index.ts";
import { pusherGrammar } from "./protocols/pusher/channel-name.ts";
import { channelRules, tokenKeys, type ComposedApp } from "./settings.ts";
import type { Counters } from "./telemetry/counters.ts";
import type { Log } from "./telemetry/log.ts";

/** The parts of a server that follow a configuration which is read again. */
export interface ReloadParts {
  readonly apps: readonly ComposedApp[];
  readonly hub: Hub;
  readonly proxies: ComposedProxies;
  /** Undefined where the server has no Centrifugo wire. */
  readonly centrifugo: CentrifugoProtocol | undefined;
  readonly counters: Counters;
  readonly log: Log;
}

/** Lines about one reading, and options in one line. */
const mostTold = 20;

/**
 * Token keys and channel options as the file has them now (SIGHUP; protocol notes, 10.4). All of a reading is taken over
 * in one turn, or none of it; commands that come later go by it, and subscriptions that are there stay.
 */
export class Reloading {
  private keys: readonly TokenKeys[];

  constructor(
    private running: Config,
    private readonly parts: ReloadParts,
  ) {
    this.keys = parts.apps.map(({ centrifugo }) => centrifugo);
  }

  /** Whether it was taken over; where not, the log says why. */
  take(read: Loaded): boolean {
    const { counters, log } = this.parts;
    const taken = read.ok ? reloadedConfig(this.running, read.config) : read;
    if (!taken.ok) {
      counters.reloads.refused += 1;
      for (const fault of taken.faults.slice(0, mostTold))
        log.error({ option: fault.path }, `not reloaded: ${faultText(fault)}`);
      return false;
    }
    this.adopt(taken.config);
    counters.reloads.applied += 1;
    log.info("reloaded token keys and channel options");
    const { kept } = taken;
    for (const fault of read.ok ? read.warnings.slice(0, mostTold) : [])
      log.warn({ option: fault.path }, `passed over: ${faultText(fault)}`);
    if (kept.length > 0) log.warn({ options: kept.slice(0, mostTold) }, `needs a restart: ${listed(kept)}`);
    return true;
  }

  private adopt(config: Config): void {
    const { apps, hub, proxies, centrifugo } = this.parts;
    const rules = channelRules(config, pusherGrammar);
    const names = apps.map((_, index) => rules(config.apps[index]));
    const keys = apps.map((_, index) =>
      unlessSame(tokenKeys((config.apps[index] ?? config).client), this.keys[index]),
    );
    const routes = proxies.routes(config);
    // All is made: from here on nothing can fail.
    for (const [index, one] of names.entries()) apps[index]?.app.settings.naming.adopt(one);
    hub.gatekeeper = routes.gatekeeper;
    centrifugo?.adopt(keys.map((one, index) => ({ ...one, proxies: routes.ofApp(index) })));
    this.keys = keys;
    this.running = config;
  }
}

/** Settings that say the same stay the same object. */
function unlessSame(keys: TokenKeys, before: TokenKeys | undefined): TokenKeys {
  const tokens = Bun.deepEquals(keys.tokens, before?.tokens) ? before?.tokens : keys.tokens;
  if (keys.subscriptionTokens === keys.tokens) return { tokens, subscriptionTokens: tokens };
  const same = Bun.deepEquals(keys.subscriptionTokens, before?.subscriptionTokens);
  return { tokens, subscriptionTokens: same ? before?.subscriptionTokens : keys.subscriptionTokens };
}

function listed(options: readonly string[]): string {
  const more = options.length - mostTold;
  return options.slice(0, mostTold).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
