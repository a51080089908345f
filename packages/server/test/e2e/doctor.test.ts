import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { second } from "../bridge/second-app.ts";
import { freePort } from "../free-port.ts";
import { baseConfig, keys, startTestServer, type TestServer } from "../server.ts";
import { examine } from "../../src/cli/doctor/doctor.ts";
import type { Patient } from "../../src/cli/doctor/patient.ts";
import { firstCause, reportText, type Check, type CheckName } from "../../src/cli/doctor/report.ts";
import { readTarget } from "../../src/cli/doctor/target.ts";
import { passingProxy, strippingProxy } from "./broken-proxies.ts";
import { Launched, twinwire } from "./launched.ts";
import { Scrape } from "./scrape.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(20_000);

const page = readFileSync(join(import.meta.dir, "../../../../docs/doctor.md"), "utf8");

const folder = new TempFolder();
const certificate = join(folder.path, "cert.pem");
const servers: AsyncDisposable[] = [];
/** A sound server with a second app, one that is off and one that wants TLS. */
let server: TestServer;
let encrypted: TestServer;

const off = { id: "3000", key: "off-key", secret: "off-secret", enabled: false };
const tlsOnly = { id: "4000", key: "tls-key", secret: "tls-secret", tls_only: true };
const shop = "https://shop.example";

const apps = [
  { ...keys.app, public_channels: true, allowed_origins: [shop] },
  { ...second, public_channels: true },
  { ...off, public_channels: true },
  { ...tlsOnly, public_channels: true },
];

beforeAll(() => {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const made = Bun.spawnSync(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject].concat(
      ["-keyout", join(folder.path, "key.pem")],
      ["-out", certificate],
    ),
  );
  expect(made.exitCode, made.stderr.toString()).toBe(0);
  server = startTestServer({ apps });
  const tls = {
    enabled: true,
    cert_pem: readFileSync(certificate, "utf8"),
    key_pem: readFileSync(join(folder.path, "key.pem"), "utf8"),
  };
  encrypted = startTestServer({ http_server: { address: "127.0.0.1", port: 0, tls } });
  servers.push(server, encrypted);
});

