import { mayReadHistory, resolve } from "../../../core/access.ts";
import { after, type Answer } from "../../../core/answer.ts";
import { readHistory } from "../../../core/history.ts";
import { Refusal } from "../../../core/refusal.ts";
import type { HistoryCommand } from "../messages.ts";
import type { Outcome } from "../outcome.ts";
import type { CentrifugoSession } from "../session.ts";

/** Protocol notes, 2.5. */
export function history(session: CentrifugoSession, command: HistoryCommand): Answer<Outcome> {
  const { limit, since, reverse } = command;
  const traits = resolve(session.app, command.channel);
  if (traits instanceof Refusal) return traits;
  const refused = mayReadHistory(session, traits);
  if (refused !== undefined) return refused;
  const page = readHistory(session.door.wire.hub, session.app, { traits, limit, since, reverse });
  return after(page, (read): Outcome => (read instanceof Refusal ? read : { kind: "history", page: read }));
}
