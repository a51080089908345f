import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signToken } from "@twinwire/backend";
import { CentrifugeClient } from "../../server/test/clients.ts";
import { Launched } from "../../server/test/e2e/launched.ts";
import { TempFolder } from "../../server/test/e2e/temp-folder.ts";

const root = join(import.meta.dir, "..", "..", "..");
const snippets = [
  ...readFileSync(join(import.meta.dir, "..", "README.md"), "utf8").matchAll(/^```js\n([\s\S]*?)^```$/gm),
];

/** Runs what the README shows, and gives what it prints. */
async function printed(snippet: string): Promise<string> {
  using folder = new TempFolder();
  const paths = { "@twinwire/backend": [join(root, "packages", "backend", "src", "index.ts")] };
  folder.write("tsconfig.json", JSON.stringify({ compilerOptions: { paths } }));
  const run = Bun.spawn([process.execPath, folder.write("snippet.mjs", snippet)], { stderr: "inherit" });
  const text = await new Response(run.stdout).text();
  expect(await run.exited).toBe(0);
  return text;
}

test("what the README shows works with dev running", async () => {
  const [publish = "", letIn = "", fails = ""] = snippets.map(([, text = ""]) => text);
  await using server = await Launched.start(["dev", "--port", "0"]);
  const here = (snippet: string): string => snippet.replaceAll("8000", String(server.port));

  await using ear = await CentrifugeClient.connect(server.port, { hmac: "secret" });
  expect(await ear.join("news")).toBe("done");
  await printed(here(publish));
  const heard = [
    (await ear.heard.next()).event,
    (await ear.heard.next()).data,
    (await ear.heard.next()).data,
  ];
  expect(heard).toEqual(["App\\Events\\Hello", { n: 1 }, { n: 2 }]);

  expect(await printed(here(fails))).toBe(
    here("POST http://127.0.0.1:8000/api/publish: refused with code 102: unknown channel\nrefused 1\n"),
  );

  const bearer = await signToken("the application's own", { sub: "42" });
  const asks = `
    const headers = { authorization: "Bearer ${bearer}" };
    const ask = async (path, fields, more = headers) =>
      (await fetch(\`http://127.0.0.1:\${port}\${path}\`, {
        headers: more,
        ...(fields === undefined ? {} : { method: "POST", body: new URLSearchParams(fields) }),
      })).json();
    const socket_id = "1.2";
    console.log(JSON.stringify([
      await ask("/pusher/auth", { socket_id, channel_name: "private-user.42" }),
      await ask("/pusher/auth", { socket_id, channel_name: "private-user.4" }),
      await ask("/pusher/auth", { socket_id, channel_name: "private-user.undefined" }, {}),
      await ask("/pusher/auth", { socket_id: "1", channel_name: "private-user.42" }),
      await ask("/pusher/user-auth", { socket_id }),
      Object.keys(await ask("/centrifugo/token")),
    ]));
    process.exit(0);
  `;
  const listening = letIn.replace(
    /createServer\((.*)\)\.listen\(8001\);/,
    'const port = await new Promise((on) => { const made = createServer($1).listen(0, "127.0.0.1", () => on(made.address().port)); });',
  );
  const refused = { error: "not for you" };
  expect(JSON.parse(await printed(`${listening}${asks}`))).toEqual([
    { auth: expect.stringMatching(/^app-key:[0-9a-f]{64}$/) as string },
    refused,
    refused,
    refused,
    {
      auth: expect.stringMatching(/^app-key:[0-9a-f]{64}$/) as string,
      user_data: '{"id":"42"}',
    },
    ["token"],
  ]);
}, 20_000);
