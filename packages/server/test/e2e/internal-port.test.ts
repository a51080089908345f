import { expect, setDefaultTimeout, test } from "bun:test";
import { createServer } from "node:net";
import { CentrifugeClient } from "../clients.ts";
import { freePort } from "../free-port.ts";
import { baseConfig, keys } from "../server.ts";
import { Launched, twinwire } from "./launched.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(30_000);

async function status(url: string): Promise<number> {
  const headers = { "x-api-key": keys.apiKey };
  const method = url.includes("/api/") ? "POST" : "GET";
  return (await fetch(url, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) })).status;
}

async function statuses(url: string): Promise<Record<string, number>> {
  const paths = ["/api/info", "/metrics", "/health", "/apps/1000/channels", "/connection/websocket"];
  const found = paths.map(async (path): Promise<[string, number]> => [path, await status(url + path)]);
  return Object.fromEntries(await Promise.all(found));
}

test("server API, metrics and health are on the internal port alone, and clients on the other", async () => {
  using folder = new TempFolder();
  const internalPort = freePort();
  const options = (external: boolean) => ({
    ...baseConfig(),
    http_server: { address: "127.0.0.1", port: 0, internal_port: String(internalPort) },
    http_api: { key: keys.apiKey, external },
    log: { level: "info" },
  });
  const inside = `http://127.0.0.1:${internalPort}`;
  {
    const file = folder.write("config.json", JSON.stringify(options(false)));
    await using server = await Launched.start(["serve", "--config", file]);
    expect(await statuses(server.url)).toMatchObject({ "/api/info": 404, "/metrics": 404, "/health": 404 });
    expect(await statuses(inside)).toMatchObject({
      "/api/info": 200,
      "/metrics": 200,
      "/health": 200,
      "/apps/1000/channels": 404,
      "/connection/websocket": 404,
    });
    await using client = await CentrifugeClient.connect(server.port, { user: "ann" });
    expect(client.clientId).not.toBe("");
    // The command line knows which port is meant.
    expect(await twinwire(["channels", "--config", file])).toMatchObject({ code: 0, stderr: "" });
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(await fetch(`${inside}/health`).catch(() => undefined)).toBeUndefined();
  }
  const file = folder.write("config.json", JSON.stringify(options(true)));
  await using server = await Launched.start(["serve", "--config", file]);
  expect(await statuses(server.url)).toMatchObject({ "/api/info": 200, "/metrics": 404 });
  expect(await statuses(inside)).toMatchObject({ "/api/info": 200 });
});

test("an internal port that is taken stops the start", async () => {
  using folder = new TempFolder();
  await using taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const config = { ...baseConfig(), http_server: { address: "127.0.0.1", port: 0, internal_port: port } };
  const file = folder.write("config.json", JSON.stringify(config));
  const ended = await twinwire(["serve", "--config", file]);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("is taken");
});