afterAll(async () => {
  for (const one of servers) await one[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

type Given = Partial<Omit<Patient, "target">> & { readonly url: string };

/** What the doctor finds; without more, of the first app with all that there is to look at. */
async function visit({ url, ...given }: Given): Promise<readonly Check[]> {
  const target = readTarget(url);
  if (typeof target === "string") throw new Error(target);
  const { id, key, secret } = keys.app;
  const now = (): number => Date.now();
  return examine({ target, key, secret, appId: id, pageOrigin: shop, timeout: 5_000, now, ...given });
}

interface SetUp {
  /** As in the table of docs/doctor.md. */
  readonly title: string;
  readonly check: CheckName;
  readonly said: string;
  readonly mend: string;
  /** What is visited; `open` keeps what has to be closed. */
  readonly given: (open: <T extends Disposable>(one: T) => T) => Given;
}

const hour = 3_600_000;

const broken: readonly SetUp[] = [
  {
    title: "the server is down",
    check: "reachable",
    said: "nothing listens on port",
    mend: "start the server",
    given: () => ({ url: `http://127.0.0.1:${freePort()}` }),
  },
  {
    title: "another program has the port",
    check: "server",
    said: "something else than a Pusher server answers: 200",
    mend: "look at the port",
    given: (open) => {
      const other = open(
        Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("<h1>Shop</h1>") }),
      );
      return { url: other.url.origin };
    },
  },
  {
    title: "nobody trusts the certificate",
    check: "tls",
    said: "the certificate is self-signed",
    mend: "public authority",
    given: () => ({ url: `https://localhost:${encrypted.port}` }),
  },
  {
    title: "the proxy does not upgrade",
    check: "upgrade",
    said: "the proxy does not pass the upgrade on",
    mend: "proxy_set_header Upgrade",
    given: (open) => ({ url: open(passingProxy(server.url)).url.origin }),
  },
  {
    title: "the proxy leaves the prefix on",
    check: "path",
    said: "leaves /ws on",
    mend: "with the slash at the end",
    given: (open) => ({ url: `${open(passingProxy(server.url, "/ws")).url.origin}/ws` }),
  },
  {
    title: "the key is none of the server's",
    check: "app",
    said: "no app with the key staging-key (4001)",
    mend: "apps[].key",
    given: () => ({ url: server.url, key: "staging-key" }),
  },
  {
    title: "the secret is another",
    check: "secret",
    said: "the signature of a private channel is refused",
    mend: "apps[].secret",
    given: () => ({ url: server.url, secret: "another-secret" }),
  },
  {
    title: "the app id is that of another app",
    check: "api",
    said: `the app id ${second.id} is that of another app`,
    mend: "one and the same app",
    given: () => ({ url: server.url, appId: second.id }),
  },
  {
    title: "a clock is off by an hour",
    check: "clock",
    said: "s ahead of the server's: signed requests hold for 600 s",
    mend: "NTP",
    given: () => ({ url: server.url, now: () => Date.now() + hour }),
  },
  {
    title: "the origin is not allowed",
    check: "origin",
    said: "pages of https://blog.example may not connect",
    mend: "apps[].allowed_origins",
    given: () => ({ url: server.url, pageOrigin: "https://blog.example" }),
  },
  {
    title: "the app is disabled",
    check: "app",
    said: "the app is disabled (4003)",
    mend: "apps[].enabled",
    given: () => ({ url: server.url, key: off.key, secret: off.secret, appId: off.id }),
  },
  {
    title: "the app wants TLS, and the URL is plain",
    check: "tls",
    said: "encrypted connections only (4000)",
    mend: "https://",
    given: () => ({ url: server.url, key: tlsOnly.key, secret: tlsOnly.secret, appId: tlsOnly.id }),
  },
];

/** Takes connections, and says what it is given, if that is anything. */
function strangeServer(says = ""): Promise<Disposable & { readonly url: string }> {
  const listening = createServer((socket) => {
    socket.on("error", () => undefined);
    if (says !== "") socket.write(says);
  });
  return new Promise((resolve) => {
    listening.listen(0, "127.0.0.1", () => {
      const address = listening.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      resolve({ url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void listening.close() });
    });
  });
}

const more: readonly SetUp[] = [
  {
    title: "the app id is nobody's",
    check: "api",
    said: "no app with the id 9999",
    mend: "apps[].id",
    given: () => ({ url: server.url, appId: "9999" }),
  },
  {
    title: "the proxy does not reach the server",
    check: "server",
    said: "a proxy answers 502",
    mend: "start the server",
    given: (open) => ({ url: open(passingProxy(`http://127.0.0.1:${freePort()}`)).url.origin }),
  },
  {
    title: "the proxy redirects",
    check: "server",
    said: "301: a redirect to “https://example.org/app/test-key”",
    mend: "the address that it leads to",
    given: (open) => {
      const fetch = (request: Request): Response =>
        Response.redirect(`https://example.org${request.url.slice(request.url.indexOf("/", 8))}`, 301);
      return { url: open(Bun.serve({ port: 0, hostname: "127.0.0.1", fetch })).url.origin };
    },
  },
  {
    title: "https to a plain port",
    check: "tls",
    said: "does not speak TLS",
    mend: "http://",
    given: () => ({ url: server.url.replace("http:", "https:") }),
  },
  {
    title: "http to a TLS port",
    check: "tls",
    said: "this port speaks TLS",
    mend: "https://",
    given: () => ({ url: `http://127.0.0.1:${encrypted.port}` }),
  },
  {
    title: "a host that does not exist",
    check: "reachable",
    said: "there is no host nowhere.invalid",
    mend: "DNS",
    given: () => ({ url: "http://nowhere.invalid" }),
  },
  {
    title: "the prefix is taken off for WebSockets alone",
    check: "path",
    said: "/pusher/apps/ is answered with 404",
    mend: "take /pusher off",
    given: () => ({ url: `${server.url}/pusher` }),
  },
  {
    title: "the server is under another path",
    check: "path",
    said: "not at http",
    mend: "no path",
    given: () => ({ url: `${server.url}/realtime` }),
  },
  {
    title: "this machine's clock is behind",
    check: "clock",
    said: "s behind the server's",
    mend: "UTC",
    given: () => ({ url: server.url, now: () => Date.now() - hour }),
  },
  {
    title: "a clock that drifts is a warning",
    check: "clock",
    said: "ahead of the server's",
    mend: "NTP",
    given: () => ({ url: server.url, now: () => Date.now() + 120_000 }),
  },
];

async function expectCause({ check, said, mend, given }: SetUp): Promise<void> {
  using open = new DisposableStack();
  const checks = await visit(given((one) => open.use(one)));
  const cause = firstCause(checks);
  expect(cause?.check, reportText(checks)).toBe(check);
  expect(cause?.said).toContain(said);
  expect(cause?.mend).toContain(mend);
  for (const app of [keys.app, second, off, tlsOnly])
    expect(JSON.stringify(checks)).not.toContain(app.secret);
}

describe("twelve broken set-ups are each told by their cause first", () => {
  test("and they are twelve, and are those of docs/doctor.md", () => {
    expect(broken).toHaveLength(12);
    const rows = page.split("\n").filter((line) => /^\| \d+ /.test(line));
    expect(rows.map((row) => row.split("|")[2]?.trim())).toEqual(broken.map(({ title }) => title));
    for (const [i, { check }] of broken.entries()) expect(rows[i]?.split("|")[3]).toContain(`${check}: `);
  });

  test.each(broken.map((setUp) => [setUp.title, setUp] as const))("%s", (_title, setUp) =>
    expectCause(setUp),
  );
});

describe("and some more", () => {
  test.each(more.map((setUp) => [setUp.title, setUp] as const))("%s", (_title, setUp) => expectCause(setUp));

  test("a server that takes connections and says nothing is not waited for", async () => {
    using silent = await strangeServer();
    const cause = firstCause(await visit({ url: silent.url, timeout: 200 }));
    expect([cause?.check, cause?.said]).toEqual(["reachable", "no answer within 0.2 s"]);
  });

  test("a server that never ends its answer is not waited for, and named by what it has said", async () => {
    using endless = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              controller.enqueue(new Uint8Array(10).fill(122));
              await Bun.sleep(10);
            },
          }),
        ),
    });
    const cause = firstCause(await visit({ url: endless.url.origin, timeout: 300 }));
    expect(cause?.check).toBe("server");
    expect(cause?.said).toContain("something else than a Pusher server answers: 200, “zzz");
  });

  test.each([
    ["an SSH server", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["garbage", "\u0000\u0001 lorem ipsum dolor\r\n\r\n"],
  ])("%s in place of an HTTP server is named", async (_title, says) => {
    using strange = await strangeServer(says);
    const checks = await visit({ url: strange.url });
    const cause = firstCause(checks);
    expect(cause?.check).toBe("server");
    expect(cause?.said).toContain("does not speak HTTP");
    expect(checks[0]?.verdict).toBe("ok");
  });

  test("a server that closes in place of an answer, and names no idle time, is told as that", async () => {
    using abrupt = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request, own) =>
        own.upgrade(request) ? undefined : Response.json({ channels: {} }, { status: 200 }),
      websocket: {
        open: (socket) =>
          void socket.send('{"event":"pusher:connection_established","data":{"socket_id":"1.2"}}'),
        message: (socket) => {
          socket.close(1011, "boom\u202e");
        },
      },
    });
    const checks = await visit({ url: abrupt.url.origin, pageOrigin: undefined });
    expect(firstCause(checks)?.said).toBe(
      "the connection is closed in place of an answer to a subscription: “1011 boom”",
    );
    expect(reportText(checks)).not.toContain("NaN");
  });

  test("a report fits a terminal of 80 columns, each line below its own text", async () => {
    const text = reportText(await visit({ url: server.url, secret: "another-secret" }));
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toContain("\n                 have to wait longer (nginx: 60 s");
    expect(text).toContain(
      "\nTo mend it: give the back end the secret that stands beside this key in the\n  server's",
    );
  });

  test("what a hostile server says reaches the terminal as one line, without the secret or a signature", async () => {
    using hostile = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) =>
        new Response(`\u001b[31m${keys.app.secret}\n${url} ${"ab".repeat(32)}`, { status: 418 }),
    });
    const text = reportText(await visit({ url: hostile.url.origin }));
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain(keys.app.secret);
    expect(text).not.toMatch(/[0-9a-f]{64}/);
  });
});

