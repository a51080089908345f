import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createServer } from "node:net";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { baseConfig } from "../server.ts";
import { Launched, launcher, twinwire } from "./launched.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(20_000);

describe("the launcher", () => {
  test("passes arguments, output and the exit code through", async () => {
    const version = await twinwire(["--version"]);
    expect(version).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
    const help = await twinwire(["--help"]);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("serve");
    const unknown = await twinwire(["sevre"]);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain("serve");
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "passes %s through, and ends as the server does",
    async (signal) => {
      await using server = await Launched.start(["dev", "--port", "0"]);
      server.signal(signal);
      expect(await server.exited).toBe(0);
      const answer = await fetch(`${server.url}/health`).catch(() => undefined);
      expect(answer).toBeUndefined();
    },
  );

  test("runs the server and nothing else that the environment names", async () => {
    using folder = new TempFolder();
    const other = folder.write("other.ts", 'console.log("another program");');
    const ended = await twinwire(["--version"], { env: { TWINWIRE_MAIN: other } });
    expect(ended).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  test("says in one line what to install where there is no Bun", async () => {
    using folder = new TempFolder();
    folder.write("launcher.mjs", await Bun.file(join(launcher, "..", "launcher.mjs")).text());
    const copy = folder.write("twinwire.mjs", await Bun.file(launcher).text());
    const ended = await twinwire([], { cwd: folder.path, command: ["node", copy] });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("npm install bun");
    expect(ended.stderr.trimEnd()).not.toContain("\n");
  });
});

describe("starting", () => {
  test("a port that is taken is named, with --port", async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => {
        const address = taken.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    const ended = await twinwire(["dev", "--port", String(port)]);
    taken.close();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`port ${port}`);
    expect(ended.stderr).toContain("--port");
    expect(ended.stderr).not.toContain("    at ");
  });

  test("a port that another server of ours has is taken too", async () => {
    await using first = await Launched.start(["dev", "--port", "0"]);
    const second = await twinwire(["dev", "--port", String(first.port)]);
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toContain(`port ${first.port} on 127.0.0.1 is taken`);
  });

  test("serve refuses secrets that everybody knows, and dev takes them", async () => {
    using folder = new TempFolder();
    const config = {
      ...baseConfig(),
      apps: [{ id: "1000", key: "app-key", secret: "app-secret" }],
      http_api: { key: "api-key" },
      client: { token: { hmac_secret_key: "secret" } },
    };
    const file = folder.write("c.json", JSON.stringify(config));
    const ended = await twinwire(["serve", "--config", file]);
    expect(ended.code).toBe(1);
    for (const path of ["apps[0].secret", "http_api.key", "client.token.hmac_secret_key"])
      expect(ended.stderr).toContain(path);
    await using dev = await Launched.start(["dev", "--config", file, "--port", "0"]);
    expect((await fetch(`${dev.url}/health`)).status).toBe(200);
  });

  test("serve does not start where nobody could ever connect", async () => {
    using folder = new TempFolder();
    const ended = await twinwire(["serve", "--port", "0"], { cwd: folder.path });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("nobody could ever connect");
  });

  test("serve takes config.json of the working directory, and the environment over it", async () => {
    using folder = new TempFolder();
    folder.write("config.json", JSON.stringify(baseConfig()));
    await using server = await Launched.start(["serve"], {
      cwd: folder.path,
      env: { TWINWIRE_HTTP_API_KEY: "from-the-environment", TWINWIRE_HEALTH_HANDLER_PREFIX: "/alive" },
    });
    expect((await fetch(`${server.url}/alive`)).status).toBe(200);
    const info = (key: string): Promise<Response> =>
      fetch(`${server.url}/api/info`, { method: "POST", body: "{}", headers: { "x-api-key": key } });
    expect((await info("from-the-environment")).status).toBe(200);
    expect((await info("test-api-key")).status).toBe(401);
  });

  test("an environment variable that is no option stops it by name", async () => {
    using folder = new TempFolder();
    folder.write("config.json", JSON.stringify(baseConfig()));
    const ended = await twinwire(["serve"], { cwd: folder.path, env: { TWINWIRE_HTTP_API_KYE: "x" } });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("TWINWIRE_HTTP_API_KYE");
    expect(ended.stderr).toContain("TWINWIRE_HTTP_API_KEY");
  });

  test.each<[string, readonly string[], string]>([
    ["an unknown option", ["serve", "--prot", "1"], "--port"],
    ["a port that is none", ["serve", "--port", "70000"], "65535"],
    ["more workers than one", ["serve", "--workers", "2"], "not supported yet"],
    ["an address of another machine", ["dev", "--port", "0", "--host", "203.0.113.9"], "--host"],
    ["no workers", ["serve", "--workers", "0"], "1024"],
    ["a file that is not there", ["serve", "--config", "nowhere.json"], "nowhere.json"],
  ])("%s stops it with a word of what would do", async (_title, args, said) => {
    using folder = new TempFolder();
    const ended = await twinwire(args, { cwd: folder.path });
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain(said);
  });
});

test("a limit of open files that is too low for the connections is told at the start", async () => {
  using folder = new TempFolder();
  const app = {
    id: "1000",
    key: "test-key",
    secret: "test-secret",
    public_channels: true,
    limits: { connections: 100_000 },
  };
  const file = folder.write("c.json", JSON.stringify({ ...baseConfig(), apps: [app] }));
  const limited = ["bash", "-c", 'ulimit -n 512; exec node "$0" "$@"', launcher];
  await using server = await Launched.start(["serve", "--config", file], { command: limited });
  expect(server.stderr()).toContain("apps[].limits.connections allows 100000 connections");
  expect(server.stderr()).toContain("only 512 files");
});

describe("check-config", () => {
  test.each<[string, string, string, readonly string[]]>([
    ["an unknown option", "c.json", '{"client": {"tokn": {}}}', ["client.tokn", "token"]],
    ["an unknown section", "c.yaml", "chanel: {}\n", ["chanel", "channel"]],
    ["a wrong type", "c.toml", '[http_server]\nport = "eighty"\n', ["http_server.port"]],
    ["a duration without a unit", "c.json", '{"client": {"ping_interval": "25"}}', ["client.ping_interval"]],
    [
      "what is not built yet",
      "c.json",
      '{"admin": {"enabled": true}}',
      ["admin.enabled", "not supported yet"],
    ],
    [
      "a contradiction",
      "c.json",
      '{"client": {"ping_interval": "5s", "pong_timeout": "8s"}}',
      ["client.pong_timeout"],
    ],
    ["broken JSON", "c.json", '{"client": ', ["c.json"]],
  ])("names %s", async (_title, name, content, said) => {
    using folder = new TempFolder();
    const ended = await twinwire(["check-config", folder.write(name, content)]);
    expect(ended.code).toBe(1);
    for (const part of said) expect(ended.stderr).toContain(part);
  });

  test("finds a sound file sound", async () => {
    using folder = new TempFolder();
    const ended = await twinwire(["check-config", folder.write("c.json", JSON.stringify(baseConfig()))]);
    expect(ended).toEqual({ code: 0, stdout: "ok\n", stderr: "" });
  });
});
