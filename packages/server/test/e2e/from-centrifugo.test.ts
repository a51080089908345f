import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Centrifuge } from "centrifuge";
import { connected } from "./official-client.ts";
import { Launched, twinwire } from "./launched.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(30_000);

const page = readFileSync(
  join(import.meta.dir, "..", "..", "..", "..", "docs", "from-centrifugo.md"),
  "utf8",
);

function blocks(language: string): readonly string[] {
  const found = page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"));
  return [...found].map(([, text = ""]) => text);
}

/** A command line of the page, as arguments. */
function argumentsOf(line: string): readonly string[] {
  return line.replace("npx twinwire ", "").split(" ");
}

test("a file of Centrifugo v4 is migrated as the page says, and serves its clients", async () => {
  using folder = new TempFolder();
  const [old = ""] = blocks("json");
  folder.write("old.json", old);
  const run = (line: string) => twinwire(argumentsOf(line), { cwd: folder.path });

  const [, migrate = ""] = blocks("bash");
  const refused = await run("npx twinwire check-config old.json");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("http_stream: is http_stream.enabled since Centrifugo v6");
  const migrated = await run(migrate.trim());
  expect([migrated.code, migrated.stderr]).toEqual([0, ""]);
  const [moved = ""] = blocks("text");
  expect(migrated.stdout).toStartWith(moved);

  const [check = "", serve = ""] = (blocks("bash")[0] ?? "").trim().split("\n");
  expect(await run(check)).toMatchObject({ code: 0, stdout: "ok\n" });
  await using server = await Launched.start([...argumentsOf(serve), "--port", "0"], { cwd: folder.path });
  const token = (await run("npx twinwire token connect --user ann")).stdout.trim();
  const { centrifuge } = await connected(server.url, { token });
  const stream = new Centrifuge(
    [{ transport: "http_stream", endpoint: `${server.url}/connection/http_stream` }],
    { token, emulationEndpoint: `${server.url}/emulation` },
  );
  const heard = [centrifuge, stream].map((client) => {
    const subscription = client.newSubscription("chat:lobby");
    const publication = new Promise<unknown>((resolve) => {
      subscription.on("publication", ({ data }) => {
        resolve(data);
      });
    });
    const joined = new Promise((resolve) => {
      subscription.on("subscribed", resolve);
    });
    subscription.subscribe();
    return { joined, publication };
  });
  stream.connect();
  await Promise.all(heard.map(({ joined }) => joined));
  // As back ends of Centrifugo v4 say it.
  const answer = await fetch(`${server.url}/api`, {
    method: "POST",
    headers: { authorization: "apikey a-key-that-the-back-end-knows" },
    body: JSON.stringify({ method: "publish", params: { channel: "chat:lobby", data: { n: 1 } } }),
  });
  expect(await answer.json()).toMatchObject({ result: { offset: 1 } });
  for (const { publication } of heard) expect(await publication).toEqual({ n: 1 });
  centrifuge.disconnect();
  stream.disconnect();
});

test("the page's other commands are such", async () => {
  using folder = new TempFolder();
  folder.write("config.json", '{"client":{"token":{"hmac_secret_key":"some-secret-of-a-test"}}}');
  const commands = [...page.matchAll(/^\| `\w[^`]*` +\| `(npx twinwire [^`]*)`/gm)].map(
    ([, line = ""]) => line,
  );
  expect(commands.map((line) => line.split(" ")[2])).toEqual([
    "serve",
    "check-config",
    "init",
    "token",
    "token",
  ]);
  for (const line of commands.slice(3)) {
    const { code, stdout } = await twinwire(argumentsOf(line), { cwd: folder.path });
    expect(code).toBe(0);
    expect(stdout.split(".")).toHaveLength(3);
  }
});
