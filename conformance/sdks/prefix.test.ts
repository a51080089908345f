import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { PusherClient } from "../../packages/server/test/clients.ts";
import { TempFolder } from "../../packages/server/test/e2e/temp-folder.ts";
import { goesWithout, notInstalled, runToEnd } from "../../packages/server/test/programs/required.ts";
import { keys, startTestServer, type TestServer } from "../../packages/server/test/server.ts";
import { fences } from "../../test/guide.ts";
import { behindPrefix } from "../prefix-proxy.ts";
import { rows, startSdk } from "./server-sdk.ts";

setDefaultTimeout(120_000);

const greeting = { text: 'Grüße 👋 "quoted" \\ ', at: 1 };

describe.each(["nginx", "caddy"] as const)("behind %s, which takes a prefix from the path", (proxyName) => {
  const skipped = goesWithout(`a prefix behind ${proxyName}`, notInstalled(proxyName));
  const withPath = rows.filter((row) => !row.skipped && row.lacks["a path prefix"] === undefined);
  test.skipIf(skipped).each(withPath)("$name", async (row) => {
    await using server = startTestServer();
    await using proxy = await behindPrefix(proxyName, server.port);
    await using sdk = await startSdk(row, { port: proxy.port, path: "/rt" });
    await using ann = await PusherClient.connect(server.port);
    await ann.join("a");
    await sdk.does({ do: "trigger", channels: ["a"], event: "e", data: greeting });
    expect((await ann.heard.first(() => true)).data).toEqual(greeting);
  });
});

describe.skipIf(goesWithout("a request signed by PHP", notInstalled("php", "nginx")))("signed by PHP", () => {
  const run = async (server: TestServer, url: string): Promise<void> => {
    using folder = new TempFolder();
    const page = fences("back-ends.md").find(({ about }) => about === "twinwire.php")?.content ?? "";
    const library = folder.write("twinwire.php", page);
    await using ann = await PusherClient.connect(server.port, { user: "ann" });
    for (const channel of ["php-heard", "php-too", "presence-p"]) await ann.join(channel);
    const program = join(import.meta.dir, "programs", "channels.php");
    const said = await runToEnd(["php", program, library, url, JSON.stringify(keys.app)]);
    expect(JSON.parse(said)).toEqual({
      channels: { "presence-p": { user_count: 1, subscription_count: 1 } },
    });
    for (const channel of ["php-heard", "php-too"])
      expect((await ann.heard.first((one) => one.channel === channel)).data).toEqual({
        text: "aus PHP: Grüße 👋",
      });
  };

  test("plain", async () => {
    await using server = startTestServer();
    await run(server, server.url);
  });

  test("with a path, which is not signed, before a proxy that takes it off", async () => {
    await using server = startTestServer();
    await using proxy = await behindPrefix("nginx", server.port);
    await run(server, `http://127.0.0.1:${proxy.port}/rt`);
  });
});
