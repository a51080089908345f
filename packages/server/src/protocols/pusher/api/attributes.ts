import type { Answer } from "../../../core/answer.ts";
import { after } from "../../../core/answer.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import type { Tenant } from "../tenant.ts";
import { ApiFault } from "./answer.ts";

/** What `info` may ask of a channel (protocol notes, 3.1). */
export type Attribute = "occupied" | "user_count" | "subscription_count" | "cache";

const known: ReadonlySet<string> = new Set<Attribute>([
  "occupied",
  "user_count",
  "subscription_count",
  "cache",
]);

function isAttribute(text: string): text is Attribute {
  return known.has(text);
}

/** Reads `info`, a list with commas; absent or empty asks for nothing. */
export function readInfo(info: unknown, allowed: readonly Attribute[]): ReadonlySet<Attribute> | ApiFault {
  const wanted = new Set<Attribute>();
  if (info === undefined || info === null || info === "") return wanted;
  const unfit = new ApiFault(
    "bad-request",
    `info is a string with some of ${allowed.join(", ")}, with commas`,
  );
  if (typeof info !== "string") return unfit;
  for (const part of info.split(",")) {
    const name = part.trim();
    if (!isAttribute(name) || !allowed.includes(name)) return unfit;
    wanted.add(name);
  }
  return wanted;
}

export interface Counts {
  occupied?: boolean;
  user_count?: number;
  subscription_count?: number;
}

/** Subscribers of both wires, here. */
export function subscriberCount(tenant: Tenant, traits: ChannelTraits): number {
  return tenant.around.hub.channel(tenant.app, traits.name)?.subscribers ?? 0;
}

/** The counts that were asked for, as far as the channel has them: users are counted in presence channels. */
export function countsOf(
  tenant: Tenant,
  traits: ChannelTraits,
  wanted: ReadonlySet<Attribute>,
): Answer<Counts> {
  const rest: Counts = {};
  if (wanted.has("occupied")) rest.occupied = subscriberCount(tenant, traits) > 0;
  if (wanted.has("subscription_count")) rest.subscription_count = subscriberCount(tenant, traits);
  if (!wanted.has("user_count") || !traits.presence) return rest;
  const { hub } = tenant.around;
  return after(hub.broker.headcount(tenant.app.key(traits.name)), ({ users }) => ({
    user_count: users,
    ...rest,
  }));
}

/** Waits only where one of the answers has to be waited for. */
export function all<T>(answers: readonly Answer<T>[]): Answer<readonly T[]> {
  const there: T[] = [];
  for (const answer of answers) {
    if (answer instanceof Promise) return Promise.all(answers);
    there.push(answer);
  }
  return there;
}