describe("a sound set-up gives no cause", () => {
  const well = (checks: readonly Check[]): void => {
    expect(firstCause(checks), reportText(checks)).toBeUndefined();
    expect(checks.map(({ verdict }) => verdict)).toEqual(checks.map(() => "ok"));
  };

  test("as it is", async () => {
    well(await visit({ url: server.url }));
  });

  test("with what a client's configuration or a browser shows for a URL", async () => {
    well(await visit({ url: `${server.url.replace("http", "ws")}/app/${keys.app.key}?protocol=7` }));
  });

  test("behind a proxy that takes its prefix off", async () => {
    await using proxy = await strippingProxy(server.port, "/ws");
    well(await visit({ url: `http://127.0.0.1:${proxy.port}/ws/` }));
  });

  test("with a previous pair", async () => {
    await using rotating = startTestServer({
      apps: [{ ...keys.app, public_channels: true, previous: [{ key: "old-key", secret: "old-secret" }] }],
    });
    well(await visit({ url: rotating.url, key: "old-key", secret: "old-secret" }));
  });

  test("and leaves no connection and no channel behind", async () => {
    await using quiet = startTestServer();
    well(await visit({ url: quiet.url }));
    const { closes, connections } = await settled(quiet.url);
    expect([closes, connections]).toEqual([3, 0]);
  });
});

