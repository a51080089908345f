import type { Answer } from "../../core/answer.ts";
import { after } from "../../core/answer.ts";
import { publishAsClient } from "../../core/publish.ts";
import { Refusal } from "../../core/refusal.ts";
import { clientEventErrorCode } from "./codes.ts";
import type { ClientEvent } from "./messages.ts";
import { reach } from "./reach.ts";
import type { PusherSession } from "./session.ts";

/** A `client-*` event. Nothing is answered where it is taken; the sender does not hear it. */
export function say(session: PusherSession, { channel, content, bytes }: ClientEvent): Answer<void> {
  // Not those of the channel: they may be older than the rules of now.
  const traits = reach(session.app, channel);
  const refuse = (refusal: Refusal): void => {
    session.refuse(refusal, clientEventErrorCode[refusal.kind], channel);
  };
  if (traits instanceof Refusal) {
    refuse(traits);
    return undefined;
  }
  const { hub } = session.tenant.around;
  return after(publishAsClient(hub, session, { traits, content, bytes }), (refused) => {
    // Who left while the application was asked is told nothing.
    if (refused !== undefined && !session.closed) refuse(refused);
  });
}
