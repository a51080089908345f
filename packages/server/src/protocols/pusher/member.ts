import type { UserId } from "../../core/ids.ts";
import { nobody, userId } from "../../core/ids.ts";
import type { Refusal } from "../../core/refusal.ts";
import { refuse } from "../../core/refusal.ts";
import { member } from "../../json-text/slices.ts";
import { objectOf } from "./parse.ts";
import { userIdLength } from "./settings.ts";

/** Who a back end says that a connection is. `info`: JSON text. */
export interface Identity {
  readonly user: UserId;
  readonly info: string | undefined;
}

/** A member of a presence channel, from `channel_data`: `{"user_id", "user_info"?}` (protocol notes, 2.3). */
export function memberOf(channelData: string): Identity | Refusal {
  return identity(channelData, "user_id") ?? refuse("bad-request", badId("channel_data", "user_id"));
}

/** A user, from `user_data`: `{"id", "user_info"?}` (protocol notes, 2.8). */
export function userOf(userData: string): Identity | Refusal {
  return identity(userData, "id") ?? refuse("bad-request", badId("user_data", "id"));
}

function badId(where: string, field: string): string {
  return `${where} is a JSON object with ${field}, a string of 1 to ${userIdLength} characters or a number`;
}

function identity(text: string, field: string): Identity | undefined {
  const object = objectOf(text);
  if (object === undefined) return undefined;
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
