import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { devSecrets } from "../../src/config/index.ts";
import { Events } from "../events.ts";
import { readLines } from "../lines.ts";
import { Launched, launcher, twinwire } from "./launched.ts";
import { RawSocket } from "./raw-socket.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(20_000);

const root = join(import.meta.dir, "..", "..", "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The fenced blocks of one language, in the order of the page. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , content]) => content ?? "");
}

/** The one block of a language that has this text in it. */
function block(language: string, having: string): string {
  const [only, ...more] = blocks(language).filter((content) => content.includes(having));
  if (only === undefined || more.length > 0) throw new Error(`README: one ${language} block with ${having}`);
  return only;
}

/** A program that prints; what it prints comes line by line. */
class Program implements AsyncDisposable {
  readonly lines = new Events<string>();
  private readonly child;

  constructor(command: readonly string[], cwd: string) {
    this.child = Bun.spawn([...command], { cwd, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    void readLines(this.child.stdout, this.lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }
}

/** Runs a command to its end; what it says is shown where it fails. */
function run(command: readonly string[], cwd: string): void {
  const ran = Bun.spawnSync([...command], { cwd });
  expect(ran.exitCode, ran.stdout.toString() + ran.stderr.toString()).toBe(0);
}

describe("the README's snippets, with dev running", () => {
  let server: Launched;
  beforeAll(async () => {
    server = await Launched.start(["dev", "--port", "0"]);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** As it stands, but for the port. */
  const here = (snippet: string): string => snippet.replaceAll("8000", String(server.port));

  test("both clients hear what curl publishes, and what the Pusher SDK publishes", async () => {
    using folder = new TempFolder();
    symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
    const program = (name: string, snippet: string): readonly string[] => [
      process.execPath,
      folder.write(name, here(snippet)),
    ];
    const listening = (name: string, snippet: string): Program =>
      new Program(program(name, snippet), folder.path);
    // The last line of each is ours: until a client has joined there is nothing to hear.
    await using pusher = listening(
      "pusher-js.mjs",
      `${block("js", 'from "pusher-js"')}
      pusher.channel("lobby").bind("pusher:subscription_succeeded", () => console.log("joined"));`,
    );
    await using centrifuge = listening(
      "centrifuge.mjs",
      `${block("js", 'from "centrifuge"')}
      lobby.on("subscribed", () => console.log("joined"));`,
    );
    for (const { lines } of [pusher, centrifuge]) expect(await lines.next()).toBe("joined");

    const curl = 'curl() { command curl --fail-with-body --silent --show-error "$@"; }';
    run(["bash", "-c", `${curl}\n${here(block("bash", "/api/publish"))}`], folder.path);
    const heard = [
      'pusher-js heard { text: "hello" }',
      'centrifuge heard { type: "greeting", data: { text: "hello" } }',
    ];
    const nextOf = async ({ lines }: Program): Promise<string> => {
      // An object is printed over several lines.
      let text = await lines.next();
      while (text.split("{").length !== text.split("}").length) text += ` ${(await lines.next()).trim()}`;
      return text.replaceAll(", }", " }");
    };
    expect([await nextOf(pusher), await nextOf(centrifuge)]).toEqual(heard);

    run(program("pusher.mjs", block("js", "api.trigger")), folder.path);
    expect([await nextOf(pusher), await nextOf(centrifuge)]).toEqual(heard);
  });

  test("every path of the table of surfaces answers", async () => {
    const rows = [...readme.matchAll(/^\| ([^|]*(?:WebSocket|API|operations)[^|]*)\|([^|]*)\|$/gm)];
    expect(rows).toHaveLength(5);
    const filled = (path: string): string =>
      path
        .replace("{key}", devSecrets.appKey)
        .replace(/\{id\}(?=\/events)/, devSecrets.appId)
        .replace("{id}", "ann")
        .replace("{name}", "lobby")
        .replace("{method}", "info");
    const status = async (path: string, method: string): Promise<number> =>
      (await fetch(server.url + path, { method })).status;
    for (const [, surface = "", cell = ""] of rows) {
      const paths = [...cell.matchAll(/`(?:(POST) )?(\/[^`]*)`/g)];
      expect(paths.length, surface).toBeGreaterThan(0);
      for (const [, method = "GET", written = ""] of paths) {
        const path = filled(written);
        if (surface.includes("WebSocket")) {
          for (const one of cell.includes("doubled slashes") ? [path, path.replaceAll("/", "//")] : [path]) {
            using socket = await RawSocket.open(`${server.url.replace("http", "ws")}${one}`);
            expect(socket).toBeDefined();
          }
        } else if (surface.startsWith("Pusher HTTP API")) {
          const whole = path.startsWith("/apps/") ? path : `/apps/${devSecrets.appId}${path}`;
          expect(await status(whole, "GET"), whole).not.toBe(404);
        } else expect(await status(path, method), path).not.toBe(404);
      }
    }
    // What is in no row does not.
    for (const path of ["/nowhere", `/apps/${devSecrets.appId}/nowhere`])
      expect(await status(path, "GET"), path).toBe(404);
  });
});

test("the README's configuration is sound, and nobody can serve its secrets by mistake", async () => {
  using folder = new TempFolder();
  const content = block("json", '"apps"');
  const file = folder.write("config.json", content);
  const checked = await twinwire(["check-config", file]);
  expect([checked.code, checked.stdout]).toEqual([0, "ok\n"]);
  const refused = ["client.token.hmac_secret_key", "http_api.key", "apps[0].secret"];
  const served = await twinwire(["serve", "--config", file, "--port", "0"]);
  expect(served.code).toBe(1);
  for (const path of refused) expect(served.stderr).toContain(`${path}: is a secret that everybody knows`);
  const own = content.replaceAll(/-secret(-of-yours)?"/g, '-of-my-own"');
  expect(await twinwire(["check-config", folder.write("own.json", own)])).toMatchObject({
    code: 0,
    stderr: "",
  });
});

test("the README's way into production works line by line, once the package is there", async () => {
  using folder = new TempFolder();
  const cwd = folder.path;
  const [install, ...lines] = block("bash", "npx twinwire init").trimEnd().split("\n");
  expect(install).toBe("npm install twinwire");
  const commands = lines.map((line) => {
    const words = line.replace(/ +#.*$/, "").split(" ");
    expect(words.slice(0, 2)).toEqual(["npx", "twinwire"]);
    return words.slice(2);
  });
  for (const args of commands.filter(([name]) => name !== "serve"))
    expect(await twinwire(args, { cwd }), args.join(" ")).toMatchObject({ code: 0, stderr: "" });
  const serve = commands.find(([name]) => name === "serve") ?? [];
  await using server = await Launched.start([...serve, "--host", "127.0.0.1", "--port", "0"], { cwd });
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test("the scripts that the documents name are there", async () => {
  const manifest = (await Bun.file(join(root, "package.json")).json()) as { scripts: Record<string, string> };
  const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const named = [...`${readme}\n${contributing}`.matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)];
  expect(named.length).toBeGreaterThan(4);
  for (const [, script, short] of named)
    expect(Object.keys(manifest.scripts)).toContain(script ?? short ?? "");
  expect(launcher).toEndWith("bin/twinwire.mjs");
});
