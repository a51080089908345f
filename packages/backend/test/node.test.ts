import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keys, startTestServer } from "../../server/test/server.ts";
import { nowhere } from "./awkward-server.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test("everything works under Node", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twinwire-backend-"));
  try {
    await using server = startTestServer();
    const entrypoints = [at("../src/index.ts")];
    await Bun.build({ entrypoints, outdir: folder, target: "node", naming: "backend.mjs" });
    const { id: appId, key, secret } = keys.app;
    const app = JSON.stringify({ appId, key, secret });
    const run = Bun.spawn(
      ["node", at("on-node.mjs"), join(folder, "backend.mjs"), server.url, await nowhere(), keys.apiKey, app],
      { stderr: "pipe" },
    );
    const [text, errors] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
    ]);
    expect([await run.exited, errors]).toEqual([0, ""]);
    expect(JSON.parse(text)).toEqual({
      triggered: { channels: {} },
      published: [],
      verified: true,
      unreachable: {
        kind: "unreachable",
        cause: {
          code: "ECONNREFUSED",
          message: expect.stringMatching(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/) as string,
        },
      },
      timeout: { kind: "timeout", after: 50 },
      redirect: "unexpected-answer",
      posted: { url: "/echo?a=1", body: "hello", status: 200 },
      doubled: "//double",
      large: 413,
      streamed: "ab",
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 20_000);
