import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { loadConfig } from "../../src/config/index.ts";
import { startTestServer, type TestServer } from "../server.ts";
import { Application } from "./application.ts";
import { Authority, type Certificate } from "./authority.ts";
import { codeOr, connect, connected } from "./official-client.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(20_000);

let authority: Authority;
let backEnd: Certificate;
let shown: Certificate;
let stranger: Authority;

beforeAll(() => {
  authority = new Authority();
  backEnd = authority.issue("back-end", "DNS:back.internal");
  shown = authority.issue("twinwire");
  stranger = new Authority("somebody else");
});

afterAll(() => {
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
});

/** An application that asks whoever calls for a certificate of the authority. */
function application(): Application {
  const yes = { result: {} };
  const answers = { publish: yes, subscribe: yes, rpc: { result: { data: 1 } }, named: yes };
  const tls = {
    cert: backEnd.cert,
    key: backEnd.key,
    ca: authority.pem,
    requestCert: true,
    rejectUnauthorized: true,
  };
  return new Application({ connect: { result: { user: "ann" } }, ...answers }, tls);
}

/** What an operator would write, each option in another of its forms. */
function good(): object {
  return {
    enabled: true,
    cert_pem: shown.certFile,
    key_pem: Buffer.from(shown.key).toString("base64"),
    server_ca_pem: authority.pem,
    client_ca_pem: "has no effect",
    server_name: "back.internal",
  };
}

function withRpc(of: Application, tls: object): TestServer {
  const proxy = of.proxy("rpc", { http: { tls } });
  return startTestServer({ rpc: { proxy, without_namespace: { proxy_enabled: true } } });
}

async function answerOf(server: TestServer): Promise<unknown> {
  const { centrifuge } = await connected(server.url, { token: token({ sub: "ann" }) });
  const answer = await codeOr(centrifuge.rpc("sum", {}));
  centrifuge.disconnect();
  return typeof answer === "number" ? answer : (answer.data as unknown);
}

describe("an application that speaks TLS, and wants a certificate", () => {
  test("is asked by every proxy", async () => {
    await using back = application();
    const proxy = (name: string): object => back.proxy(name, { http: { tls: good() } });
    await using server = startTestServer({
      client: { proxy: { connect: { enabled: true, ...proxy("connect") } } },
      rpc: { proxy: proxy("rpc"), without_namespace: { proxy_enabled: true } },
      proxies: [{ name: "named", ...proxy("named") }],
      channel: {
        proxy: { subscribe: proxy("subscribe"), publish: proxy("publish") },
        without_namespace: { subscribe_proxy_enabled: true, publish_proxy_enabled: true },
        namespaces: [{ name: "own", subscribe_proxy_enabled: true, subscribe_proxy_name: "named" }],
      },
    });
    const { centrifuge } = await connected(server.url);
    for (const channel of ["room", "own:room"]) {
      const subscription = centrifuge.newSubscription(channel);
      const subscribed = new Promise((resolve) => subscription.once("subscribed", resolve));
      subscription.subscribe();
      await subscribed;
    }
    await centrifuge.publish("room", {});
    expect((await centrifuge.rpc("sum", {})).data as unknown).toBe(1);
    expect(new Set(back.calls.all.map((call) => call.proxy))).toEqual(
      new Set(["connect", "subscribe", "named", "publish", "rpc"]),
    );
    centrifuge.disconnect();
  });

  test.each<[string, () => object, unknown]>([
    ["without TLS options", () => ({}), 100],
    ["without its authority", () => ({ ...good(), server_ca_pem: "" }), 100],
    ["by another authority", () => ({ ...good(), server_ca_pem: stranger.file }), 100],
    [
      "by the name of the URL, which its certificate does not have",
      () => ({ ...good(), server_name: "" }),
      100,
    ],
    ["without a certificate", () => ({ ...good(), cert_pem: "", key_pem: "" }), 100],
    ["with the options switched off", () => ({ ...good(), enabled: false }), 100],
    [
      "whoever it is",
      () => ({ ...good(), server_ca_pem: "", server_name: "", insecure_skip_verify: true }),
      1,
    ],
    ["as it should be", good, 1],
  ])("asked %s", async (_, tls, answer) => {
    await using back = application();
    await using server = withRpc(back, tls());
    expect(await answerOf(server)).toBe(answer);
  });
});

test("a connect proxy that cannot be trusted lets nobody in", async () => {
  await using back = application();
  const proxy = {
    enabled: true,
    ...back.proxy("connect", { http: { tls: { ...good(), server_ca_pem: stranger.pem } } }),
  };
  await using server = startTestServer({ client: { proxy: { connect: proxy } } });
  expect(await connect(server.url)).toBe(100);
  expect(back.calls.all).toEqual([]);
});

test.each<[string, () => object, string]>([
  ["no PEM", () => ({ cert_pem: "nowhere.pem", key_pem: shown.key }), "cert_pem"],
  ["a certificate without its key", () => ({ cert_pem: shown.cert }), "key_pem"],
  ["a key without its certificate", () => ({ key_pem: shown.key }), "cert_pem"],
  ["the key of another certificate", () => ({ cert_pem: shown.cert, key_pem: backEnd.key }), "key_pem"],
  ["a key as authority", () => ({ server_ca_pem: shown.key }), "server_ca_pem"],
])("%s stops the start by name", (_, tls, name) => {
  const proxy = { endpoint: "https://back.internal/", http: { tls: { enabled: true, ...tls() } } };
  const content = JSON.stringify({ rpc: { proxy }, proxies: [{ name: "one", ...proxy }] });
  const loaded = loadConfig({ text: { name: "c.json", content }, env: {} });
  const faults = loaded.ok ? [] : loaded.faults;
  expect(faults.map(({ path }) => path).sort()).toEqual([
    `proxies[0].http.tls.${name}`,
    `rpc.proxy.http.tls.${name}`,
  ]);
  expect(JSON.stringify(faults)).not.toContain("PRIVATE KEY");
});
