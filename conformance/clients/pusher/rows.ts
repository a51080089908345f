import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import {
  launchBrowser,
  openPage,
  skipped as noBrowser,
  type Opened,
} from "../../../packages/server/test/browser.ts";
import { Events } from "../../../packages/server/test/events.ts";
import { javaCommand, missingForJava } from "../../../packages/server/test/programs/java.ts";
import { LineProgram, type Ended } from "../../../packages/server/test/programs/line-program.ts";
import { pythonWith } from "../../../packages/server/test/programs/python.ts";
import { goesWithout, notInstalled } from "../../../packages/server/test/programs/required.ts";
import type { Application } from "./application.ts";
import type { Command, FieldClient, Line, Terms } from "./field-client.ts";

const programs = join(import.meta.dir, "programs");

/** What a client may lack of the wire, whatever the server does; its row has what it does instead. */
export type Ability =
  | "encrypted channels"
  | "sign-in"
  | "watchlist"
  | "subscription count"
  | "cache miss"
  | "client events whose data is no text"
  | "closed channels again after a reconnect"
  | "a dead connection noticed"
  | "4009 told to the connection"
  | "subscription error of the server";

export interface Row {
  readonly name: string;
  /** Why it cannot be run here. */
  readonly skipped: boolean;
  readonly lacks: Partial<Readonly<Record<Ability, string>>>;
  /** What it says where its application answers 403. */
  readonly forbidden: RegExp;
  start(terms: Terms, application: Application): Promise<FieldClient>;
  /** Ends what its clients had in common. */
  close(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

/** Bundled without the packages: Node finds them as it finds an application's. */
async function nodeProgram(): Promise<string> {
  const into = mkdtempSync(
    join(import.meta.dir, "..", "..", "..", "node_modules", ".cache", "field-client-"),
  );
  const built = await Bun.build({
    entrypoints: [join(programs, "node.ts")],
    outdir: into,
    target: "node",
    packages: "external",
    naming: "[name].mjs",
  });
  if (!built.success) throw new AggregateError(built.logs, "node.ts");
  return into;
}

function inNode(library: "pusher-js" | "laravel-echo"): Row {
  let folder: string | undefined;
  return {
    name: `${library} in Node`,
    skipped: false,
    lacks: {},
    forbidden: /"type":"AuthError".*"status":403/,
    async start(terms) {
      folder ??= await nodeProgram();
      return new LineProgram<Line>(["node", join(folder, "node.mjs"), library, JSON.stringify(terms)]);
    },
    close() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      // It may be started once more.
      folder = undefined;
      return nothing();
    },
  };
}

/** A page in a profile of its own, whose script is told and says what the programs are told and say. */
class PageClient implements FieldClient {
  readonly lines = new Events<Line | Ended>();
  private constructor(private readonly opened: Opened) {}

  static async open(browser: Browser, url: string, library: string, terms: Terms): Promise<PageClient> {
    const opened = await openPage(browser, url);
    const client = new PageClient(opened);
    await opened.page.exposeFunction("say", (line: Line) => {
      client.lines.push(line);
    });
    await opened.page.evaluate(
      ([name, given]) => {
        window.start(name, given);
      },
      [library, terms] as const,
    );
    return client;
  }

  tell(command: Command): void {
    void this.opened.page.evaluate((given) => {
      window.perform(given);
    }, command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opened[Symbol.asyncDispose]();
  }
}

async function browserScript(): Promise<string> {
  const built = await Bun.build({ entrypoints: [join(programs, "browser.ts")], target: "browser" });
  const [script] = built.outputs;
  if (script === undefined) throw new AggregateError(built.logs, "browser.ts");
  return script.text();
}

function inBrowser(library: "pusher-js" | "laravel-echo"): Row {
  let browser: Browser | undefined;
  return {
    name: `${library} in a browser`,
    skipped: noBrowser,
    lacks: {},
    forbidden: /"type":"AuthError".*"status":403/,
    async start(terms, application) {
      browser ??= await launchBrowser();
      if (!application.files.has("/client.js")) {
        application.files.set("/client.js", { type: "text/javascript", content: await browserScript() });
        const page = `<!doctype html><title>client</title><script src="/client.js"></script>`;
        application.files.set("/client", { type: "text/html", content: page });
      }
      return PageClient.open(browser, `${application.url}/client`, library, terms);
    },
    async close() {
      await browser?.close();
      browser = undefined;
    },
  };
}

const withoutJava = goesWithout("pusher-java-client", missingForJava);

function java(version: string, lacks: Row["lacks"]): Row {
  const sources = join(programs, "java");
  return {
    name: `pusher-java-client ${version}`,
    skipped: withoutJava,
    lacks,
    forbidden: /AuthorizationFailureException.*403/,
    async start(terms) {
      const command = await javaCommand({
        main: "FieldClient",
        sources: [join(sources, "FieldClient.java"), join(sources, version, "Newer.java")],
        project: join(sources, "pom.xml"),
        version,
      });
      return new LineProgram<Line>([...command, JSON.stringify(terms)]);
    },
    close: nothing,
  };
}

const withoutPython = goesWithout("pysher", notInstalled("python3"));

const pysher: Row = {
  name: "pysher 1.0.8",
  skipped: withoutPython,
  lacks: {},
  // It has no word of its own for it.
  forbidden: /AssertionError: Failed to get auth token/,
  async start(terms) {
    const found = await pythonWith("pysher==1.0.8");
    if (!found.ok) throw new Error(found.why);
    return new LineProgram<Line>([found.python, join(programs, "pysher_client.py"), JSON.stringify(terms)]);
  },
  close: nothing,
};

const noWatchlist = "knows no watchlists";
const noSignIn = "cannot sign in";
const cipherText = "hands over the cipher text";

export const rows: readonly Row[] = [
  inNode("pusher-js"),
  inBrowser("pusher-js"),
  inNode("laravel-echo"),
  inBrowser("laravel-echo"),
  java("2.0.2", {
    "encrypted channels": cipherText,
    "sign-in": noSignIn,
    watchlist: noWatchlist,
    "subscription count": "passes the protocol's events on to nobody",
    "client events whose data is no text":
      "throws a ClassCastException where the event is asked for its data",
    "cache miss": "passes the protocol's events on to nobody",
    "subscription error of the server": "passes the protocol's events on to nobody",
    "a dead connection noticed": "notices, and mostly stays disconnected until its user connects again",
  }),
  java("2.4.4", { watchlist: noWatchlist }),
  {
    ...pysher,
    lacks: {
      "encrypted channels": cipherText,
      "sign-in": noSignIn,
      watchlist: noWatchlist,
      "4009 told to the connection": "gives an error that names a channel to the channel alone",
      "a dead connection noticed": "had not come again 20 s after its timeouts",
      "closed channels again after a reconnect": "asks for them without a signature, and is refused",
    },
  },
];
