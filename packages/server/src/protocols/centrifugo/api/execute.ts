import type { Answer } from "../../../core/answer.ts";
import { refuse } from "../../../core/refusal.ts";
import type { Command, UnknownCommand } from "./command.ts";
import { disconnect, refresh, subscribe, unsubscribe } from "./orders.ts";
import { type Outcome, settled } from "./outcome.ts";
import { broadcast, publishTo } from "./publishing.ts";
import { history, presence, presenceStats, removeHistory } from "./reading.ts";
import type { Site } from "./site.ts";
import { channels, info } from "./surveying.ts";

/** Does what a call asks for. Never throws, never rejects. */
export function execute(site: Site, command: Command | UnknownCommand): Answer<Outcome> {
  return settled(site, command.kind, () => start(site, command));
}

function start(site: Site, command: Command | UnknownCommand): Answer<Outcome> {
  switch (command.kind) {
    case "publish":
      return publishTo(site, command.channel, command.message);
    case "broadcast":
      return broadcast(site, command.channels, command.message);
    case "subscribe":
      return subscribe(site, command);
    case "unsubscribe":
      return unsubscribe(site, command.channel, command.target);
    case "disconnect":
      return disconnect(site, command);
    case "refresh":
      return refresh(site, command);
    case "presence":
      return presence(site, command.channel);
    case "presence_stats":
      return presenceStats(site, command.channel);
    case "history":
      return history(site, command);
    case "history_remove":
      return removeHistory(site, command.channel);
    case "channels":
      return channels(site, command.pattern);
    case "info":
      return info(site);
    case "rpc":
      if (command.method === "") return refuse("bad-request", "the call names no method");
      return refuse("method-not-found", "the server has no methods of its own");
    case "unknown":
      return refuse("method-not-found", "there is no such method");
  }
}