/** Connections closed and open, once none is. */
async function settled(url: string): Promise<{ closes: number; connections: number }> {
  for (;;) {
    const scrape = await Scrape.of(url);
    const connections = scrape.value("twinwire_connections", { wire: "pusher" });
    if (connections === 0)
      return { connections, closes: scrape.value("twinwire_closes_total", { wire: "pusher" }) };
    await Bun.sleep(5);
  }
}

describe("the command", () => {
  const { id, key, secret } = keys.app;

  test("ends with 0 where all is well, over TLS that is trusted, with the secret from the environment", async () => {
    const file = folder.write(
      "tls.json",
      JSON.stringify({
        ...baseConfig(),
        http_server: {
          address: "127.0.0.1",
          port: 0,
          tls: {
            enabled: true,
            cert_pem: readFileSync(certificate, "utf8"),
            key_pem: readFileSync(join(folder.path, "key.pem"), "utf8"),
          },
        },
      }),
    );
    await using running = await Launched.start(["serve", "--config", file]);
    const url = `https://localhost:${running.port}`;
    const env = { TWINWIRE_SECRET: secret, NODE_EXTRA_CA_CERTS: certificate };
    const args = ["doctor", url, "--key", key, "--app-id", id, "--origin", shop];
    const ended = await twinwire(args, { env });
    expect(ended.stdout).toEndWith("\n\nAll is well.\n");
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(ended.stdout.match(/^ok /gm)).toHaveLength(11);
  });

  test("ends with 1 and the cause where something is wrong, as text and as JSON, and never prints the secret", async () => {
    const args = ["doctor", server.url, "--key", key, "--secret", "not-the-secret", "--app-id", id];
    const text = await twinwire(args);
    expect([text.code, text.stderr]).toEqual([1, ""]);
    expect(text.stdout).toContain("fail  secret     the signature of a private channel is refused");
    expect(text.stdout).toContain("\nFirst cause: secret: ");
    expect(text.stdout).toContain("\nTo mend it: give the back end the secret");
    const json = await twinwire([...args, "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ url: server.url, ok: false, cause: { check: "secret" } });
    expect(text.stdout + json.stdout).not.toContain("not-the-secret");
  });

  test("says what it did not look at, for want of a secret", async () => {
    const ended = await twinwire(["doctor", server.url, "--key", key]);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("-     secret     not looked at: give --secret, or TWINWIRE_SECRET");
  });

  test.each<[string, readonly string[], string]>([
    ["no key", ["doctor", "http://127.0.0.1"], "--key"],
    ["no URL", ["doctor", "--key", "a"], "url"],
    ["a host alone", ["doctor", "example.org", "--key", "a"], "https://example.org"],
    ["another scheme", ["doctor", "ftp://example.org", "--key", "a"], "https://"],
    ["a password in the URL", ["doctor", "http://u:hunter2@example.org", "--key", "a"], "no password"],
    [
      "an origin that is none",
      ["doctor", "http://a.invalid", "--key", "a", "--origin", "x"],
      "https://example.org",
    ],
  ])("refuses %s with a word of what would do", async (_title, args, said) => {
    const ended = await twinwire(args);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(said);
    expect(ended.stderr).not.toContain("hunter2");
  });
});
