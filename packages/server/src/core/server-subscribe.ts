import { maySubscribe, resolve } from "./access.ts";
import type { Answer } from "./answer.ts";
import { after } from "./answer.ts";
import type { ServerGrant } from "./broker.ts";
import type { Hub } from "./hub.ts";
import type { StreamPosition } from "./publication.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";
import { join, type JoinRequest } from "./subscribe.ts";

/** The join of a subscription that the application makes (token claim, API, personal channel). */
export function serverJoinRequest(
  session: Session,
  grant: ServerGrant,
  recover: StreamPosition | undefined,
): JoinRequest | Refusal {
  const traits = resolve(session.app, grant.channel);
  if (traits instanceof Refusal) return traits;
  const refused = maySubscribe(session, traits, "application");
  if (refused !== undefined) return refused;
  return {
    traits,
    info: grant.chanInfo === undefined ? undefined : session.info(grant.chanInfo),
    override: grant.override,
    expiresAt: grant.expireAt * 1000,
    serverSide: true,
    positioned: false,
    recoverable: false,
    joinLeave: false,
    recover,
    wantsMembers: false,
    wantsCached: false,
  };
}

/** Subscribes a connected client, which is told by a `subscribed` notice. */
export function subscribeByServer(
  hub: Hub,
  session: Session,
  grant: ServerGrant,
): Answer<Refusal | undefined> {
  const request = serverJoinRequest(session, grant, undefined);
  if (request instanceof Refusal) return request;
  return after(join(hub, session, request), (joining) => {
    if (joining instanceof Refusal) return joining;
    const settled = joining.settle();
    // The position that was asked for goes out as it came; what was missed is not delivered (protocol notes, 15).
    const outcome = grant.since === undefined ? settled : { ...settled, position: grant.since };
    session.tell({ kind: "subscribed", channel: request.traits.name, outcome, data: grant.data });
    joining.follow();
    return undefined;
  });
}
