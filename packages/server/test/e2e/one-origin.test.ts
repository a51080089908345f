import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { startProxy } from "../programs/proxy.ts";
import { keys, startTestServer, type TestServer } from "../server.ts";
import { TempFolder } from "./temp-folder.ts";
import { seconds, token as signed } from "./tokens.ts";

setDefaultTimeout(60_000);

const root = join(import.meta.dir, "..", "..", "..", "..");
const page = readFileSync(join(root, "docs", "one-origin.md"), "utf8");

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/one-origin.md: no ${language} block`);
  return found;
}

function replaced(text: string, ...pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((rest, [from, to]) => {
    if (!rest.includes(from)) throw new Error(`docs/one-origin.md has no ${from}`);
    return rest.replaceAll(from, to);
  }, text);
}

interface Surroundings {
  readonly folder: TempFolder;
  readonly port: number;
  readonly twinwire: number;
  readonly application: number;
}

/** The page's own file, with this machine's ports and certificate in it. */
function nginxSite({ folder: { path }, port, twinwire, application }: Surroundings): string {
  return replaced(
    block("nginx"),
    ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
    ["127.0.0.1:8000", `127.0.0.1:${twinwire}`],
    ["127.0.0.1:3000", `127.0.0.1:${application}`],
    ["/etc/ssl/vms.example.com/fullchain.pem", join(path, "cert.pem")],
    ["/etc/ssl/vms.example.com/privkey.pem", join(path, "key.pem")],
  );
}

function caddySite({ folder: { path }, port, twinwire, application }: Surroundings): string {
  return replaced(
    block("caddy"),
    ["vms.example.com {", `https://localhost:${port} {\n\ttls ${path}/cert.pem ${path}/key.pem`],
    ["127.0.0.1:8000", `127.0.0.1:${twinwire}`],
    ["127.0.0.1:3000", `127.0.0.1:${application}`],
  );
}

const kinds = [
  { name: "nginx", site: nginxSite },
  { name: "caddy", site: caddySite },
] as const;

/** The application behind the proxy: it publishes, and says what the proxy told it of the caller. */
function startApplication(twinwire: number) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/publish") {
        const body = { channel: "lobby", data: { type: "greeting", data: { text: "hello" } } };
        await fetch(`http://127.0.0.1:${twinwire}/api/publish`, {
          method: "POST",
          headers: { "x-api-key": keys.apiKey },
          body: JSON.stringify(body),
        });
      }
      const header = (name: string): string | null => request.headers.get(name);
      return Response.json(
        { path: pathname, proto: header("x-forwarded-proto"), host: header("x-forwarded-host") },
        { headers: { "x-answered-by": "application" } },
      );
    },
  });
}

/** What comes back to a request with this very path, which no client of ours would send. */
function answerTo(origin: string, path: string): Promise<string> {
  const curl = ["curl", "-s", "-i", "--insecure", "--http1.1", "--request-target", path, origin];
  return new Response(Bun.spawn(curl).stdout).text();
}

describe.each(kinds)("docs/one-origin.md", (kind) => {
  const missing = Bun.which(kind.name) === null;
  if (missing && process.env["CI"] === undefined) {
    process.stderr.write(`one-origin.test.ts: ${kind.name} is not installed, skipped\n`);
    return;
  }
  let server: TestServer;
  let application: ReturnType<typeof startApplication>;
  const folder = new TempFolder();

  beforeAll(() => {
    // tls_only: the server has to learn from the proxy that the client's connection is encrypted.
    server = startTestServer({
      apps: [{ ...keys.app, public_channels: true, tls_only: true }],
      channel: { without_namespace: { allow_subscribe_for_client: true } },
    });
    application = startApplication(server.port);
    const subject = ["-subj", "/CN=vms.example.com", "-addext", "subjectAltName=DNS:localhost"];
    const made = Bun.spawnSync(
      ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject].concat(
        ["-keyout", join(folder.path, "key.pem")],
        ["-out", join(folder.path, "cert.pem")],
      ),
    );
    expect(made.exitCode, made.stderr.toString()).toBe(0);
  });
  afterAll(async () => {
    await application.stop(true);
    await server[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test(`${kind.name}: application, Android, iOS and Centrifugo clients share host, port and certificate`, async () => {
    const around = { folder, port: freePort(), twinwire: server.port, application: application.port ?? 0 };
    await using proxy = await startProxy(kind.name, kind.site(around));
    expect(proxy).toBeDefined();
    // A name: under Bun, pusher-js cannot speak TLS to an address.
    const origin = `https://localhost:${around.port}`;
    const program = join(import.meta.dir, "one-origin.client.ts");
    const token = signed({ sub: "ann", exp: seconds(600) });
    const client = Bun.spawn([process.execPath, program, origin, keys.app.key, token], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder.path, "cert.pem") },
      stdout: "pipe",
      stderr: "inherit",
    });
    const answers = JSON.parse(await new Response(client.stdout).text()) as Record<string, unknown>;
    const heard = { text: "hello" };
    const host = expect.stringMatching(/^localhost(:\d+)?$/) as unknown;
    expect(answers).toEqual({
      application: { path: "/api/v1/wsurl", proto: "https", host },
      apiFromOutside: "application",
      ios: heard,
      android: heard,
      doubledSlash: heard,
      centrifuge: { type: "greeting", data: heard },
    });

    for (const path of ["/app/..\\health", "/app/\\..\\..\\health", "/app/../health", "/app/%2e%2e/health"]) {
      const answer = await answerTo(origin, path);
      const outside = /^x-answered-by: application\r$/im.test(answer) || /^HTTP\/1\.1 4/.test(answer);
      expect([path, outside ? "not Twinwire" : answer]).toEqual([path, "not Twinwire"]);
    }

    const [curl = ""] = /^curl .*$/m.exec(page) ?? [];
    const probe = replaced(curl, ["https://vms.example.com", origin], ["app-key", keys.app.key]);
    const trusted = `curl() { command curl -s --cacert ${folder.path}/cert.pem "$@"; }\n${probe}`;
    const told = await new Response(Bun.spawn(["bash", "-c", trusted]).stdout).text();
    expect(told).toContain("101 Switching Protocols");
    expect(told).toContain("pusher:connection_established");
  });
});
