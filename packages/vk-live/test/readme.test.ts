import { expect, test } from "bun:test";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { Launched } from "../../server/test/e2e/launched.ts";
import { TempFolder } from "../../server/test/e2e/temp-folder.ts";
import { Events } from "../../server/test/events.ts";

const root = join(import.meta.dir, "..", "..", "..");
const readme = readFileSync(join(import.meta.dir, "..", "README.md"), "utf8");

/** The one fenced block with this text in it. */
function block(having: string): string {
  const found = [...readme.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].flatMap(([, content = ""]) =>
    content.includes(having) ? [content] : [],
  );
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) throw new Error(`README: one block with ${having}`);
  return only;
}

/** A program that prints; what it prints comes line by line. */
class Program implements AsyncDisposable {
  readonly lines = new Events<string>();
  readonly #child;

  constructor(path: string) {
    this.#child = Bun.spawn([process.execPath, path], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    void this.#read();
  }

  get exited(): Promise<number> {
    return this.#child.exited;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of this.#child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.lines.push(line);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#child.exited;
  }
}

/** A folder in which the packages of the checkout are found. */
function projectFolder(): TempFolder {
  const folder = new TempFolder();
  symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
  const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as {
    compilerOptions: { paths: Readonly<Record<string, readonly string[]>> };
  };
  const paths = Object.entries(compilerOptions.paths).map(
    ([name, [path = ""]]) => [name, [join(root, path)]] as const,
  );
  folder.write("tsconfig.json", JSON.stringify({ compilerOptions: { paths: Object.fromEntries(paths) } }));
  return folder;
}

test("the README's snippets work together: the client hears what the publisher sends, and is served by the back end", async () => {
  using folder = projectFolder();
  const config = folder.write("config.json", block('"namespaces"'));
  await using server = await Launched.start(["dev", "--config", config, "--port", "0"]);
  const printed = "function () { console.log(this.address().port); }";
  const served = block("createServer").replace("listen(8001)", `listen(0, "127.0.0.1", ${printed})`);
  await using backend = new Program(folder.write("backend.mjs", served));
  const port = await backend.lines.next();
  const here = (snippet: string): string =>
    snippet.replaceAll("8001", port).replaceAll("8000", String(server.port));

  await using client = new Program(folder.write("client.mjs", here(block("new VkLive("))));
  expect(await client.lines.next()).toBe("ready");
  await using publisher = new Program(folder.write("publish.mjs", here(block("channelChatMessageSend({"))));
  expect(await publisher.exited).toBe(0);
  expect(await client.lines.next()).toBe("limited_chat: Bob: hello, :owl:");
}, 20_000);
