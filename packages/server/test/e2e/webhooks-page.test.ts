import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, type Config } from "../../src/config/index.ts";
import { CentrifugeClient, PusherClient } from "../clients.ts";
import { Events } from "../events.ts";
import { freePort } from "../free-port.ts";
import { startTestServer } from "../server.ts";

const root = join(import.meta.dir, "..", "..", "..", "..");
const page = readFileSync(join(root, "docs", "webhooks.md"), "utf8");

function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";
}

function read(content: string): Config {
  const loaded = loadConfig({ text: { name: "c.json", content }, env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}

test("the page's configuration is one", () => {
  const { apps, webhooks } = read(block("json"));
  expect(apps[0]?.webhooks).toHaveLength(2);
  expect(webhooks.spool).toBe("/var/lib/twinwire/webhooks.spool");
});

test("the page has every option of delivery, with its default", () => {
  const told = [...page.matchAll(/^\| `webhooks\.(\w+)` +\| `([^`]*)`/gm)].map(([, name = "", text = ""]) => [
    name,
    JSON.parse(text) as unknown,
  ]);
  const standard = read("{}").webhooks;
  const asTold = read(JSON.stringify({ webhooks: Object.fromEntries(told) as object })).webhooks;
  expect(asTold).toEqual(standard);
  expect(told.map(([name]) => name)).toEqual(Object.keys(standard));
});

test("the page's receiver takes what clients of both wires do", async () => {
  const port = freePort();
  const program = block("js").replace("3000", String(port));
  const child = Bun.spawn(["node", "--input-type=module", "-e", program], {
    cwd: root,
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = new Events<string>();
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout)
      for (const line of decoder.decode(chunk).split("\n")) if (line !== "") lines.push(line);
  })();
  try {
    const app = { id: "1000", key: "a-public-key", secret: "a-secret-of-yours" };
    const url = `http://127.0.0.1:${port}/`;
    const events = ["channel_occupied", "member_added"];
    await using server = startTestServer({ apps: [{ ...app, webhooks: [{ url, events }] }] });
    await using pusher = await PusherClient.connect(server.port, { user: "ann", app });
    await using centrifuge = await CentrifugeClient.connect(server.port, { user: "bob" });
    await pusher.join("presence-a");
    await lines.first((line) => line === "member_added presence-a");
    await centrifuge.join("presence-b");
    await lines.first((line) => line === "member_added presence-b");
  } finally {
    child.kill();
    await reading;
  }
}, 30_000);
