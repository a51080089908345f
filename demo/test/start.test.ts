import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { Launched, twinwire } from "../../packages/server/test/e2e/launched.ts";

setDefaultTimeout(20_000);

const root = join(import.meta.dir, "..", "..");
const command = ["node", join(root, "demo", "start.mjs")];

interface Setup {
  readonly pages: readonly { readonly path: string; readonly name: string }[];
}

async function setupOf({ url }: Launched): Promise<Setup> {
  return (await (await fetch(`${url}/dev/setup`)).json()) as Setup;
}

test("npm start shows the two-wire page and the consoles, and each leads to the others", async () => {
  const manifest = (await Bun.file(join(root, "package.json")).json()) as { scripts: { start: string } };
  expect(manifest.scripts.start).toBe("node demo/start.mjs dev");
  await using demo = await Launched.start(["dev", "--port", "0"], { command });
  const { pages } = await setupOf(demo);
  expect(pages[0]).toEqual({ path: "/", name: "Two wires" });
  expect(pages).toContainEqual({ path: "/surveillance", name: "Surveillance" });
  for (const { path, name } of pages) {
    const page = await fetch(`${demo.url}${path}`);
    expect([name, page.status, page.headers.get("content-type")]).toEqual([
      name,
      200,
      expect.stringContaining("text/html") as string,
    ]);
    if (path !== "/") expect(demo.stdout()).toContain(`${demo.url}${path}\n`);
  }
});

test("twinwire dev shows the two-wire page alone", async () => {
  await using server = await Launched.start(["dev", "--port", "0"]);
  expect((await setupOf(server)).pages).toEqual([]);
  expect((await fetch(`${server.url}/`)).status).toBe(200);
  expect((await fetch(`${server.url}/surveillance`)).status).toBe(404);
  expect((await fetch(`${server.url}/demo/vms/api/v1/wsurl`)).status).toBe(404);
});

test("a port that is taken is named, with --port", async () => {
  await using first = await Launched.start(["dev", "--port", "0"], { command });
  const second = await twinwire(["dev", "--port", String(first.port)], { command });
  expect(second).toMatchObject({ code: 1, stdout: "" });
  expect(second.stderr).toContain(`port ${first.port} on 127.0.0.1 is taken`);
  expect(second.stderr).toContain("--port");
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends it with exit code 0", async (signal) => {
  await using demo = await Launched.start(["dev", "--port", "0"], { command });
  demo.signal(signal);
  expect(await demo.exited).toBe(0);
});

test("serve shows no page", async () => {
  const env = {
    TWINWIRE_HTTP_API_KEY: "a-key-of-my-own",
    TWINWIRE_CLIENT_TOKEN_HMAC_SECRET_KEY: "a-secret-of-my-own",
  };
  await using server = await Launched.start(["serve", "--host", "127.0.0.1", "--port", "0"], {
    command,
    env,
  });
  expect((await fetch(`${server.url}/surveillance`)).status).toBe(404);
});
