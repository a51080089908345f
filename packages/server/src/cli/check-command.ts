import type { Command } from "commander";
import { assertServable, faultText, loadConfig } from "../config/index.ts";
import { fail, type Io } from "./io.ts";

function check(io: Io, file: string): void {
  const loaded = loadConfig({ file, env: io.env });
  if (!loaded.ok) {
    fail(io, loaded.faults);
    return;
  }
  io.stdout.write("ok\n");
  // A sound file for dev is no fault, but whoever means to serve it had better know now.
  for (const fault of assertServable(loaded.config)) {
    io.stderr.write(`twinwire: serve would refuse it: ${faultText(fault)}\n`);
  }
}

export function addCheckCommand(program: Command, io: Io): void {
  program
    .command("check-config")
    .description("check a configuration, with the environment laid over it")
    .argument("<file>", "file to check")
    .action((file: string) => {
      check(io, file);
    });
}
