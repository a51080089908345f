import { join } from "node:path";
import type { Browser } from "playwright-core";
import {
  launchBrowser,
  openPage,
  skipped as noBrowser,
  type Opened,
} from "../../../packages/server/test/browser.ts";
import { cachedFolder } from "../../../packages/server/test/programs/cached.ts";
import { goProgram, missingForGo } from "../../../packages/server/test/programs/go.ts";
import { LineProgram } from "../../../packages/server/test/programs/line-program.ts";
import { pythonWith } from "../../../packages/server/test/programs/python.ts";
import { goesWithout, notInstalled } from "../../../packages/server/test/programs/required.ts";
import type { Application } from "./application.ts";
import type { Said, Told, Transport } from "./field-client.ts";
import type { Program } from "./hearing.ts";
import type { BuildName } from "./programs/builds.ts";

const programs = join(import.meta.dir, "programs");

/** What a client may lack of the protocol, whatever the server does. */
export type Ability = "deltas" | "tag filter" | "send" | "a dead connection replaced" | "another transport";

export interface Row {
  readonly name: string;
  readonly transport: Transport;
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
  const built = await Bun.build({
    entrypoints: [join(programs, "node.ts")],
    target: "node",
    format: "cjs",
    packages: "external",
  });
  const text = await built.outputs[0]?.text();
  if (text === undefined) throw new AggregateError(built.logs, "node.ts");
  const folder = await cachedFolder(`centrifugo-clients-${Bun.hash(text).toString(36)}`, async (into) => {
    await Bun.write(join(into, "node.cjs"), text);
  });
  return join(folder, "node.cjs");
}

async function inNode(build: BuildName, transport: Transport): Promise<Program> {
  bundle ??= nodeBundle();
  return lineProgram(["node", await bundle, build, transport]);
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

interface Way {
  readonly build: BuildName;
  readonly transport: Transport;
}

async function inBrowser(way: Way, application: Application): Promise<Program> {
  pages += 1;
  browser ??= launchBrowser();
  script ??= browserScript();
  application.files.set("/client.js", { type: "text/javascript", content: await script });
  const page = `<!doctype html><title>client</title><script src="/client.js"></script>`;
  application.files.set("/client", { type: "text/html", content: page });
  return pageProgram(await openPage(await browser, `${application.url}/client`), way);
}

async function pageProgram(opened: Opened, way: Way): Promise<Program> {
  let hear: (line: Said) => void = () => undefined;
  let end: (why: string) => void = () => undefined;
  await opened.page.exposeFunction("sayOfCentrifuge", (line: Said) => {
    hear(line);
  });
  await opened.page.evaluate(({ build, transport }) => {
    window.startCentrifuge(build, transport);
  }, way);
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

const ownProcess: readonly Row[] = (["json", "protobuf"] as const).flatMap((encoding) => {
  const name = encoding === "json" ? "" : " protobuf";
  const alone = { "another transport": "has WebSocket alone" };
  return [
    {
      name: `centrifuge-python 0.7.0${name}`,
      transport: "websocket",
      skipped: withoutPython,
      lacks: { send: "has no send", ...alone },
      open: () => inPython(encoding),
    },
    {
      name: `centrifuge-go 0.12.1${name}`,
      transport: "websocket",
      skipped: withoutGo,
      lacks: alone,
      open: () => inGo(encoding),
    },
  ];
});

const ways: readonly Way[] = (["newest", "3.1"] as const).flatMap((line) => [
  { build: line, transport: "websocket" },
  { build: `${line} protobuf`, transport: "websocket" },
  { build: line, transport: "http_stream" },
  { build: `${line} protobuf`, transport: "http_stream" },
  { build: line, transport: "sse" },
]);

const javaScript: readonly Row[] = ways.flatMap((way) => {
  const { build, transport } = way;
  const name = `centrifuge ${build.replace("newest", "5.8.0").replace("3.1", "3.1.2")}`;
  const by = transport === "websocket" ? "" : ` by ${transport}`;
  const lacks = build.startsWith("3.1") ? third : {};
  return [
    { name: `${name}${by} in Node`, transport, skipped: false, lacks, open: () => inNode(build, transport) },
    {
      name: `${name}${by} in a browser`,
      ...{ transport, skipped: noBrowser, lacks },
      open: (where) => inBrowser(way, where),
    },
  ];
});

export const rows: readonly Row[] = [...javaScript, ...ownProcess];
