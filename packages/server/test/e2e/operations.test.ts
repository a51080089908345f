import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { baseConfig, startTestServer } from "../server.ts";
import { publishByApi } from "./bystanders.ts";
import { GraphiteListener } from "./graphite-listener.ts";
import { Launched, twinwire } from "./launched.ts";
import { connectCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, trigger } from "./raw-pusher.ts";
import { Scrape } from "./scrape.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(30_000);

function start(folder: TempFolder, options: object): Promise<Launched> {
  const file = folder.write("c.json", JSON.stringify({ ...baseConfig(), ...options }));
  return Launched.start(["serve", "--config", file]);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await Bun.sleep(5);
}

describe("pid_file", () => {
  test("has the process that a signal stops, and is gone when that has stopped", async () => {
    using folder = new TempFolder();
    const path = join(folder.path, "twinwire.pid");
    await using server = await start(folder, { pid_file: path });
    const pid = Number(readFileSync(path, "utf8"));
    process.kill(pid, "SIGTERM");
    expect(await server.exited).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  test("of another process stays", async () => {
    using folder = new TempFolder();
    const path = join(folder.path, "twinwire.pid");
    await using server = await start(folder, { pid_file: path });
    folder.write("twinwire.pid", "1\n");
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(readFileSync(path, "utf8")).toBe("1\n");
  });

  test("stays that of the server which runs, where a second one finds the port taken", async () => {
    using folder = new TempFolder();
    const path = join(folder.path, "twinwire.pid");
    await using server = await start(folder, { pid_file: path });
    const written = readFileSync(path, "utf8");
    const http = { http_server: { address: "127.0.0.1", port: server.port } };
    const again = folder.write("again.json", JSON.stringify({ ...baseConfig(), ...http, pid_file: path }));
    expect(await twinwire(["serve", "--config", again])).toMatchObject({ code: 1 });
    expect(readFileSync(path, "utf8")).toBe(written);
  });

  test.each<[string, object]>([
    ["pid_file", { pid_file: "/nowhere/twinwire.pid" }],
    ["log.file", { log: { file: "/nowhere/twinwire.log" } }],
  ])("%s in a folder that is not there stops the start by name", async (name, options) => {
    using folder = new TempFolder();
    const file = folder.write("c.json", JSON.stringify({ ...baseConfig(), ...options }));
    const ended = await twinwire(["serve", "--config", file]);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr).toContain(name);
  });
});

test("log.file gets the lines in place of standard error, behind those that are there", async () => {
  using folder = new TempFolder();
  const path = folder.write("twinwire.log", '{"msg":"of before"}\n');
  {
    await using server = await start(folder, { log: { level: "info", file: path } });
    server.signal("SIGHUP");
    await until(() => readFileSync(path, "utf8").includes("reloaded"));
    expect(server.stderr()).not.toContain("reloaded");
  }
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg)).toEqual([
    "of before",
    "reloaded token keys and channel options",
  ]);
});

test("log.file that cannot be written, on a full disk, costs its lines alone: the server goes on, and stops", async () => {
  using folder = new TempFolder();
  await using server = await start(folder, { log: { level: "info", file: "/dev/full" } });
  for (const result of ["applied", "refused"] as const) {
    if (result === "refused") folder.write("c.json", "{");
    server.signal("SIGHUP");
    await until(async () => (await Scrape.of(server.url)).value("twinwire_reloads_total", { result }) > 0);
  }
  await until(() => server.stderr().includes("log.file"));
  expect(server.stderr().match(/log\.file cannot be written: ENOSPC/g)).toHaveLength(1);
  expect((await Scrape.of(server.url)).defects).toBe(0);
  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
});

test("instrument_http_handlers counts requests by their route, whatever paths and methods clients make up", async () => {
  await using server = startTestServer({
    prometheus: { enabled: true, instrument_http_handlers: true },
    channel: { without_namespace: { allow_subscribe_for_client: true } },
  });
  await publishByApi(server.url, "news", { n: 1 });
  await trigger(server.url, "news", '"x"');
  await fetch(`${server.url}/apps/1000/channels`);
  for (const path of ["/no/such", "/path"]) await fetch(server.url + path, { method: "PURGE" });
  using client = await connectCentrifugo(server.url);
  const pusher = await connectPusher(server.url);
  const scrape = await Scrape.of(server.url);
  const count = (path: string, method: string, status: number): number =>
    scrape.value("centrifugo_node_incoming_http_requests_total", { path, method, status: String(status) });
  expect(client.subprotocol).toBe("");
  expect(count("/api/publish", "POST", 200) + count("/api/", "POST", 200)).toBe(1);
  expect(count("/apps/", "POST", 200)).toBe(1);
  expect(count("/apps/", "GET", 401)).toBe(1);
  expect(count("none", "other", 404)).toBe(2);
  expect(count("upgrade", "GET", 101)).toBe(2);
  pusher.socket.close();
});

