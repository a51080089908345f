import { InvalidArgumentError, type Command } from "commander";
import { notEmpty, wholeNumber } from "./arguments.ts";
import { examine } from "./doctor/doctor.ts";
import { firstCause, reportJson, reportText } from "./doctor/report.ts";
import { readTarget } from "./doctor/target.ts";
import { fail, type Io } from "./io.ts";

interface DoctorOptions {
  readonly key: string;
  readonly secret?: string;
  readonly appId?: string;
  readonly origin?: string;
  readonly timeout: number;
  readonly json?: true;
}

/** The secret where the command line, which every user of the machine can read, is no place for it. */
const secretVariable = "TWINWIRE_SECRET";

function pageOrigin(given: string): string {
  let url: URL | undefined;
  try {
    url = new URL(given);
  } catch {
    url = undefined;
  }
  if (url === undefined || url.origin === "null")
    throw new InvalidArgumentError('It must be an origin such as "https://example.org".');
  return url.origin;
}

async function doctor(io: Io, url: string, options: DoctorOptions): Promise<void> {
  const target = readTarget(url);
  if (typeof target === "string") {
    fail(io, [{ path: "URL", message: target }]);
    return;
  }
  const checks = await examine({
    target,
    key: options.key,
    secret: options.secret ?? io.env[secretVariable] ?? "",
    appId: options.appId,
    pageOrigin: options.origin,
    timeout: options.timeout * 1000,
    now: () => Date.now(),
  });
  const report =
    options.json === true ? reportJson(`${target.origin}${target.prefix}`, checks) : reportText(checks);
  io.stdout.write(report);
  if (firstCause(checks) !== undefined) io.exit(1);
}

export function addDoctorCommand(program: Command, io: Io): void {
  program
    .command("doctor")
    .description("look at a running server from outside: what keeps Pusher clients and back ends from it")
    .argument("<url>", "where clients connect: https://example.org, with the path prefix if there is one")
    .requiredOption("--key <key>", "the app's key (apps[].key)", notEmpty)
    .option("--secret <secret>", `the app's secret; better in ${secretVariable}`, notEmpty)
    .option("--app-id <id>", "the app's id, to look at the HTTP API", notEmpty)
    .option("--origin <origin>", "origin of the pages that are to connect", pageOrigin)
    .option("--timeout <seconds>", "how long each answer is waited for", wholeNumber(1, 60), 5)
    .option("--json", "print the report as JSON")
    .action((url: string, options: DoctorOptions) => doctor(io, url, options));
}
