import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { Launched, twinwire } from "./launched.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(180_000);

const server = join(import.meta.dir, "..", "..");
/** What the package depends on and is published with. */
const siblings = [join(server, "..", "backend")];

interface Installed extends Disposable {
  readonly path: string;
  readonly command: readonly string[];
}

function npm(args: readonly string[], cwd: string): { readonly ok: boolean; readonly told: string } {
  const ran = Bun.spawnSync(["npm", ...args], { cwd, stdout: "pipe", stderr: "pipe" });
  return { ok: ran.exitCode === 0, told: ran.stdout.toString() + ran.stderr.toString() };
}

/** The package as npm would publish it, in an empty folder; undefined where its dependencies cannot be had. */
function install(): Installed | undefined {
  const folder = new TempFolder();
  for (const each of [server, ...siblings]) {
    const packed = npm(["pack", "--pack-destination", folder.path, "--loglevel=error"], each);
    expect(packed.ok, packed.told).toBe(true);
  }
  const tarballs = readdirSync(folder.path)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => `./${name}`);
  folder.write("package.json", '{"name":"somebody","private":true}');
  const options = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  const installed = npm(["install", ...tarballs, ...options], folder.path);
  if (installed.ok)
    return {
      path: folder.path,
      command: ["npx", "--no-install", "twinwire"],
      [Symbol.dispose]: () => {
        folder[Symbol.dispose]();
      },
    };
  folder[Symbol.dispose]();
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENOTCACHED|ETIMEDOUT|network/.test(installed.told);
  if (!offline || process.env["CI"] !== undefined) throw new Error(`npm install failed: ${installed.told}`);
  process.stderr.write(
    "package.test.ts: skipped, the registry is out of reach and the cache has not everything\n",
  );
  return undefined;
}

describe("the packed package, installed in an empty folder", () => {
  test("runs its commands, shows the page, and serves with a configuration of its own", async () => {
    using installed = install();
    if (installed === undefined) return;
    const { path: cwd, command } = installed;

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
