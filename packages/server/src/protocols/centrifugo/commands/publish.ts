import { mayPublish, resolve } from "../../../core/access.ts";
import { after, type Answer } from "../../../core/answer.ts";
import { publishAsClient } from "../../../core/publish.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import { fitsFormat } from "../data-format.ts";
import type { PublishCommand } from "../messages.ts";
import type { Outcome } from "../outcome.ts";
import type { CentrifugoSession } from "../session.ts";

const published: Outcome = { kind: "publish" };

/** Protocol notes, 2.6. */
export function publishCommand(session: CentrifugoSession, command: PublishCommand): Answer<Outcome> {
  const { channel, content, bytes, type } = command;
  if (type !== 0) return refuse("not-available", "there are no maps here");
  const traits = resolve(session.app, channel);
  if (traits instanceof Refusal) return traits;
  // Who may not publish is told so before anything is said of the data.
  if (!fitsFormat(content, traits.namespace.dataFormat))
    return mayPublish(session, traits) ?? refuse("bad-request", "the data is not of publication_data_format");
  return after(
    publishAsClient(session.door.wire.hub, session, { traits, content, bytes }),
    (refused) => refused ?? published,
  );
}