test("recovered_publications_histogram tells how many publications recoveries brought, by namespace", async () => {
  const kept = {
    history_size: 10,
    history_ttl: "60s",
    force_recovery: true,
    allow_subscribe_for_client: true,
  };
  const channel = { namespaces: [{ name: "kept", ...kept }] };
  const prometheus = { enabled: true, recovered_publications_histogram: true };
  await using server = startTestServer({ prometheus, channel });
  using client = await connectCentrifugo(server.url);
  const subscribe = async (id: number, since: object): Promise<string> => {
    client.send(JSON.stringify({ id, subscribe: { channel: "kept:a", ...since } }));
    return client.having(`"id":${id}`);
  };
  const epoch = /"epoch":"(\w+)"/.exec(await subscribe(2, {}))?.[1];
  client.send(JSON.stringify({ id: 3, unsubscribe: { channel: "kept:a" } }));
  await client.having('"id":3');
  for (const n of [1, 2, 3]) await publishByApi(server.url, "kept:a", { n });
  expect(await subscribe(4, { recover: true, epoch, offset: 0 })).toContain('"recovered":true');
  const name = "centrifugo_client_recovered_publications";
  const scrape = await Scrape.of(server.url);
  const of = { channel_namespace: "kept" };
  expect(scrape.value(`${name}_sum`, of)).toBe(3);
  expect(scrape.value(`${name}_count`, of)).toBe(1);
  expect(scrape.value(`${name}_bucket`, { ...of, le: "2" })).toBe(0);
  expect(scrape.value(`${name}_bucket`, { ...of, le: "3" })).toBe(1);
});

describe("graphite", () => {
  const graphite = (port: number, more: object = {}): Record<string, unknown> => ({
    graphite: { enabled: true, host: "127.0.0.1", port, interval: "1s", ...more },
    node: { name: "node.one" },
  });

  test("is told the numbers under the node's name, also without prometheus", async () => {
    const port = freePort();
    await using listener = await GraphiteListener.at(port);
    await using server = startTestServer({ ...graphite(port), prometheus: {} });
    using client = await connectCentrifugo(server.url);
    expect(client.subprotocol).toBe("");
    const push = await listener.pushes.first((text) =>
      text.includes("twinwire_connections.wire.centrifugo 1 "),
    );
    const lines = push.trimEnd().split("\n");
    const line = /^centrifugo\.node_one\.[A-Za-z0-9_.:+-]+ [-+0-9.e]+ \d{10}$/;
    expect(lines.filter((one) => !line.test(one))).toEqual([]);
    expect(push).toContain("centrifugo.node_one.twinwire_publish_seconds_bucket.source.pusher.le.0_0001 0 ");
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  });

  test("is told labels as tags where it wants them so", async () => {
    const port = freePort();
    await using listener = await GraphiteListener.at(port);
    await using server = startTestServer(graphite(port, { tags: true, prefix: "us." }));
    expect(server.port).toBeGreaterThan(0);
    const push = await listener.pushes.next();
    expect(push).toMatch(/^us\.node_one\.twinwire_connections;wire=pusher 0 \d{10}$/m);
  });

  test("may be away, or never read, and harms nobody; when it is back, it is told again", async () => {
    const port = freePort();
    const lost = async (url: string) =>
      (await Scrape.of(url)).value("twinwire_drops_total", { reason: "graphite" });
    await using server = startTestServer(graphite(port));
    await until(async () => (await lost(server.url)) > 0);
    {
      await using listener = await GraphiteListener.at(port);
      await listener.pushes.next();
    }
    // Takes connections, and never ends one.
    const sockets: { destroy(): void }[] = [];
    const deaf = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => deaf.listen(port, "127.0.0.1", resolve));
    expect((deaf.address() as AddressInfo).port).toBe(port);
    const before = await lost(server.url);
    await until(async () => (await lost(server.url)) >= before + 2);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => deaf.close(resolve));
    using client = await connectCentrifugo(server.url);
    expect((await Scrape.of(server.url)).defects).toBe(0);
    expect(client.subprotocol).toBe("");
  });
});
