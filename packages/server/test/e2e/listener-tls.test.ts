import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { loadConfig } from "../../src/config/index.ts";
import { freePort } from "../free-port.ts";
import { baseConfig, keys, startTestServer } from "../server.ts";
import { Authority, type Certificate } from "./authority.ts";
import { Launched, twinwire } from "./launched.ts";
import { openCentrifugo } from "./raw-centrifugo.ts";
import { openPusher } from "./raw-pusher.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(30_000);

let authority: Authority;
let stranger: Authority;
let server: Certificate;
let known: Certificate;
let foreign: Certificate;

beforeAll(() => {
  authority = new Authority();
  stranger = new Authority("somebody else");
  server = authority.issue("server", "IP:127.0.0.1");
  known = authority.issue("known");
  foreign = stranger.issue("foreign");
});

afterAll(() => {
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
});

const files = (): object => ({ enabled: true, cert_pem: server.certFile, key_pem: server.keyFile });

/** Status of the health check, or that there was none. */
async function health(url: string, shown?: Certificate): Promise<number | "no answer"> {
  const tls = { ca: authority.pem, ...(shown === undefined ? {} : { cert: shown.cert, key: shown.key }) };
  return fetch(`${url}/health`, { tls }).then(
    ({ status }) => status,
    () => "no answer" as const,
  );
}

describe("client_ca_pem", () => {
  test("lets clients of both wires in by a certificate of its authority alone", async () => {
    // What else stands there is for connections that a server opens, and says nothing.
    const rest = { server_ca_pem: "x", insecure_skip_verify: true, server_name: "x" };
    const tls = { ...files(), client_ca_pem: authority.file, ...rest };
    await using running = startTestServer({ http_server: { address: "127.0.0.1", port: 0, tls } });
    const url = `https://127.0.0.1:${running.port}`;
    using centrifugo = await openCentrifugo(url, { certificate: known });
    centrifugo.send(JSON.stringify({ id: 1, connect: {} }));
    expect((await centrifugo.closed).code).toBe(3501);
    using pusher = await openPusher(url, undefined, { certificate: known });
    await pusher.having("pusher:connection_established");
    expect(await health(url, known)).toBe(200);

    expect(await health(url)).toBe("no answer");
    expect(await health(url, foreign)).toBe("no answer");
    for (const options of [{}, { certificate: foreign }]) {
      expect(await openCentrifugo(url, options).catch(() => "not in" as const)).toBe("not in");
      expect(await openPusher(url, undefined, options).catch(() => "not in" as const)).toBe("not in");
    }
  });

  test("that is none stops the start by name", () => {
    const tls = { ...files(), client_ca_pem: server.keyFile };
    const content = JSON.stringify({ http_server: { tls } });
    const loaded = loadConfig({ text: { name: "c.json", content }, env: {} });
    expect(loaded.ok ? [] : loaded.faults.map(({ path }) => path)).toEqual(["http_server.tls.client_ca_pem"]);
  });
});

describe("the internal port", () => {
  test.each<[string, () => object, "http" | "https"]>([
    ["the TLS of the other port", () => ({ tls: files() }), "https"],
    ["none with tls_external", () => ({ tls: files(), tls_external: true }), "http"],
    ["its own with both", () => ({ tls: files(), tls_external: true, internal_tls: files() }), "https"],
    ["its own alone", () => ({ internal_tls: files() }), "https"],
  ])("has %s", async (_, options, scheme) => {
    using folder = new TempFolder();
    const internal = freePort();
    const listening = { address: "127.0.0.1", port: 0, internal_port: internal, ...options() };
    const file = folder.write("c.json", JSON.stringify({ ...baseConfig(), http_server: listening }));
    await using running = await Launched.start(["serve", "--config", file]);
    expect(await health(`${scheme}://127.0.0.1:${internal}`)).toBe(200);
    expect(await health(`${scheme === "http" ? "https" : "http"}://127.0.0.1:${internal}`)).toBe("no answer");
    expect(running.pid).toBeGreaterThan(0);
    // The command line asks where the server answers, by the same options.
    const env = { NODE_EXTRA_CA_CERTS: authority.file };
    expect(await twinwire(["channels", "--config", file], { env })).toMatchObject({ code: 0, stderr: "" });
  });

  test("has an authority of its own for clients", async () => {
    const internal = freePort();
    const inside = { ...files(), client_ca_pem: authority.pem };
    await using running = startTestServer({
      http_server: { address: "127.0.0.1", port: 0, internal_port: internal, internal_tls: inside },
    });
    const call = (shown?: Certificate): Promise<number | "no answer"> =>
      fetch(`https://127.0.0.1:${internal}/api/info`, {
        method: "POST",
        headers: { "x-api-key": keys.apiKey },
        body: "{}",
        tls: { ca: authority.pem, ...(shown === undefined ? {} : { cert: shown.cert, key: shown.key }) },
      }).then(
        ({ status }) => status,
        () => "no answer" as const,
      );
    expect(await call(known)).toBe(200);
    expect(await call()).toBe("no answer");
    using client = await openCentrifugo(running.url);
    client.send(JSON.stringify({ id: 1, connect: {} }));
    expect((await client.closed).code).toBe(3501);
  });
});
