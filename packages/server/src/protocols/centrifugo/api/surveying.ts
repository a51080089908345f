import type { Channel } from "../../../core/channel.ts";
import { refuse } from "../../../core/refusal.ts";
import { globMatcher } from "./glob.ts";
import type { Outcome } from "./outcome.ts";
import type { Site } from "./site.ts";

/** Channels looked at in one turn of the loop: about a millisecond. */
const perTurn = 10_000;

/** Every channel of the app that somebody, on either wire, subscribes to here. */
async function eachOccupied(site: Site, visit: (channel: Channel) => void): Promise<void> {
  let seen = 0;
  for (const channel of site.hub.channels.values()) {
    seen += 1;
    if (seen % perTurn === 0) await site.clock.nextTurn();
    if (channel.app === site.app && channel.subscribers > 0) visit(channel);
  }
}

/** Channels with their subscribers, the names by a pattern; empty = all. */
export async function channels(site: Site, pattern: string): Promise<Outcome> {
  const matches = globMatcher(pattern);
  if (matches === undefined) return refuse("bad-request", "the pattern of channels cannot be read");
  const entries: string[] = [];
  await eachOccupied(site, ({ traits, subscribers }) => {
    if (matches(traits.name)) entries.push(`${JSON.stringify(traits.name)}:{"num_clients":${subscribers}}`);
  });
  return `{"channels":{${entries.join(",")}}}`;
}

/** This node, as one app sees it (B13). */
export async function info(site: Site): Promise<Outcome> {
  const { app, node, clock, hub } = site;
  let occupied = 0;
  let subscriptions = 0;
  await eachOccupied(site, ({ subscribers }) => {
    occupied += 1;
    subscriptions += subscribers;
  });
  const self = {
    uid: hub.ports.node,
    name: node.name,
    version: node.version,
    num_clients: app.size,
    num_users: app.userCount,
    num_channels: occupied,
    uptime: Math.floor((clock.now() - node.startedAt) / 1000),
    num_subs: subscriptions,
    process: { cpu: cpuShare(), rss: process.memoryUsage.rss() },
  };
  return JSON.stringify({ nodes: [self] });
}

/** Percent of one core, over the life of the process. */
function cpuShare(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1e4 / process.uptime());
}
