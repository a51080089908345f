import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/index.ts";
import { freePort } from "../free-port.ts";
import { startTestServer } from "../server.ts";
import { codeOr, connected } from "./official-client.ts";

const root = join(import.meta.dir, "..", "..", "..", "..");
const page = readFileSync(join(root, "docs", "proxies.md"), "utf8");
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );

/** The page's configuration, with its back end at this port. */
function configAt(port: number): Record<string, unknown> {
  const [config = ""] = blocks("json");
  return JSON.parse(config.replaceAll("127.0.0.1:3000", `127.0.0.1:${port}`)) as Record<string, unknown>;
}

test("the page's configurations are such, alone", () => {
  const [config = "", tls = "", transform = ""] = blocks("json");
  expect(loadConfig({ text: { name: "c.json", content: config }, env: {} })).toMatchObject({ ok: true });
  const proxy = {
    endpoint: "http://a/",
    http: {
      // Its files are another machine's.
      tls: { ...(JSON.parse(tls) as object), enabled: false },
      status_to_code_transforms: [JSON.parse(transform) as unknown],
    },
  };
  const content = JSON.stringify({ rpc: { proxy } });
  expect(loadConfig({ text: { name: "c.json", content }, env: {} })).toMatchObject({ ok: true });
});

test("the page's back end lets a client in, and answers all it does", async () => {
  const port = freePort();
  const [program = ""] = blocks("js");
  const listening = `${program.trimEnd().replace("listen(3000)", `listen(${port}, () => console.log("ready"))`)}`;
  const child = Bun.spawn(["node", "--input-type=module", "-e", listening], {
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    await child.stdout.getReader().read();
    await using server = startTestServer({ ...configAt(port), apps: [] });
    const { centrifuge, context } = await connected(server.url);
    expect(context.data).toEqual({ hello: "ann" });
    const subscription = centrifuge.newSubscription("private-staff");
    const heard = new Promise<unknown>((resolve) => {
      subscription.on("publication", ({ data }) => {
        resolve(data);
      });
    });
    const joined = new Promise((resolve) => {
      subscription.on("subscribed", resolve);
    });
    subscription.subscribe();
    await joined;
    await centrifuge.publish("private-staff", { text: "hi" });
    expect(await heard).toEqual({ text: "hi", seen: true });
    expect((await centrifuge.rpc("time", {})).data).toBeNumber();
    const ended = new Promise<number>((resolve) => {
      centrifuge.on("disconnected", ({ code }) => {
        resolve(code);
      });
    });
    void codeOr(centrifuge.rpc("other", {}));
    expect(await ended).toBe(4500);
  } finally {
    child.kill();
    await child.exited;
  }
});
