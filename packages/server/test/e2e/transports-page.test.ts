import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { baseConfig, startTestServer, type TestServer } from "../server.ts";
import { publishByApi } from "./bystanders.ts";
import { seconds, token } from "./tokens.ts";

const root = join(import.meta.dir, "..", "..", "..", "..");
const page = readFileSync(join(root, "docs", "transports.md"), "utf8");

function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";
}

function start(more: object = {}): TestServer {
  const channel = { without_namespace: { allow_subscribe_for_client: true } };
  return startTestServer({ ...baseConfig(), channel, ...(JSON.parse(block("json")) as object), ...more });
}

const firstLine = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  return text.split("\n", 1)[0] ?? "";
};

/** The page's program, connecting to this server. */
async function connectedBy(server: TestServer): Promise<string> {
  const program = block("js")
    .replaceAll("127.0.0.1:8000", `127.0.0.1:${server.port}`)
    .replace("TOKEN", token({ sub: "ann" }));
  const child = Bun.spawn([process.execPath, "-e", program], { cwd: root, stdout: "pipe" });
  try {
    return await firstLine(child.stdout);
  } finally {
    child.kill();
    await child.exited;
  }
}

test("the page's client connects, by the way that is there", async () => {
  await using server = start();
  expect(await connectedBy(server)).toBe("connected by websocket");
  await using refusing = start({ websocket: { disabled: true } });
  expect(await connectedBy(refusing)).toBe("connected by http_stream");
});

test("curl hears what the page says it hears", async () => {
  await using server = start();
  const [, command = ""] = block("bash").trim().split("\n");
  const child = Bun.spawn(
    ["sh", "-c", `exec ${command.replace("127.0.0.1:8000", `127.0.0.1:${server.port}`)}`],
    {
      env: { ...process.env, TOKEN: token({ sub: "ann", exp: seconds(3_600) }) },
      stdout: "pipe",
      stderr: "ignore",
    },
  );
  const [connect = "", publication = ""] = block("text").trim().split("\n");
  let heard = "";
  try {
    for await (const chunk of child.stdout) {
      if (heard === "") await publishByApi(server.url, "news", { price: 1 });
      heard += new TextDecoder().decode(chunk);
      if (heard.includes("price")) break;
    }
  } finally {
    child.kill();
    await child.exited;
  }
  const [first = "", second = ""] = heard.split("\n");
  const blurred = first
    .replaceAll(/"(client|version|session)":"[^"]+"/g, '"$1":"…"')
    // A second may have gone by.
    .replace('"ttl":3599', '"ttl":3600');
  expect([blurred, second]).toEqual([connect, publication]);
});
