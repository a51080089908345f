import { Refusal, refuse } from "../../../core/refusal.ts";
import type { Command, UnknownCommand } from "./command.ts";
import { errorText } from "./errors.ts";
import { execute } from "./execute.ts";
import { inTurns } from "./in-turns.ts";
import { settled } from "./outcome.ts";
import { noParams, parseParams, type Params } from "./params.ts";
import { methodParser, type MethodName } from "./parse-command.ts";
import type { Site } from "./site.ts";
import { splitObjects } from "./split-objects.ts";

/** One command as the old route has it (protocol notes, 6.1). */
export interface OldCommand {
  /** 0 = it has none. */
  readonly id: number;
  readonly command: Command | UnknownCommand | Refusal;
}

/** The numbers that methods had before they had names. */
const numbered: readonly MethodName[] = [
  "publish",
  "broadcast",
  "unsubscribe",
  "disconnect",
  "presence",
  "presence_stats",
  "history",
  "history_remove",
  "channels",
  "info",
  "rpc",
  "subscribe",
  "refresh",
];

/** All commands of a body, or undefined where one of them cannot be read: then none is carried out. */
export function parseOldCommands(body: string): readonly OldCommand[] | undefined {
  const texts = splitObjects(body);
  if (texts === undefined || texts.length === 0) return undefined;
  const commands: OldCommand[] = [];
  for (const text of texts) {
    const envelope = parseParams(text);
    const command = envelope === undefined ? undefined : parseOldCommand(envelope);
    if (command === undefined) return undefined;
    commands.push(command);
  }
  return commands;
}

function parseOldCommand(envelope: Params): OldCommand | undefined {
  const id = envelope.count("id");
  const method = envelope.stringOrInteger("method") ?? 0;
  if (envelope.faulty()) return undefined;
  const name = typeof method === "number" ? numbered[method] : method.toLowerCase();
  // A number that no method has gets an error of its own, a name that none has fails the request (protocol notes, 15).
  if (name === undefined) return { id, command: { kind: "unknown" } };
  const parse = methodParser(name);
  if (parse === undefined) return undefined;
  // `info` takes none, and clients send it all kinds of nothing.
  const params = name === "info" ? noParams() : (envelope.object("params") ?? noParams());
  const command = parse(params);
  return { id, command: envelope.faulty() ? refuse("bad-request", "params have a wrong type") : command };
}

/** The replies, a line each, in the order of the commands. */
export async function oldRepliesText(site: Site, commands: readonly OldCommand[]): Promise<string> {
  const work = async ({ id, command }: OldCommand): Promise<string> => {
    const outcome = await (command instanceof Refusal
      ? settled(site, "params", () => command)
      : execute(site, command));
    const fields = id === 0 ? [] : [`"id":${id}`];
    fields.push(outcome instanceof Refusal ? `"error":${errorText(outcome)}` : `"result":${outcome}`);
    return `{${fields.join(",")}}`;
  };
  const replies = await inTurns(site.clock, commands, { work, together: false });
  return replies.join("\n");
}
