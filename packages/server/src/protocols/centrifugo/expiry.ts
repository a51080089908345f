import { refuse, type Refusal } from "../../core/refusal.ts";
import { never, type Expiry } from "./messages.ts";

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
