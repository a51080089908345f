import type { Answer } from "../../../core/answer.ts";
import { after } from "../../../core/answer.ts";
import type { CachedPublication } from "../../../core/broker.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import { Refusal } from "../../../core/refusal.ts";
import { dataOf } from "../encode.ts";
import { reach } from "../reach.ts";
import type { Tenant } from "../tenant.ts";
import { ApiFault } from "./answer.ts";
import { all, type Attribute, countsOf, readInfo, subscriberCount } from "./attributes.ts";

type Parameters = ReadonlyMap<string, string>;

/** `GET …/channels`: those with a subscriber, of either wire; names that only the other wire has are not listed (B1). */
export function listChannels(tenant: Tenant, parameters: Parameters): Answer<string | ApiFault> {
  const prefix = parameters.get("filter_by_prefix") ?? "";
  const info = readInfo(parameters.get("info"), ["occupied", "user_count", "subscription_count"]);
  if (info instanceof ApiFault) return info;
  if (info.has("user_count") && !prefix.startsWith("presence-"))
    return new ApiFault("bad-request", "user_count needs a filter_by_prefix that begins with presence-");
  const found: ChannelTraits[] = [];
  for (const { app, traits, subscribers } of tenant.around.hub.channels.values())
    if (
      app === tenant.app &&
      traits.bridged &&
      // A user's own channel is a way to that user, and no channel to list.
      traits.kind !== "user" &&
      subscribers > 0 &&
      traits.name.startsWith(prefix)
    )
      found.push(traits);
  return after(all(found.map((traits) => countsOf(tenant, traits, info))), (counts) => {
    const entries = found.map(({ name }, i) => [name as string, counts[i] ?? {}] as const);
    return JSON.stringify({ channels: Object.fromEntries(entries) });
  });
}

/** `GET …/channels/{name}`. */
export function showChannel(tenant: Tenant, name: string, parameters: Parameters): Answer<string | ApiFault> {
  const traits = reach(tenant.app, name);
  if (traits instanceof Refusal) return new ApiFault("bad-request", traits.reason);
  const allowed: Attribute[] = ["occupied", "subscription_count"];
  if (traits.presence) allowed.push("user_count");
  if (traits.cache) allowed.push("cache");
  const info = readInfo(parameters.get("info"), allowed);
  if (info instanceof ApiFault) return info;
  const occupied = subscriberCount(tenant, traits) > 0;
  return after(countsOf(tenant, traits, info), (counts) =>
    after(cacheOf(tenant, traits, info), (cache) => JSON.stringify({ occupied, ...counts, ...cache })),
  );
}

/** What the cache slot holds, and for how many seconds still. */
interface CacheView {
  readonly cache?: { readonly data: string; readonly ttl: number } | null;
}

function cacheOf(tenant: Tenant, traits: ChannelTraits, info: ReadonlySet<Attribute>): Answer<CacheView> {
  if (!info.has("cache")) return {};
  return after(tenant.around.hub.broker.cached(tenant.app.key(traits.name)), (slot) => ({
    cache: slot === undefined ? null : cached(slot),
  }));
}

function cached({ publication, remaining }: CachedPublication): (CacheView["cache"] & object) | null {
  const data = dataOf(publication);
  return data === undefined ? null : { data, ttl: Math.ceil(remaining / 1000) };
}

/** `GET …/channels/{name}/users`: distinct users of both wires (B7). */
export function listUsers(tenant: Tenant, name: string): Answer<string | ApiFault> {
  const traits = reach(tenant.app, name);
  if (traits instanceof Refusal) return new ApiFault("bad-request", traits.reason);
  if (!traits.presence) return new ApiFault("bad-request", "only presence channels have users");
  return after(tenant.around.hub.broker.members(tenant.app.key(traits.name)), (members) =>
    JSON.stringify({ users: members.map(({ user }) => ({ id: user })) }),
  );
}
