import { after, type Answer } from "../../../core/answer.ts";
import type { GrantOverride } from "../../../core/broker.ts";
import type { Payload } from "../../../core/publication.ts";
import { payloadClaim, overrideClaim, wrong } from "./claim-values.ts";
import { invalid, TokenFault, type Claims } from "./jwt.ts";
import type { TokenVerifier } from "./token-verifier.ts";

/** What a subscription token says (protocol notes, 4.2). */
export interface SubscriptionToken {
  readonly user: string;
  readonly channel: string;
  /** The connection it is for; empty = any of the user. */
  readonly client: string;
  /** What others see of the client in the channel. */
  readonly info: Payload | undefined;
  /** For the subscriber itself. */
  readonly data: Payload | undefined;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  readonly override: GrantOverride;
}

export function readSubscriptionToken(
  verifier: TokenVerifier,
  token: string,
): Answer<SubscriptionToken | TokenFault> {
  return after(verifier.verify(token), subscriptionTokenOf);
}

function subscriptionTokenOf(claims: Claims | TokenFault): SubscriptionToken | TokenFault {
  if (claims instanceof TokenFault) return claims;
  const { values, text, user, expireAt } = claims;
  const channel = values["channel"] ?? "";
  const client = values["client"] ?? "";
  if (typeof channel !== "string" || typeof client !== "string")
    return invalid("channel and client have to be strings");
  if (channel === "") return invalid("a subscription token has a channel claim");
  const info = payloadClaim(values, text, "info");
  const data = payloadClaim(values, text, "data");
  const override = overrideClaim(values);
  if (info === wrong || data === wrong) return invalid("b64info or b64data is no string");
  if (override === wrong) return invalid("override is not understood");
  return { user, channel, client, info, data, expireAt, override };
}
