import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/index.ts";
import { Authority } from "./authority.ts";

const root = join(import.meta.dir, "..", "..", "..", "..");
const page = readFileSync(join(root, "docs", "operations.md"), "utf8");

test("the page's configurations are such, with files that are there", () => {
  using authority = new Authority();
  const { certFile, keyFile } = authority.issue("server", "DNS:localhost");
  const blocks = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) {
    const content = block
      .replaceAll("/etc/twinwire/cert.pem", certFile)
      .replaceAll("/etc/twinwire/key.pem", keyFile);
    expect(loadConfig({ text: { name: "c.json", content }, env: {} })).toMatchObject({ ok: true });
  }
});

test("what the page says the log has is in the code that logs it", () => {
  const source = ["compose-reload.ts", "config/reload.ts"]
    .map((name) => readFileSync(join(root, "packages/server/src", name), "utf8"))
    .join("");
  for (const said of [
    "reloaded token keys and channel options",
    "not reloaded: ",
    "needs a restart: ",
    "as the server runs now; with a restart, what else",
  ]) {
    expect(page).toContain(said.trimEnd());
    expect(source).toContain(said);
  }
});
