import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { CentrifugeClient, PusherClient, type AppKeys } from "../clients.ts";
import { baseConfig } from "../server.ts";
import { Launched, twinwire } from "./launched.ts";
import { connectCentrifugo, openCentrifugo, subscribeCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, openPusher, pusherPath, subscribePusher } from "./raw-pusher.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(20_000);

/** What `init` wrote, as far as clients need it. */
interface Written {
  readonly apps: readonly [AppKeys];
  readonly client: { readonly token: { readonly hmac_secret_key: string } };
}

/** A server with a configuration fresh from `init`, in `config.json` of the folder. */
async function serveFresh(cwd: string): Promise<Launched> {
  const made = await twinwire(["init"], { cwd });
  expect(made).toMatchObject({ code: 0, stderr: "" });
  return Launched.start(["serve", "--host", "127.0.0.1", "--port", "0"], { cwd });
}

describe("init, check-config, serve", () => {
  test("let a client with a proper token and one with a proper signature in, and they hear each other", async () => {
    using folder = new TempFolder();
    await using server = await serveFresh(folder.path);
    const file = join(folder.path, "config.json");
    const { apps, client } = (await Bun.file(file).json()) as Written;
    const [app] = apps;
    await using pusher = await PusherClient.connect(server.port, { app });
    await using centrifuge = await CentrifugeClient.connect(server.port, {
      hmac: client.token.hmac_secret_key,
    });
    const channel = "private-room";
    expect(await pusher.join(channel)).toBe("done");
    expect(await centrifuge.join(channel)).toBe("done");
    await centrifuge.say(channel, "hello", { from: "centrifuge" });
    expect(await pusher.heard.next()).toMatchObject({ event: "client-hello", data: { from: "centrifuge" } });
    await pusher.say(channel, "hello", { from: "pusher" });
    expect(
      await centrifuge.heard.first(
        ({ event, data }) => event === "client-hello" && JSON.stringify(data).includes("pusher"),
      ),
    ).toBeDefined();
  });

  test("write a sound file that only its owner reads, and never over another", async () => {
    using folder = new TempFolder();
    const cwd = folder.path;
    const file = join(cwd, "config.json");
    expect((await twinwire(["init"], { cwd })).code).toBe(0);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect((await twinwire(["init"], { cwd })).code).toBe(1);
    expect(await twinwire(["check-config", file])).toEqual({ code: 0, stdout: "ok\n", stderr: "" });
  });

  test("let nobody in with another key or token", async () => {
    using folder = new TempFolder();
    await using server = await serveFresh(folder.path);
    expect(await CentrifugeClient.refusal(server.port, { hmac: "secret" })).toBe(3500);
    expect(await CentrifugeClient.refusal(server.port, { tokenless: true })).toBe(3501);
    using known = await openPusher(server.url, pusherPath("app-key"));
    expect((await known.closed).code).toBe(4001);
  });
});

describe("token", () => {
  test("connect and subscribe print what lets a client in", async () => {
    using folder = new TempFolder();
    await using server = await serveFresh(folder.path);
    const print = async (...args: string[]): Promise<string> => {
      const ended = await twinwire(["token", ...args, "--user", "ann"], { cwd: folder.path });
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return ended.stdout.trim();
    };
    using socket = await openCentrifugo(server.url);
    socket.send(JSON.stringify({ id: 1, connect: { token: await print("connect", "--exp", "1h") } }));
    expect(await socket.next()).toMatchObject({ id: 1, connect: { expires: true } });
    const channel = "private-room";
    socket.send(
      JSON.stringify({
        id: 2,
        subscribe: { channel, token: await print("subscribe", "--channel", channel) },
      }),
    );
    expect(await socket.next()).toMatchObject({ id: 2, subscribe: {} });
  });

  test.each([
    ["--channel", ["subscribe", "--channel", ""]],
    ["--exp", ["connect", "--exp", `${"9".repeat(400)}d`]],
  ])("says in one line that %s makes no sense", async (option, args) => {
    const ended = await twinwire(["token", ...args, "--user", "ann", "--secret", "s"]);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toContain(option);
    expect(ended.stderr.trimEnd()).not.toContain("\n");
  });

  test("says what it needs where there is no key", async () => {
    using folder = new TempFolder();
    const ended = await twinwire(["token", "connect", "--user", "ann"], { cwd: folder.path });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("client.token.hmac_secret_key");
  });
});

/** A P-256 certificate that nobody signed, as PEM files. */
function certificate(folder: TempFolder): { readonly cert_pem: string; readonly key_pem: string } {
  const cert = join(folder.path, "cert.pem");
  const key = join(folder.path, "key.pem");
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  const made = Bun.spawnSync([
    "openssl",
    "req",
    "-x509",
    "-nodes",
    ...curve,
    ...subject,
    "-keyout",
    key,
    "-out",
    cert,
  ]);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  return { cert_pem: cert, key_pem: key };
}

describe("TLS from files", () => {
  test("serves both wires and both APIs, and an app for TLS alone", async () => {
    using folder = new TempFolder();
    const config = {
      ...baseConfig(),
      http_server: { address: "127.0.0.1", port: 0, tls: { enabled: true, ...certificate(folder) } },
      channel: { without_namespace: { allow_subscribe_for_client: true } },
      apps: [{ id: "1000", key: "test-key", secret: "test-secret", public_channels: true, tls_only: true }],
    };
    const file = folder.write("c.json", JSON.stringify(config));
    await using server = await Launched.start(["serve", "--config", file]);
    const url = server.url.replace("http:", "https:");
    const pusher = await connectPusher(url);
    await subscribePusher(pusher, "news");
    using centrifugo = await connectCentrifugo(url);
    await subscribeCentrifugo(centrifugo, "news");
    const response = await fetch(`${url}/api/publish`, {
      method: "POST",
      headers: { "x-api-key": "test-api-key" },
      body: JSON.stringify({ channel: "news", data: { type: "n", data: { over: "TLS" } } }),
      tls: { rejectUnauthorized: false },
    });
    expect(response.status).toBe(200);
    await pusher.socket.having("TLS");
    await centrifugo.having("TLS");
    pusher.socket.close();
  });

  test("a certificate that is not there stops the start with its path", async () => {
    using folder = new TempFolder();
    const tls = { enabled: true, cert_pem: "nowhere.pem", key_pem: "nowhere.pem" };
    const file = folder.write("c.json", JSON.stringify({ ...baseConfig(), http_server: { port: 0, tls } }));
    const ended = await twinwire(["serve", "--config", file]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("http_server.tls.cert_pem");
  });
});
