import { mayReadPresence, resolve } from "../../../core/access.ts";
import { after, type Answer } from "../../../core/answer.ts";
import { Refusal } from "../../../core/refusal.ts";
import type { Outcome } from "../outcome.ts";
import type { CentrifugoSession } from "../session.ts";

/** Every client of the channel, those without a user among them (B7). */
export function presence(session: CentrifugoSession, channel: string): Answer<Outcome> {
  const traits = resolve(session.app, channel);
  if (traits instanceof Refusal) return traits;
  const refused = mayReadPresence(session, traits);
  if (refused !== undefined) return refused;
  const answer = session.door.wire.hub.broker.presence(session.app.key(traits.name));
  return after(answer, (clients): Outcome => ({ kind: "presence", clients }));
}

export function presenceStats(session: CentrifugoSession, channel: string): Answer<Outcome> {
  const traits = resolve(session.app, channel);
  if (traits instanceof Refusal) return traits;
  const refused = mayReadPresence(session, traits);
  if (refused !== undefined) return refused;
  const answer = session.door.wire.hub.broker.headcount(session.app.key(traits.name));
  return after(answer, (headcount): Outcome => ({ kind: "presence-stats", headcount }));
}
