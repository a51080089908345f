import { join } from "node:path";
import { keys } from "../../../packages/server/test/server.ts";
import { goProgram, missingForGo } from "../../../packages/server/test/programs/go.ts";
import { LineProgram } from "../../../packages/server/test/programs/line-program.ts";
import { pythonWith } from "../../../packages/server/test/programs/python.ts";
import { goesWithout, notInstalled } from "../../../packages/server/test/programs/required.ts";

const programs = join(import.meta.dir, "programs");

/** What a package may lack, whatever the server does. */
export type ApiAbility = "refresh" | "whitelist of disconnect" | "clients in each of the channels";

/** A package by which back ends call the API. */
export interface ApiRow {
  readonly name: string;
  readonly skipped: boolean;
  readonly lacks: Partial<Readonly<Record<ApiAbility, string>>>;
  /** The command that starts its program for this address; a key follows. */
  command(url: string): Promise<readonly string[]>;
}

/** A call, in the names of the API; a disconnect's code and reason by themselves. */
export interface ApiCommand extends Readonly<Record<string, unknown>> {
  readonly method:
    | "publish"
    | "broadcast"
    | "subscribe"
    | "unsubscribe"
    | "disconnect"
    | "refresh"
    | "presence"
    | "presence_stats"
    | "history"
    | "history_remove"
    | "channels"
    | "info"
    | "batch";
  readonly commands?: readonly ApiCommand[];
}

/** What its user gets. */
export interface ApiAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code?: number; readonly status?: number; readonly message: string };
}

/** One program that calls and tells what it got, call by call. */
export class ApiProgram implements AsyncDisposable {
  private constructor(private readonly program: LineProgram<ApiAnswer & { readonly kind?: undefined }>) {}

  static async start(row: ApiRow, url: string, key: string = keys.apiKey): Promise<ApiProgram> {
    return new ApiProgram(new LineProgram([...(await row.command(url)), key]));
  }

  async call(command: ApiCommand): Promise<ApiAnswer> {
    this.program.tell(command);
    const answer = await this.program.lines.next();
    if (answer.kind === "ended") throw new Error(`it ended: ${answer.said}`);
    return answer;
  }

  async result(command: ApiCommand): Promise<unknown> {
    const { result, error } = await this.call(command);
    if (error !== undefined) throw new Error(`${command.method}: ${JSON.stringify(error)}`);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }
}

export const apiRows: readonly ApiRow[] = [
  {
    name: "gocent 3.4.0",
    skipped: goesWithout("gocent", missingForGo),
    lacks: {
      refresh: "has no method for it",
      "whitelist of disconnect": "spells it as neither Centrifugo nor Twinwire reads it",
      "clients in each of the channels": "hands over the channels' names alone",
    },
    async command(url) {
      return [await goProgram(join(programs, "go"), "api"), `${url}/api`];
    },
  },
  {
    name: "cent 5.2.0",
    skipped: goesWithout("cent", notInstalled("python3")),
    lacks: {},
    async command(url) {
      const found = await pythonWith("cent==5.2.0");
      if (!found.ok) throw new Error(found.why);
      return [found.python, join(programs, "cent_api.py"), `${url}/api`];
    },
  },
];
