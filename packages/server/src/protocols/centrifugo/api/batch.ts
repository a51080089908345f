import type { Command, UnknownCommand } from "./command.ts";
import { errorText } from "./errors.ts";
import { execute } from "./execute.ts";
import { inTurns } from "./in-turns.ts";
import type { Params } from "./params.ts";
import { methodNames, methodParser } from "./parse-command.ts";
import type { Site } from "./site.ts";
import { Refusal } from "../../../core/refusal.ts";

export interface Batch {
  readonly commands: readonly (Command | UnknownCommand)[];
  /** Commands need not wait for the one before. */
  readonly parallel: boolean;
}

/** What this returns counts only if `params.faulty()` is false. */
export function parseBatch(params: Params): Batch {
  return { commands: params.objects("commands").map(parseEntry), parallel: params.flag("parallel") };
}

/** A command is marked by which method's key it has. */
function parseEntry(entry: Params): Command | UnknownCommand {
  for (const name of methodNames()) {
    const params = entry.object(name);
    const parse = methodParser(name);
    if (params !== undefined && parse !== undefined) return parse(params);
  }
  return { kind: "unknown" };
}

/** The whole answer: unlike other methods', it has no `result` around it (protocol notes, 15). */
export async function batchText(site: Site, { commands, parallel }: Batch): Promise<string> {
  const work = async (command: Command | UnknownCommand): Promise<string> => {
    const outcome = await execute(site, command);
    return outcome instanceof Refusal ? `{"error":${errorText(outcome)}}` : `{"${command.kind}":${outcome}}`;
  };
  const replies = await inTurns(site.clock, commands, { work, together: parallel });
  return `{"replies":[${replies.join(",")}]}`;
}
