import { join } from "node:path";
import { javaCommand, missingForJava } from "../../packages/server/test/programs/java.ts";
import { LineProgram } from "../../packages/server/test/programs/line-program.ts";
import { pythonWith } from "../../packages/server/test/programs/python.ts";
import { goesWithout, notInstalled } from "../../packages/server/test/programs/required.ts";
import { keys } from "../../packages/server/test/server.ts";

const programs = join(import.meta.dir, "programs");

/** What an SDK may lack; its row has why. */
export type Ability =
  "encrypted trigger" | "info in trigger" | "authenticate user" | "terminate connections" | "a path prefix";

/** What an SDK is made with. */
export interface SdkTerms {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  readonly host: string;
  readonly port: number;
  /** Behind which the server is; empty: none. */
  readonly path: string;
  readonly masterKey: string;
}

export type Answer = { readonly ok: unknown } | { readonly error: string };

/** An SDK in a process of its own, that answers one command after the other. */
export class ServerSdk extends LineProgram<Answer> {
  async answer(command: Readonly<Record<string, unknown>>): Promise<Answer> {
    this.tell(command);
    const line = await this.lines.next();
    if ("kind" in line) throw new Error(`it ended: ${line.said}`);
    return line;
  }

  /** What it answers; throws where it was refused. */
  async does<T>(command: Readonly<Record<string, unknown>>): Promise<T> {
    const answer = await this.answer(command);
    if ("error" in answer) throw new Error(answer.error);
    return answer.ok as T;
  }

  /** What its user sees of a refusal. */
  async refused(command: Readonly<Record<string, unknown>>): Promise<string> {
    const answer = await this.answer(command);
    return "error" in answer ? answer.error : `no error, but ${JSON.stringify(answer.ok)}`;
  }
}

export interface SdkRow {
  readonly name: string;
  readonly skipped: boolean;
  readonly lacks: Partial<Readonly<Record<Ability, string>>>;
  /** What its user sees of a wrong secret, of data that is too large, of a channel or an event with a name that is none. */
  readonly errors: Readonly<Record<"secret" | "large" | "channel" | "event", string>>;
  command(): Promise<readonly string[]>;
}

export const terms: SdkTerms = {
  ...keys.app,
  host: "127.0.0.1",
  port: 0,
  path: "",
  masterKey: Buffer.alloc(32, 9).toString("base64"),
};

export async function startSdk(row: SdkRow, given: Partial<SdkTerms>): Promise<ServerSdk> {
  return new ServerSdk([...(await row.command()), JSON.stringify({ ...terms, ...given })]);
}

/** What the server says. */
const secret = '{"error":"auth_signature is not right"}';
const large = '{"error":"data has more than 10240 bytes (apps[].limits.event_bytes)"}';
const event = `{"error":"names that begin with pusher: or pusher_internal: are the server's own"}`;

export const rows: readonly SdkRow[] = [
  {
    name: "pusher (npm)",
    skipped: false,
    lacks: {},
    errors: {
      secret: `PusherRequestError 401: ${secret}`,
      large: `PusherRequestError 413: ${large}`,
      channel: "Error : Invalid channel name: 'no channel'",
      event: `PusherRequestError 400: ${event}`,
    },
    command: () => Promise.resolve(["node", join(programs, "node.mjs")]),
  },
  {
    name: "pusher (PyPI) 3.3.4",
    skipped: goesWithout("pusher (PyPI)", notInstalled("python3")),
    lacks: {
      "info in trigger": "has no parameter for it",
      "terminate connections": "posts to a path without the app, which is 404",
      "a path prefix": "has no option for it",
    },
    errors: {
      secret: `PusherBadAuth: ${secret}`,
      large: `PusherBadStatus: 413: ${large}`,
      channel: "ValueError: Invalid Channel: no channel",
      event: `PusherBadRequest: ${event}`,
    },
    async command() {
      const found = await pythonWith("pusher==3.3.4");
      if (!found.ok) throw new Error(found.why);
      return [found.python, join(programs, "python_sdk.py")];
    },
  },
  {
    name: "pusher-http-java 1.3.4",
    skipped: goesWithout("pusher-http-java", missingForJava),
    lacks: {
      "encrypted trigger": "knows no encrypted channels",
      "info in trigger": "has no parameter for it",
      "authenticate user": "signs no users",
      "a path prefix": "has no option for it",
    },
    errors: {
      secret: `IllegalStateException: AUTHENTICATION_ERROR: ${secret}`,
      large: `IllegalStateException: UNKNOWN_ERROR: ${large}`,
      channel: "IllegalArgumentException: channel [no channel] is not valid",
      event: `IllegalStateException: CLIENT_ERROR: ${event}`,
    },
    command: () =>
      javaCommand({
        main: "ServerSdk",
        sources: [join(programs, "ServerSdk.java")],
        project: join(programs, "pom.xml"),
        version: "1.3.4",
      }),
  },
];
