import type { Answer } from "../../../core/answer.ts";
import { leave } from "../../../core/unsubscribe.ts";
import { channelName } from "../../../core/ids.ts";
import type { Command } from "../messages.ts";
import { disconnect, type Outcome } from "../outcome.ts";
import type { CentrifugoSession } from "../session.ts";
import { rpc } from "../proxies/rpc.ts";
import { connect } from "./connect.ts";
import { history } from "./history.ts";
import { presence, presenceStats } from "./presence.ts";
import { publishCommand } from "./publish.ts";
import { refresh } from "./refresh.ts";
import { subscribe } from "./subscribe.ts";
import { subRefresh } from "./sub-refresh.ts";

/** Carries out one command of a client that may send it now. */
export function perform(session: CentrifugoSession, command: Command): Answer<Outcome> {
  if ("channel" in command && command.channel === "")
    return disconnect("bad-request", `${command.kind} without a channel`);
  switch (command.kind) {
    case "connect":
      return connect(session, command);
    case "subscribe":
      return subscribe(session, command);
    case "unsubscribe":
      return unsubscribe(session, command.channel);
    case "publish":
      return publishCommand(session, command);
    case "presence":
      return presence(session, command.channel);
    case "presence-stats":
      return presenceStats(session, command.channel);
    case "history":
      return history(session, command);
    case "rpc":
      return rpc(session, command);
    case "refresh":
      return refresh(session, command.token);
    case "sub-refresh":
      return subRefresh(session, command);
  }
}

/** Also answered where there was no subscription (protocol notes, 2.7). */
function unsubscribe(session: CentrifugoSession, channel: string): Outcome {
  const subscription = session.subscriptions.get(channelName(channel));
  if (subscription !== undefined) leave(session.door.wire.hub, session, subscription, "unsubscribed");
  return { kind: "unsubscribe" };
}
