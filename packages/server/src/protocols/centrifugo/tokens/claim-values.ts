import type { GrantOverride } from "../../../core/broker.ts";
import type { Payload } from "../../../core/publication.ts";
import { member, oneLine } from "../../../json-text/slices.ts";
import { payloadOf } from "../payload.ts";
import { isRecord } from "./jwt.ts";

type Values = Readonly<Record<string, unknown>>;

/** A claim of the wrong type: the token is invalid. */
export const wrong = Symbol("wrong");

/** A JSON value of a claim that also has a base64 form for any bytes, which wins: `info` and `b64info`, `data` and `b64data`. */
export function payloadClaim(
  values: Values,
  text: string,
  name: "info" | "data",
): Payload | undefined | typeof wrong {
  const encoded = values[`b64${name}`];
  if (typeof encoded === "string" && encoded !== "") return payloadOf(Buffer.from(encoded, "base64"));
  if (encoded !== undefined && encoded !== null && encoded !== "") return wrong;
  const value = values[name];
  if (value === undefined || value === null) return undefined;
  const raw = member(text, name);
  return raw === undefined ? undefined : oneLine(raw);
}

const overrideNames = {
  presence: "presence",
  joinLeave: "join_leave",
  forcePushJoinLeave: "force_push_join_leave",
  forcePositioning: "force_positioning",
  forceRecovery: "force_recovery",
} as const satisfies Record<keyof GrantOverride, string>;

const noOverride: GrantOverride = {};

/** `override`: options of the namespace, each as `{"value": bool}`. */
export function overrideClaim(values: Values): GrantOverride | typeof wrong {
  const given = values["override"];
  if (given === undefined || given === null) return noOverride;
  if (!isRecord(given)) return wrong;
  const flags: Partial<Record<keyof GrantOverride, boolean>> = {};
  for (const key of Object.keys(overrideNames) as (keyof GrantOverride)[]) {
    const option = given[overrideNames[key]];
    if (option === undefined || option === null) continue;
    const value = isRecord(option) ? (option["value"] ?? false) : undefined;
    if (typeof value !== "boolean") return wrong;
    flags[key] = value;
  }
  return flags;
}
