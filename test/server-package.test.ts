import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../packages/server/package.json" with { type: "json" };
import { Launched, twinwire } from "../packages/server/test/e2e/launched.ts";
import { EmptyProject, forgetPacked } from "./packed-packages.ts";

setDefaultTimeout(180_000);
afterAll(forgetPacked);

describe("the packed server, installed in an empty folder", () => {
  test("runs its commands, shows the page, and serves with a configuration of its own", async () => {
    using project = new EmptyProject();
    await project.install(["@twinwire/backend", "twinwire"]);
    const { path: cwd } = project;
    const command = ["npx", "--no-install", "twinwire"];

    const files = readdirSync(join(cwd, "node_modules", "twinwire"), { recursive: true }).map(String);
    expect(files.filter((name) => name.endsWith(".test.ts"))).toEqual([]);
    expect(files).toContain("LICENSE");
    expect(files).toContain("README.md");

    expect(await twinwire(["--version"], { cwd, command })).toMatchObject({
      code: 0,
      stdout: `${manifest.version}\n`,
    });

    // npx hands signals over no further than to a shell: from here on the launcher itself.
    const launcher = ["node", join(cwd, "node_modules", "twinwire", "bin", "twinwire.mjs")];
    {
      await using dev = await Launched.start(["dev", "--port", "0"], { cwd, command: launcher });
      const page = await fetch(dev.url);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toContain("text/html");
      const html = await page.text();
      const scripts = [...html.matchAll(/<script[^>]*src="([^"]+)"/g)].map(([, src]) => src ?? "");
      expect(scripts.length).toBeGreaterThan(0);
      for (const src of scripts) expect((await fetch(new URL(src, dev.url))).status).toBe(200);
    }

    const init = await twinwire(["init"], { cwd, command });
    expect(init.code).toBe(0);
    expect(readFileSync(join(cwd, "config.json"), "utf8")).toContain("hmac_secret_key");
    await using serve = await Launched.start(["serve", "--host", "127.0.0.1", "--port", "0"], {
      cwd,
      command: launcher,
    });
    expect((await fetch(`${serve.url}/health`)).status).toBe(200);
    expect((await fetch(serve.url)).status).toBe(404);
  });
});
