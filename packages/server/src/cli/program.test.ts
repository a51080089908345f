import { expect, test } from "bun:test";
import { createHmac, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshConfig } from "./init-command.ts";
import { runProgram } from "./program.ts";

function directory(): string {
  return mkdtempSync(join(tmpdir(), "twinwire-cli-"));
}

async function cli(args: readonly string[], env: Record<string, string> = {}, taken = false) {
  const seen = {
    out: "",
    err: "",
    code: 0,
    started: [] as { mode: string; port: number; address: string }[],
  };
  await runProgram(
    args,
    {
      start: async (config, mode) => {
        const { address, port } = config.http_server;
        seen.started.push({ mode, port, address });
        return taken ? undefined : { host: address, port: port === 0 ? 40_000 : port };
      },
    },
    {
      stdout: { write: (text: string) => (seen.out += text) },
      stderr: { write: (text: string) => (seen.err += text) },
      env,
      exit: (code) => {
        seen.code = code;
      },
    },
  );
  return seen;
}

function written(options: unknown, name = "config.json"): string {
  const file = join(directory(), name);
  writeFileSync(file, JSON.stringify(options));
  return file;
}

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

const rsaPublicKey = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

test("what init writes passes check-config and serve, and is its owner's alone", async () => {
  const file = join(directory(), "config.json");
  expect((await cli(["init", file])).code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const checked = await cli(["check-config", file]);
  expect([checked.code, checked.out, checked.err]).toEqual([0, "ok\n", ""]);
  const served = await cli(["serve", "--config", file, "--port", "0", "--host", "127.0.0.1"]);
  expect(served.started).toEqual([{ mode: "serve", port: 0, address: "127.0.0.1" }]);
  expect(served.err).toContain("can be read with the app key alone");
});

test("init overwrites nothing unless told to, and no two secrets are the same", async () => {
  const file = join(directory(), "config.json");
  await cli(["init", file]);
  const first = readFileSync(file, "utf8");
  const again = await cli(["init", file]);
  expect([again.code, again.err]).toEqual([
    1,
    `twinwire: ${file}: is there already; --force overwrites it\n`,
  ]);
  expect(readFileSync(file, "utf8")).toBe(first);
  await cli(["init", file, "--force"]);
  expect(readFileSync(file, "utf8")).not.toBe(first);
  expect(freshConfig()["http_api"]).not.toEqual(freshConfig()["http_api"]);
});

test("check-config tells every fault and ends with 1", async () => {
  const checked = await cli([
    "check-config",
    written({ webtransport: { enabled: true }, http_server: { prot: 1 } }),
  ]);
  expect(checked.code).toBe(1);
  expect(checked.err.split("\n")).toEqual([
    "twinwire: http_server.prot: unknown option; did you mean port?",
    "twinwire: webtransport.enabled: not supported yet",
    "",
  ]);
});

test("serve refuses the secrets of dev, and more than one worker", async () => {
  const known = await cli([
    "serve",
    "--config",
    written({ apps: [{ id: "1", key: "k", secret: "app-secret" }] }),
  ]);
  expect([known.code, known.started]).toEqual([1, []]);
  expect(known.err).toContain("apps[0].secret: is a secret that everybody knows");
  const workers = await cli(["serve", "--workers", "2"]);
  expect([workers.code, workers.err, workers.started]).toEqual([
    1,
    "twinwire: --workers: not supported yet\n",
    [],
  ]);
});

test("dev runs on loopback and prints the keys", async () => {
  const ran = await cli(["dev", "--port", "9001"]);
  expect(ran.started).toEqual([{ mode: "dev", port: 9001, address: "127.0.0.1" }]);
  for (const known of ["app-key", "app-secret", "api-key", "ws://127.0.0.1:9001/connection/websocket"]) {
    expect(ran.out).toContain(known);
  }
});

test("dev prints what works: the port it was given, addresses in brackets, nothing where it could not start", async () => {
  const free = await cli(["dev", "--port", "0", "--host", "::1"]);
  expect(free.out).toContain("Page        http://[::1]:40000\n");
  expect(free.out).toContain("ws://[::1]:40000/connection/websocket");
  expect((await cli(["dev"], {}, true)).out).toBe("");
});

test.each([
  ["0.0.0.0", true],
  ["::", true],
  ["192.168.1.7", true],
  ["example.com", true],
  ["127.0.0.1", false],
  ["127.1.2.3", false],
  ["::1", false],
  ["localhost", false],
])("dev on %s warns that everybody knows its keys: %p", async (host, warns) => {
  const ran = await cli(["dev", "--host", host]);
  expect(ran.started).toEqual([{ mode: "dev", port: 8000, address: host }]);
  if (warns) expect(ran.err).toStartWith(`twinwire: dev on ${host}: whoever reaches this address`);
  else expect(ran.err).toBe("");
});

test("dev prints no secret of a file", async () => {
  const file = written({ apps: [{ id: "1", key: "k", secret: "hunter2" }], http_api: { key: "hunter3" } });
  expect((await cli(["dev", "--config", file])).out).not.toContain("hunter");
});

test("a connection token is signed with HS256", async () => {
  const made = await cli([
    "token",
    "connect",
    "--user",
    "42",
    "--exp",
    "1h",
    "--info",
    '{"a":1}',
    "--secret",
    "s1",
  ]);
  const token = made.out.trim();
  const [head, body, signature] = token.split(".");
  expect(signature).toBe(createHmac("sha256", "s1").update(`${head}.${body}`).digest("base64url"));
  const claims = claimsOf(token) as { sub: string; iat: number; exp: number; info: unknown };
  expect([claims.sub, claims.exp - claims.iat, claims.info]).toEqual(["42", 3600, { a: 1 }]);
});

test("a subscription token takes key and claims from the configuration", async () => {
  const file = written({
    client: {
      token: { hmac_secret_key: "one" },
      subscription_token: { enabled: true, hmac_secret_key: "two", audience: "ws", user_id_claim: "uid" },
    },
  });
  const made = await cli([
    "token",
    "subscribe",
    "--user",
    "7",
    "--channel",
    "chat:1",
    "--exp",
    "0",
    "--config",
    file,
  ]);
  const token = made.out.trim();
  expect(claimsOf(token)).toMatchObject({ uid: "7", channel: "chat:1", aud: "ws" });
  expect(claimsOf(token)).not.toHaveProperty("exp");
  const [head, body, signature] = token.split(".");
  expect(signature).toBe(createHmac("sha256", "two").update(`${head}.${body}`).digest("base64url"));
});

test.each<[string, object, string]>([
  [
    "an address of keys",
    { jwks_public_endpoint: "https://k.example/", hmac_secret_key: "s" },
    "jwks_public_endpoint",
  ],
  ["a public key", { rsa_public_key: rsaPublicKey }, "rsa_public_key"],
  ["a pattern", { hmac_secret_key: "s", audience_regex: "^a+$" }, "audience_regex"],
  ["nothing", {}, "hmac_secret_key"],
])("a token is not signed where the configuration has %s", async (_, token, option) => {
  const ended = await cli(["token", "connect", "--user", "1", "--config", written({ client: { token } })]);
  expect([ended.code, ended.out]).toEqual([1, ""]);
  expect(ended.err).toContain(`client.token.${option}`);
});

test("a token is signed by the key of the app that is asked for, with the names that are given", async () => {
  const second = { id: "2", key: "l", secret: "t" };
  const tokens = { hmac_secret_key: "two", audience_regex: "^a+$", issuer_regex: "^i" };
  const file = written({
    apps: [
      { id: "1", key: "k", secret: "s" },
      { ...second, client: { token: tokens } },
    ],
    client: { token: { hmac_secret_key: "one", rsa_public_key: rsaPublicKey } },
  });
  const sign = ["token", "connect", "--user", "1", "--config", file];
  const signedBy = (token: string): string | undefined => {
    const [head, body, signature] = token.trim().split(".");
    return ["one", "two"].find(
      (key) => signature === createHmac("sha256", key).update(`${head}.${body}`).digest("base64url"),
    );
  };
  expect(signedBy((await cli(sign)).out)).toBe("one");
  const other = await cli([...sign, "--app", "l", "--audience", "aa", "--issuer", "i1"]);
  expect(signedBy(other.out)).toBe("two");
  expect(claimsOf(other.out.trim())).toMatchObject({ aud: "aa", iss: "i1" });
  expect((await cli([...sign, "--app", "m"])).err).toContain("--app");
});

test("a token without a key, a user or valid JSON is refused", async () => {
  expect((await cli(["token", "connect", "--user", "1", "--config", written({})])).code).toBe(1);
  expect((await cli(["token", "connect", "--secret", "s"])).code).toBe(1);
  expect((await cli(["token", "connect", "--user", "1", "--secret", "s", "--info", "{"])).code).toBe(1);
});

test.each(["publish", "channels"])("%s without an API key says where one is looked for", async (name) => {
  const ran = await cli([name, "news", ...(name === "publish" ? ["1"] : []), "--config", written({})]);
  expect([ran.code, ran.err]).toEqual([
    1,
    "twinwire: http_api.key: is not set: give a --config that has it, or TWINWIRE_HTTP_API_KEY\n",
  ]);
});

test("what talks to a server refuses wrong words before it calls", async () => {
  const key = written({ http_api: { key: "k" }, apps: [{ id: "1", key: "a", secret: "s" }] });
  expect((await cli(["tail", "news", "--config", key])).err).toContain(
    "client.token.hmac_secret_key: is empty",
  );
  const given = ["--config", key];
  expect((await cli(["publish", "news", "hello", ...given])).err).toContain("It must be JSON");
  expect((await cli(["channels", "--url", "ftp://x", ...given])).err).toContain("--url: is no URL");
  expect((await cli(["channels", "--app", "b", ...given])).err).toContain("--app: is the key of no app");
});

test("version and help end well, an unknown command does not", async () => {
  expect((await cli(["version"])).out).toMatch(/^\d+\.\d+\.\d+/);
  const help = await cli(["--help"]);
  expect([help.code, help.out.includes("check-config")]).toEqual([0, true]);
  expect((await cli(["serv"])).code).toBe(1);
  expect((await cli(["serve", "--port", "70000"])).code).toBe(1);
});

test("check-config --migrate writes a file for v6 once, readable by its owner alone", async () => {
  const file = written({ api_key: "hush", sockjs: true, client_insecure: true });
  const target = join(directory(), "new.json");
  const ran = await cli(["check-config", file, "--migrate", target]);
  expect(ran.code).toBe(0);
  expect(ran.out).toContain("api_key -> http_api.key\n");
  expect(ran.err).toBe("twinwire: left out, it has no place in v6: sockjs\n");
  expect(ran.out).not.toContain("hush");
  expect(JSON.parse(readFileSync(target, "utf8"))).toEqual({
    http_api: { key: "hush" },
    client: { insecure: true },
  });
  expect(statSync(target).mode & 0o777).toBe(0o600);
  expect((await cli(["check-config", target])).out).toBe("ok\n");
  expect((await cli(["check-config", file, "--migrate", target])).err).toContain("is there already");
});

test("--allow-unknown passes over what nobody knows, and says so", async () => {
  const file = written({ client: { insecure: true }, unheard_of: 1 });
  expect((await cli(["serve", "--config", file])).code).toBe(1);
  const ran = await cli(["serve", "--config", file, "--allow-unknown"]);
  expect(ran.started).toHaveLength(1);
  expect(ran.err).toContain("unheard_of: unknown option; passed over");
});
