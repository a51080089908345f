import type { GrantOverride } from "../../../core/broker.ts";
import { oneLine } from "../../../json-text/slices.ts";
import { parseJsonField, undecodable } from "../api/message.ts";
import { parseOverride } from "../api/parse-command.ts";
import type { Params } from "../api/params.ts";
import { WrongResult } from "./proxy.ts";

/** What a proxy says of a subscription. */
export interface SubscriptionTerms {
  /** JSON text that others see of the client in the channel. */
  readonly info: string | undefined;
  /** JSON text for the subscriber itself. */
  readonly data: string | undefined;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  readonly override: GrantOverride;
}

/** A JSON value, as text, of a field that also has a base64 form, which wins; `null` says nothing. */
export function jsonField(params: Params, name: "info" | "data"): string | undefined | WrongResult {
  const given = parseJsonField(params, name);
  if (given === undecodable) return new WrongResult(`b64${name} is no JSON in base64`);
  return given === undefined || given === "null" ? undefined : oneLine(given);
}

export function subscriptionTerms(params: Params): SubscriptionTerms | WrongResult {
  const info = jsonField(params, "info");
  const data = jsonField(params, "data");
  if (info instanceof WrongResult) return info;
  if (data instanceof WrongResult) return data;
  return {
    info,
    data,
    expireAt: params.count("expire_at"),
    override: parseOverride(params.object("override")),
  };
}

/** What `refresh` and `sub_refresh` have in common. */
export interface Refreshed {
  readonly expired: boolean;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  /** JSON text; undefined = as before. */
  readonly info: string | undefined;
  /** JSON text; undefined = as before. */
  readonly meta: string | undefined;
}

/** No result is the end, as `expired` is (protocol notes, 7.2). */
export function refreshed(params: Params | undefined): Refreshed | WrongResult {
  if (params === undefined) return { expired: true, expireAt: 0, info: undefined, meta: undefined };
  const info = jsonField(params, "info");
  if (info instanceof WrongResult) return info;
  return { expired: params.flag("expired"), expireAt: params.count("expire_at"), info, meta: metaOf(params) };
}

/** An object, as text. */
export function metaOf(params: Params): string | undefined {
  return params.object("meta") === undefined ? undefined : params.raw("meta");
}
