import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { assertServable, faultText, loadConfig, migrateConfig } from "../config/index.ts";
import { fail, type Io } from "./io.ts";

interface CheckOptions {
  readonly allowUnknown?: true;
  readonly migrate?: string;
}

function check(io: Io, file: string, allowUnknown: boolean): void {
  const loaded = loadConfig({ file, env: io.env, allowUnknown });
  if (!loaded.ok) {
    fail(io, loaded.faults);
    return;
  }
  io.stdout.write("ok\n");
  for (const warning of loaded.warnings) io.stderr.write(`twinwire: passed over: ${faultText(warning)}\n`);
  // A sound file for dev is no fault, but whoever means to serve it had better know now.
  for (const fault of assertServable(loaded.config)) {
    io.stderr.write(`twinwire: serve would refuse it: ${faultText(fault)}\n`);
  }
}

/** Writes the file anew; what it then still has against it is for the check of that file. */
function migrate(io: Io, file: string, target: string): void {
  const migrated = migrateConfig(file);
  if (!migrated.ok) {
    fail(io, [migrated.fault]);
    return;
  }
  if (!target.endsWith(".json")) {
    fail(io, [{ path: target, message: "must be named .json" }]);
    return;
  }
  try {
    // It holds secrets, and nobody's file is written over.
    writeFileSync(target, migrated.content, { flag: "wx", mode: 0o600 });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const message = code === "EEXIST" ? "is there already" : `cannot be written: ${String(cause)}`;
    fail(io, [{ path: target, message }]);
    return;
  }
  for (const { from, to } of migrated.moved) io.stdout.write(`${from} -> ${to}\n`);
  for (const name of migrated.left) io.stderr.write(`twinwire: left out, it has no place in v6: ${name}\n`);
  io.stdout.write(`written to ${target}; now run twinwire check-config ${target}\n`);
}

export function addCheckCommand(program: Command, io: Io): void {
  program
    .command("check-config")
    .description("check a configuration, with the environment laid over it")
    .argument("<file>", "file to check")
    .option("--allow-unknown", "pass over options that nobody knows")
    .option("--migrate <file>", "write it anew: options of Centrifugo v3 to v5 where v6 has them")
    .action((file: string, options: CheckOptions) => {
      if (options.migrate === undefined) check(io, file, options.allowUnknown === true);
      else migrate(io, file, options.migrate);
    });
}
