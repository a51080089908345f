import type { GrantOverride } from "../../../core/broker.ts";
import type { Payload } from "../../../core/publication.ts";
import { oneLine } from "../../../json-text/slices.ts";
import { parsePayload, undecodable } from "../api/message.ts";
import { parseOverride } from "../api/parse-command.ts";
import type { Params } from "../api/params.ts";
import { WrongResult } from "./proxy.ts";

/** What a proxy says of a subscription. */
export interface SubscriptionTerms {
  /** What others see of the client in the channel. */
  readonly info: Payload | undefined;
  /** For the subscriber itself. */
  readonly data: Payload | undefined;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  readonly override: GrantOverride;
}

/** A field that also has a base64 form, which wins, and may be any bytes; `null` says nothing. */
export function payloadField(params: Params, name: "info" | "data"): Payload | undefined | WrongResult {
  const given = parsePayload(params, name);
  if (given === undecodable) return new WrongResult(`b64${name} is no base64`);
  if (typeof given !== "string") return given;
  return given === "null" ? undefined : oneLine(given);
}

export function subscriptionTerms(params: Params): SubscriptionTerms | WrongResult {
  const info = payloadField(params, "info");
  const data = payloadField(params, "data");
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
  /** What others see from now on; undefined = as before. */
  readonly info: Payload | undefined;
  /** JSON text; undefined = as before. */
  readonly meta: string | undefined;
}

/** No result is the end, as `expired` is (protocol notes, 7.2). */
export function refreshed(params: Params | undefined): Refreshed | WrongResult {
  if (params === undefined) return { expired: true, expireAt: 0, info: undefined, meta: undefined };
  const info = payloadField(params, "info");
  if (info instanceof WrongResult) return info;
  return { expired: params.flag("expired"), expireAt: params.count("expire_at"), info, meta: metaOf(params) };
}

/** An object, as text. */
export function metaOf(params: Params): string | undefined {
  return params.object("meta") === undefined ? undefined : params.raw("meta");
}
