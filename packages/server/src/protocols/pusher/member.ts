import type { UserId } from "../../core/ids.ts";
import { nobody, userId } from "../../core/ids.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { member } from "../../json-text/slices.ts";
import { type JsonObject, objectOf } from "./parse.ts";
import { userIdLength } from "./settings.ts";

/** Who a back end says that a connection is. `info`: JSON text. */
export interface Identity {
  readonly user: UserId;
  readonly info: string | undefined;
}

/** A member of a presence channel, from `channel_data`: `{"user_id", "user_info"?}` (protocol notes, 2.3). */
export function memberOf(channelData: string): Identity | Refusal {
  const object = objectOf(channelData);
  const found = object && identity(object, channelData, "user_id");
  return found ?? refuse("bad-request", badId("channel_data", "user_id"));
}

/** Who signs in, and whom it watches. `watchlist`: as it came; undefined = nobody. */
export interface SignedIn extends Identity {
  readonly watchlist: unknown;
}

/** A user, from `user_data`: `{"id", "user_info"?, "watchlist"?}` (protocol notes, 2.8). */
export function userOf(userData: string): SignedIn | Refusal {
  const object = objectOf(userData);
  const found = object && identity(object, userData, "id");
  if (found === undefined) return refuse("bad-request", badId("user_data", "id"));
  return { ...found, watchlist: object?.["watchlist"] ?? undefined };
}

/** A watchlist, read. */
export interface Watchlist {
  /** Distinct ones. */
  readonly users: readonly UserId[];
  /** What was left out, and why; undefined = nothing. */
  readonly refusal: Refusal | undefined;
}

/** Reads a watchlist: of more than `limit` users (0 = any) the first are taken (protocol notes, 2.9). */
export function watchlistOf(given: unknown, limit: number): Watchlist {
  const unfit = refuse("bad-request", "watchlist of user_data is a list of users' ids");
  if (!Array.isArray(given)) return { users: [], refusal: unfit };
  const users = new Set<UserId>();
  let refusal: Refusal | undefined = undefined;
  for (const one of given as readonly unknown[]) {
    const user = watchedId(one);
    if (user === undefined) refusal = unfit;
    else if (limit === 0 || users.size < limit) users.add(user);
    else if (!users.has(user)) {
      const excess = `a watchlist has at most ${limit} users (apps[].limits.watchlist); the first are kept`;
      return { users: [...users], refusal: refuse("limit-exceeded", excess) };
    }
  }
  return { users: [...users], refusal };
}

function watchedId(given: unknown): UserId | undefined {
  if (typeof given !== "string" && !Number.isSafeInteger(given)) return undefined;
  const id = String(given);
  return id === "" || id.length > userIdLength ? undefined : userId(id);
}

function badId(where: string, field: string): string {
  return `${where} is a JSON object with ${field}, a string of 1 to ${userIdLength} characters or a number`;
}

function identity(object: JsonObject, text: string, field: string): Identity | undefined {
  const user = idOf(object[field], text, field);
  if (user === nobody || user.length > userIdLength) return undefined;
  return { user, info: "user_info" in object ? member(text, "user_info") : undefined };
}

const integer = /^-?\d+$/;

/** Numbers are ids too, and of a large one every digit counts. */
function idOf(value: unknown, text: string, field: string): UserId {
  if (typeof value === "string") return userId(value);
  if (typeof value !== "number") return nobody;
  const digits = member(text, field) ?? "";
  return userId(integer.test(digits) ? digits : String(value));
}
