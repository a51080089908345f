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
  type Loaded,
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

/** A server that is to be started. */
export interface Starting {
  readonly config: Config;
  readonly mode: Mode;
  /** Reads the same file and environment again, on SIGHUP; undefined where that ends the process, as its terminal does. */
  readonly again: (() => Loaded) | undefined;
}

/** The server behind the commands that start one. */
export interface Run {
  /** Resolves when the server listens; undefined where it could not, and that has been told. */
  start(starting: Starting): Promise<Listening | undefined>;
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

function loadServed(from: ConfigSource): Loaded {
  const loaded = loadConfig(from);
  const faults = loaded.ok ? assertServable(loaded.config) : [];
  return faults.length > 0 ? { ok: false, faults } : loaded;
}

async function serve(run: Run, io: Io, options: StartOptions & { readonly workers?: number }): Promise<void> {
  if (options.workers !== undefined && options.workers !== 1) {
    fail(io, [{ path: "--workers", message: "not supported yet" }]);
    return;
  }
  const file = options.config ?? (existsSync(standardFile) ? standardFile : undefined);
  const again = (): Loaded => loadServed(source(io, options, file));
  const loaded = again();
  if (!loaded.ok) {
    fail(io, loaded.faults);
    return;
  }
  const warning = descriptorWarning(loaded.config);
  const notices = [
    ...loaded.warnings.map(passedOver),
    ...startNotices(loaded.config),
    ...(warning === undefined ? [] : [warning]),
  ];
  for (const notice of notices) io.stderr.write(`twinwire: ${notice}\n`);
  await run.start({ config: loaded.config, mode: "serve", again });
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
  const listening = await run.start({ config: loaded.config, mode: "dev", again: undefined });
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
