import { existsSync } from "node:fs";
import type { Command } from "commander";
import {
  assertServable,
  loadConfig,
  loadDevConfig,
  startNotices,
  type Config,
  type ConfigSource,
  type Fault,
} from "../config/index.ts";
import { wholeNumber } from "./arguments.ts";
import { devSummary } from "./dev-summary.ts";
import { exposedWarning } from "./exposed-warning.ts";
import { descriptorWarning } from "./file-descriptors.ts";
import { fail, type Io } from "./io.ts";

export type Mode = "serve" | "dev";

/** Where a server listens: the port that was free, where any would do. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** What `dev` shows beside its own page. */
  readonly pages?: readonly { readonly path: string; readonly name: string }[];
}

/** The server behind the commands that start one. */
export interface Run {
  /** Resolves when the server listens; undefined where it could not, and that has been told. */
  start(config: Config, mode: Mode): Promise<Listening | undefined>;
}

interface StartOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly allowUnknown?: true;
}

/** Read where no --config is given, as Centrifugo does. */
export const standardFile = "config.json";

function source(io: Io, options: StartOptions, file: string | undefined): ConfigSource {
  return {
    env: io.env,
    overrides: {
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(options.port === undefined ? {} : { port: options.port }),
    },
    ...(file === undefined ? {} : { file }),
    allowUnknown: options.allowUnknown === true,
  };
}

function passedOver({ path, message }: Fault): string {
  return `${path}: ${message}; passed over`;
}

async function serve(run: Run, io: Io, options: StartOptions & { readonly workers?: number }): Promise<void> {
  if (options.workers !== undefined && options.workers !== 1) {
    fail(io, [{ path: "--workers", message: "not supported yet" }]);
    return;
  }
  const file = options.config ?? (existsSync(standardFile) ? standardFile : undefined);
  const loaded = loadConfig(source(io, options, file));
  const faults = loaded.ok ? assertServable(loaded.config) : loaded.faults;
  if (!loaded.ok || faults.length > 0) {
    fail(io, faults);
    return;
  }
  const warning = descriptorWarning(loaded.config);
  const notices = [
    ...loaded.warnings.map(passedOver),
    ...startNotices(loaded.config),
    ...(warning === undefined ? [] : [warning]),
  ];
  for (const notice of notices) io.stderr.write(`twinwire: ${notice}\n`);
  await run.start(loaded.config, "serve");
}

async function dev(run: Run, io: Io, options: StartOptions): Promise<void> {
  const loaded = loadDevConfig(source(io, options, options.config));
  if (!loaded.ok) {
    fail(io, loaded.faults);
    return;
  }
  for (const one of loaded.warnings) io.stderr.write(`twinwire: ${passedOver(one)}\n`);
  const warning = exposedWarning(loaded.config.http_server.address);
  if (warning !== undefined) io.stderr.write(`twinwire: ${warning}\n`);
  const listening = await run.start(loaded.config, "dev");
  if (listening !== undefined) io.stdout.write(await devSummary(loaded.config, listening));
}

function startOptions(command: Command): Command {
  return command
    .option("--host <host>", "address to listen on (http_server.address)")
    .option("--port <number>", "port to listen on (http_server.port)", wholeNumber(0, 65_535))
    .option("--allow-unknown", "pass over options that nobody knows, instead of refusing to start");
}

export function addStartCommands(program: Command, run: Run, io: Io): void {
  startOptions(program.command("serve"))
    .description("run the server in production")
    .option("--config <file>", `configuration; ${standardFile} if there is one here`)
    .option("--workers <number>", "event loops on one port", wholeNumber(1, 1024))
    .action((options: StartOptions & { readonly workers?: number }) => serve(run, io, options));
  startOptions(program.command("dev"))
    .description("run the server on this machine, with keys that everybody knows")
    .option("--config <file>", "configuration; what it leaves out is filled in")
    .action((options: StartOptions) => dev(run, io, options));
}
