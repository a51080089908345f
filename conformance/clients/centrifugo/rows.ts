import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import {
  launchBrowser,
  openPage,
  skipped as noBrowser,
  type Opened,
} from "../../../packages/server/test/browser.ts";
import { goProgram, missingForGo } from "../../../packages/server/test/programs/go.ts";
import { LineProgram } from "../../../packages/server/test/programs/line-program.ts";
import { pythonWith } from "../../../packages/server/test/programs/python.ts";
import { goesWithout, notInstalled } from "../../../packages/server/test/programs/required.ts";
import type { Application } from "./application.ts";
import type { Said, Told } from "./field-client.ts";
import type { Program } from "./hearing.ts";
import type { BuildName } from "./programs/builds.ts";

const programs = join(import.meta.dir, "programs");

/** What a client may lack of the protocol, whatever the server does. */
export type Ability = "deltas" | "tag filter" | "send" | "a dead connection replaced";

export interface Row {
  readonly name: string;
  /** Why it cannot be run here. */
  readonly skipped: boolean;
  readonly lacks: Partial<Readonly<Record<Ability, string>>>;
  open(application: Application): Promise<Program>;
}

function lineProgram(command: readonly string[]): Program {
  const program = new LineProgram<Said>(command);
  return {
    tell: (told) => {
      program.tell(told);
    },
    listen(said, ended) {
      const read = async (): Promise<void> => {
        let line = await program.lines.next();
        for (; line.kind !== "ended"; line = await program.lines.next()) said(line);
        ended(line.said);
      };
      void read();
    },
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
    },
  };
}

/** Bundled once for all, without the packages: Node finds them as it finds an application's. 3.1 is CommonJS. */
let bundle: Promise<string> | undefined;
async function nodeBundle(): Promise<string> {
  const cache = join(import.meta.dir, "..", "..", "..", "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const into = mkdtempSync(join(cache, "centrifugo-client-"));
  process.on("exit", () => {
    rmSync(into, { recursive: true, force: true });
  });
  const built = await Bun.build({
    entrypoints: [join(programs, "node.ts")],
    outdir: into,
    target: "node",
    format: "cjs",
    packages: "external",
    naming: "[name].cjs",
  });
  if (!built.success) throw new AggregateError(built.logs, "node.ts");
  return join(into, "node.cjs");
}

async function inNode(build: BuildName): Promise<Program> {
  bundle ??= nodeBundle();
  return lineProgram(["node", await bundle, build]);
}

let script: Promise<string> | undefined;
async function browserScript(): Promise<string> {
  const built = await Bun.build({ entrypoints: [join(programs, "browser.ts")], target: "browser" });
  const [output] = built.outputs;
  if (output === undefined) throw new AggregateError(built.logs, "browser.ts");
  return output.text();
}

/** One browser for all pages, while there are any. */
let browser: Promise<Browser> | undefined;
let pages = 0;

async function inBrowser(build: BuildName, application: Application): Promise<Program> {
  pages += 1;
  browser ??= launchBrowser();
  script ??= browserScript();
  application.files.set("/client.js", { type: "text/javascript", content: await script });
  const page = `<!doctype html><title>client</title><script src="/client.js"></script>`;
  application.files.set("/client", { type: "text/html", content: page });
  return pageProgram(await openPage(await browser, `${application.url}/client`), build);
}

async function pageProgram(opened: Opened, build: BuildName): Promise<Program> {
  let hear: (line: Said) => void = () => undefined;
  let end: (why: string) => void = () => undefined;
  await opened.page.exposeFunction("sayOfCentrifuge", (line: Said) => {
    hear(line);
  });
  await opened.page.evaluate((name) => {
    window.startCentrifuge(name);
  }, build);
  return {
    tell(told: Told) {
      const perform = (given: Told): void => {
        window.tellCentrifuge(given);
      };
      opened.page.evaluate(perform, told).catch((cause: unknown) => {
        end(String(cause));
      });
    },
    listen(said, ended) {
      hear = said;
      end = ended;
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      pages -= 1;
      if (pages > 0) return;
      await (await browser)?.close();
      browser = undefined;
    },
  };
}

const third = {
  deltas: "came with version 5",
  "tag filter": "came with version 5",
  "a dead connection replaced": "notices, and connects again once the platform gives the old connection up",
} as const;

const withoutPython = goesWithout("centrifuge-python", notInstalled("python3"));
const withoutGo = goesWithout("centrifuge-go", missingForGo);

async function inPython(encoding: "json" | "protobuf"): Promise<Program> {
  const found = await pythonWith("centrifuge-python==0.7.0");
  if (!found.ok) throw new Error(found.why);
  return lineProgram([found.python, join(programs, "centrifuge_python.py"), encoding]);
}

async function inGo(encoding: "json" | "protobuf"): Promise<Program> {
  return lineProgram([await goProgram(join(programs, "go"), "client"), encoding]);
}

const encodings = ["", " protobuf"] as const;

const ownProcess: readonly Row[] = (["json", "protobuf"] as const).flatMap((encoding) => {
  const name = encoding === "json" ? "" : " protobuf";
  return [
    {
      name: `centrifuge-python 0.7.0${name}`,
      skipped: withoutPython,
      lacks: { send: "has no send" },
      open: () => inPython(encoding),
    },
    { name: `centrifuge-go 0.12.1${name}`, skipped: withoutGo, lacks: {}, open: () => inGo(encoding) },
  ];
});

export const rows: readonly Row[] = encodings
  .flatMap((encoding) => [
    ...(["newest", "3.1"] as const).flatMap((line): readonly Row[] => {
      const build: BuildName = `${line}${encoding}`;
      const version = line === "newest" ? "5.8.0" : "3.1.2";
      const name = `centrifuge ${version}${encoding}`;
      const lacks = line === "newest" ? {} : third;
      return [
        { name: `${name} in Node`, skipped: false, lacks, open: () => inNode(build) },
        { name: `${name} in a browser`, skipped: noBrowser, lacks, open: (where) => inBrowser(build, where) },
      ];
    }),
  ])
  .concat(ownProcess);
