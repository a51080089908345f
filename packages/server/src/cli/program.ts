import { Command, CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addChannelsCommand } from "./channels-command.ts";
import { addCheckCommand } from "./check-command.ts";
import { addDoctorCommand } from "./doctor-command.ts";
import { addInitCommand } from "./init-command.ts";
import type { Io } from "./io.ts";
import { addPublishCommand } from "./publish-command.ts";
import { addStartCommands, type Run } from "./start-commands.ts";
import { addTailCommand } from "./tail-command.ts";
import { addTokenCommand } from "./token-command.ts";

/** The `twinwire` command line. Parsing throws a CommanderError where the arguments are wrong; runProgram catches it. */
export function program(run: Run, io: Io): Command {
  const built = new Command("twinwire")
    .description(manifest.description)
    .version(manifest.version)
    // Before the commands are added: they inherit it.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  addStartCommands(built, run, io);
  addInitCommand(built, io);
  addCheckCommand(built, io);
  addTokenCommand(built, io);
  addPublishCommand(built, io);
  addTailCommand(built, io);
  addChannelsCommand(built, io);
  addDoctorCommand(built, io);
  built
    .command("version")
    .description("print the version")
    .action(() => void io.stdout.write(`${manifest.version}\n`));
  return built;
}

/** Runs one command line, without the two words before the arguments. Rejects only with what starting a server throws. */
export async function runProgram(args: readonly string[], run: Run, io: Io): Promise<void> {
  try {
    await program(run, io).parseAsync(args, { from: "user" });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    // Help and the version end here too, with 0; commander has printed what there is to say.
    if (cause.exitCode !== 0 || cause.code === "commander.help") io.exit(cause.exitCode);
  }
}
