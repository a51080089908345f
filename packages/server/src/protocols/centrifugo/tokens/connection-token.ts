import { after, type Answer } from "../../../core/answer.ts";
import type { ServerGrant } from "../../../core/broker.ts";
import type { Payload } from "../../../core/publication.ts";
import { eachMember, member, oneLine } from "../../../json-text/slices.ts";
import { payloadClaim, overrideClaim, wrong } from "./claim-values.ts";
import { invalid, isRecord, TokenFault, type Claims } from "./jwt.ts";
import type { TokenVerifier } from "./token-verifier.ts";

/** What a connection token says (protocol notes, 4.1). */
export interface ConnectionToken {
  readonly user: string;
  /** Undefined = it says nothing. */
  readonly info: Payload | undefined;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  /** Server-side subscriptions, from `subs`, else from `channels`. */
  readonly grants: readonly ServerGrant[];
  /** JSON text of an object, for the application's proxies. */
  readonly meta: string | undefined;
}

export function readConnectionToken(
  verifier: TokenVerifier,
  token: string,
): Answer<ConnectionToken | TokenFault> {
  return after(verifier.verify(token), connectionTokenOf);
}

function connectionTokenOf(claims: Claims | TokenFault): ConnectionToken | TokenFault {
  if (claims instanceof TokenFault) return claims;
  const { values, text, user, expireAt } = claims;
  // Else whoever holds a subscription token could connect with it.
  if (values["channel"] !== undefined && values["channel"] !== null && values["channel"] !== "")
    return invalid("a connection token has no channel claim");
  const info = payloadClaim(values, text, "info");
  if (info === wrong) return invalid("b64info is no string");
  const meta = isRecord(values["meta"]) ? member(text, "meta") : undefined;
  const grants = grantsOf(claims);
  if (grants instanceof TokenFault) return grants;
  return { user, info, expireAt, grants, meta: meta === undefined ? undefined : oneLine(meta) };
}

const noGrants: readonly ServerGrant[] = [];

export function plainGrant(channel: string): ServerGrant {
  return { channel, chanInfo: undefined, data: undefined, expireAt: 0, override: {}, since: undefined };
}

function grantsOf({ values, text }: Claims): readonly ServerGrant[] | TokenFault {
  const subs = values["subs"];
  const channels = values["channels"];
  if (subs !== undefined && subs !== null) {
    if (!isRecord(subs)) return invalid("subs is no object");
    if (Object.keys(subs).length > 0) return grantsOfSubs(subs, text);
  }
  if (channels === undefined || channels === null) return noGrants;
  if (!Array.isArray(channels)) return invalid("channels is no array");
  const names = new Set<string>();
  const listed: readonly unknown[] = channels;
  for (const channel of listed) {
    if (typeof channel !== "string") return invalid("channels has something that is no string");
    names.add(channel);
  }
  return [...names].map(plainGrant);
}

function grantsOfSubs(
  subs: Readonly<Record<string, unknown>>,
  claims: string,
): readonly ServerGrant[] | TokenFault {
  const grants = new Map<string, ServerGrant>();
  let fault: TokenFault | undefined;
  const read = (channel: string, text: string): void => {
    const options = subs[channel];
    const grant = isRecord(options) ? grantOf(channel, options, text) : undefined;
    if (grant === undefined) fault = invalid("subs has a channel with options that are not understood");
    else grants.set(channel, grant);
  };
  eachMember(claims, (name, text) => {
    if (name === "subs") eachMember(text, read);
  });
  return fault ?? [...grants.values()];
}

function grantOf(
  channel: string,
  options: Readonly<Record<string, unknown>>,
  text: string,
): ServerGrant | undefined {
  const chanInfo = payloadClaim(options, text, "info");
  const data = payloadClaim(options, text, "data");
  const override = overrideClaim(options);
  if (chanInfo === wrong || data === wrong || override === wrong) return undefined;
  return { channel, chanInfo, data, expireAt: 0, override, since: undefined };
}
