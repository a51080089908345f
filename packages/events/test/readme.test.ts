import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { Launched } from "../../server/test/e2e/launched.ts";
import { TempFolder } from "../../server/test/e2e/temp-folder.ts";
import { Events } from "../../server/test/events.ts";

setDefaultTimeout(60_000);

const root = join(import.meta.dir, "..", "..", "..");
const readme = readFileSync(join(import.meta.dir, "..", "README.md"), "utf8");

/** The one TypeScript block with this text in it. */
function block(having: string): string {
  const found = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].flatMap(([, content = ""]) =>
    content.includes(having) ? [content] : [],
  );
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) throw new Error(`README: one block with ${having}`);
  return only;
}

const snippets = {
  "events.ts": block("defineEvents({"),
  "publish.ts": block("new PusherPublisher"),
  "publish-centrifugo.ts": block("new CentrifugoPublisher"),
  "listen.ts": block("fromPusher(lobby)"),
  "listen-centrifugo.ts": block("fromCentrifuge(lobby)"),
};

/** A folder with the snippets, in which the packages of the checkout are found. */
function project(port: number): TempFolder {
  const folder = new TempFolder();
  symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
  for (const [name, snippet] of Object.entries(snippets))
    folder.write(name, snippet.replaceAll("8000", String(port)));
  folder.write("package.json", '{ "type": "module" }');
  const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as {
    compilerOptions: { paths: Readonly<Record<string, readonly string[]>> };
  };
  const paths = Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([name, [path = ""]]) => [name, [join(root, path)]]),
  );
  const config = { extends: join(root, "tsconfig.json"), compilerOptions: { paths }, include: ["*.ts"] };
  folder.write("tsconfig.json", JSON.stringify(config));
  return folder;
}

/** A program that prints; what it prints comes line by line. */
class Program implements AsyncDisposable {
  readonly lines = new Events<string>();
  private readonly child;

  constructor(path: string) {
    this.child = Bun.spawn([process.execPath, path], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    void this.read();
  }

  get exited(): Promise<number> {
    return this.child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of this.child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.lines.push(line);
    }
  }
}

test("the README's snippets work together: both listeners hear both publishers", async () => {
  await using server = await Launched.start(["dev", "--port", "0"]);
  using folder = project(server.port);
  const run = (name: keyof typeof snippets): Program => new Program(join(folder.path, name));
  // The last line of each is ours: until a client has joined there is nothing to hear.
  folder.write(
    "listen.ts",
    `${readFileSync(join(folder.path, "listen.ts"), "utf8")}
    lobby.bind("pusher:subscription_succeeded", () => console.log("joined"));`,
  );
  folder.write(
    "listen-centrifugo.ts",
    `${readFileSync(join(folder.path, "listen-centrifugo.ts"), "utf8").replace("console.log(event.type, event.data)", "console.log(event.type, JSON.stringify(event.data))")}
    lobby.on("subscribed", () => console.log("joined"));`,
  );
  await using pusher = run("listen.ts");
  await using centrifuge = run("listen-centrifugo.ts");
  for (const { lines } of [pusher, centrifuge]) expect(await lines.next()).toBe("joined");

  await using publisher = run("publish.ts");
  expect(await publisher.lines.next()).toBe("parts[0].text");
  expect(await publisher.exited).toBe(0);
  await using other = run("publish-centrifugo.ts");
  expect(await other.exited).toBe(0);
  expect([await pusher.lines.next(), await pusher.lines.next()]).toEqual(["camera 7 at 0°", "ann: hello"]);
  expect([await centrifuge.lines.next(), await centrifuge.lines.next()]).toEqual([
    'camera.moved {"camera":{"id":7},"pan":0}',
    'chat.message {"author":"ann","parts":[{"text":"hello"}]}',
  ]);
});

test("the README's snippets compile as they stand, under the strictest options", () => {
  using folder = project(8000);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { exitCode, stdout } = Bun.spawnSync(["node", tsc, "-p", folder.path], { cwd: folder.path });
  const own = stdout
    .toString()
    .split("\n")
    .filter((line) => /^[\w-]+\.ts\(/.test(line));
  expect(own.join("\n")).toBe("");
  expect(exitCode, stdout.toString()).toBe(0);
});

test("what the README says of dates and of keys that a schema does not know is so", async () => {
  const { createPublisher, defineEvents, InvalidEventError } = await import("@twinwire/events");
  const { z } = await import("zod");
  const sent: unknown[] = [];
  const catalogue = defineEvents({
    plain: z.object({ at: z.date() }),
    coerced: z.object({ at: z.coerce.date() }),
    strict: z.strictObject({ a: z.number() }),
    loose: z.object({ a: z.number() }),
  });
  const { publish } = createPublisher(catalogue, { send: async (_, { data }) => sent.push(data) });
  const at = new Date(0);
  const more: { a: number } = { a: 1, ...{ b: 2 } };
  for (const refused of [publish("lobby", "plain", { at }), publish("lobby", "strict", more)])
    expect(await refused.catch((cause: unknown) => cause)).toBeInstanceOf(InvalidEventError);
  await publish("lobby", "coerced", { at });
  await publish("lobby", "loose", more);
  expect(sent).toEqual([{ at: "1970-01-01T00:00:00.000Z" }, { a: 1, b: 2 }]);
});
