import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { launchBrowser, openPage, skipped } from "../browser.ts";
import { CentrifugeClient } from "../clients.ts";
import { startTestServer } from "../server.ts";
import { hostileConfig } from "./hostile-server.ts";
import { token } from "./tokens.ts";

/** By a process of its own: the bundler takes over what this one has resolved for itself. */
function bundled(name: string): Promise<string> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  return new Response(Bun.spawn([process.execPath, "build", file, "--target=browser"]).stdout).text();
}

test.skipIf(skipped)(
  "centrifuge's protobuf build in a browser is heard by JSON clients, byte for byte",
  async () => {
    await using server = startTestServer(hostileConfig());
    await using ear = await CentrifugeClient.connect(server.port, { user: "ear" });
    await ear.join("chat:a");
    const browser = await launchBrowser();
    try {
      await using opened = await openPage(browser, `${server.url}/health`);
      await opened.page.addScriptTag({
        content: await bundled("protobuf-browser.client.ts"),
        type: "module",
      });
      await opened.page.waitForFunction(() => "sayInProtobuf" in globalThis);
      const said = '{"n": 1.0, "s": "привет 😀"}';
      const url = `ws://127.0.0.1:${server.port}/connection/websocket`;
      const texts = await opened.page.evaluate(
        (given) => globalThis.sayInProtobuf(given.url, given.token, given.said),
        { url, token: token({ sub: "page" }), said },
      );
      expect(texts).toEqual([said, said]);
      expect(await ear.heard.next()).toMatchObject({ data: { n: 1, s: "привет 😀" }, user: "page" });
      await ear.frames.first((frame) => frame.includes(said));
    } finally {
      await browser.close();
    }
  },
  60_000,
);
