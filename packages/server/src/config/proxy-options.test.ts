import { describe, expect, test } from "bun:test";
import { faultText } from "./faults.ts";
import { loadConfig, type Loaded } from "./load-config.ts";
import { assertServable } from "./servable.ts";

function load(options: object, env: Record<string, string> = {}): Loaded {
  return loadConfig({ text: { name: "c.json", content: JSON.stringify(options) }, env });
}

function faults(options: object): readonly string[] {
  const loaded = load(options);
  return loaded.ok ? [] : loaded.faults.map(faultText);
}

const endpoint = "https://app.example.com/centrifugo";

function connect(proxy: object): object {
  return { client: { proxy: { connect: { enabled: true, endpoint, ...proxy } } } };
}

test("a proxy has its defaults", () => {
  const loaded = load(connect({}));
  if (!loaded.ok) throw new Error("refused");
  expect(loaded.config.client.proxy.connect).toMatchObject({
    timeout: 1_000,
    http_headers: [],
    emulated_headers: [],
    binary_encoding: false,
    include_connection_meta: false,
    http: { static_headers: {}, status_to_code_transforms: [] },
  });
});

test("a connect proxy is a way in: a server with nothing else serves", () => {
  const loaded = load(connect({}));
  if (!loaded.ok) throw new Error("refused");
  expect(assertServable(loaded.config)).toEqual([]);
});

test("from the environment", () => {
  const env = {
    TWINWIRE_CLIENT_PROXY_CONNECT_ENABLED: "true",
    TWINWIRE_CLIENT_PROXY_CONNECT_ENDPOINT: endpoint,
    TWINWIRE_CLIENT_PROXY_CONNECT_HTTP_HEADERS: "Cookie Authorization",
  };
  const loaded = load({}, env);
  if (!loaded.ok) throw new Error("refused");
  expect(loaded.config.client.proxy.connect).toMatchObject({
    enabled: true,
    endpoint,
    http_headers: ["Cookie", "Authorization"],
  });
});

describe("what cannot work is told by its path", () => {
  test.each<[string, object, string]>([
    [
      "no endpoint",
      connect({ endpoint: "" }),
      "client.proxy.connect.endpoint: is required where client.proxy.connect.enabled is true",
    ],
    [
      "gRPC",
      connect({ endpoint: "grpc://app:3000" }),
      "client.proxy.connect.endpoint: gRPC is not supported yet: give an http or https URL",
    ],
    [
      "gRPC without a scheme",
      connect({ endpoint: "app:3000" }),
      "client.proxy.connect.endpoint: gRPC is not supported yet: give an http or https URL",
    ],
    [
      "another scheme",
      connect({ endpoint: "ftp://app" }),
      "client.proxy.connect.endpoint: must be an http or https URL",
    ],
    [
      "a password",
      connect({ endpoint: "http://a:hunter2@app" }),
      "client.proxy.connect.endpoint: must have no user and password in it (use http.static_headers)",
    ],
    ["no time", connect({ timeout: "0s" }), "client.proxy.connect.timeout: must be above 0"],
    [
      "a header that is none",
      connect({ http_headers: ["a b"] }),
      "client.proxy.connect.http_headers[0]: is no name of a header",
    ],
    [
      "a header of the request's own",
      connect({ emulated_headers: ["Host"] }),
      "client.proxy.connect.emulated_headers[0]: is a header that is set by the server",
    ],
    [
      "a static header of its own",
      connect({ http: { static_headers: { "Content-Type": "x" } } }),
      "client.proxy.connect.http.static_headers.Content-Type: is set by the server",
    ],
    [
      "a static header of two lines",
      connect({ http: { static_headers: { A: "b\nc" } } }),
      "client.proxy.connect.http.static_headers.A: must be printable ASCII",
    ],
    [
      "gRPC options",
      connect({ grpc_metadata: ["x"] }),
      "client.proxy.connect.grpc_metadata: not supported yet",
    ],
    [
      "a transform of success",
      connect({ http: { status_to_code_transforms: [{ status_code: 200, to_error: { code: 400 } }] } }),
      "client.proxy.connect.http.status_to_code_transforms[0].status_code: 200 is an answer of the application",
    ],
    [
      "a transform to both",
      connect({
        http: {
          status_to_code_transforms: [
            { status_code: 404, to_error: { code: 404 }, to_disconnect: { code: 4000 } },
          ],
        },
      }),
      "client.proxy.connect.http.status_to_code_transforms[0]: needs one of to_error and to_disconnect, with a code",
    ],
    [
      "an error code that is not the application's",
      connect({ http: { status_to_code_transforms: [{ status_code: 404, to_error: { code: 103 } }] } }),
      "client.proxy.connect.http.status_to_code_transforms[0].to_error.code: must be 400 to 1999",
    ],
    [
      "a namespace without an endpoint",
      { channel: { namespaces: [{ name: "aa", publish_proxy_enabled: true }] } },
      'channel.proxy.publish.endpoint: is required where channel.namespaces[0].publish_proxy_name is "default"',
    ],
    [
      "a name that is none",
      { channel: { without_namespace: { subscribe_proxy_enabled: true, subscribe_proxy_name: "x1" } } },
      'channel.without_namespace.subscribe_proxy_name: no proxy "x1" in proxies',
    ],
    [
      "a named proxy without an endpoint",
      {
        proxies: [{ name: "x1" }],
        rpc: { namespaces: [{ name: "aa", proxy_enabled: true, proxy_name: "x1" }] },
      },
      'proxies[0].endpoint: is required where rpc.namespaces[0].proxy_name is "x1"',
    ],
    [
      "a name twice",
      {
        proxies: [
          { name: "x1", endpoint },
          { name: "x1", endpoint },
        ],
      },
      'proxies[1].name: "x1" is also the name of proxies[0]',
    ],
    [
      "a name of all",
      { proxies: [{ name: "default", endpoint }] },
      'proxies[0].name: "default" is the proxy of each section',
    ],
    [
      "a stream proxy",
      { channel: { without_namespace: { subscribe_stream_proxy_enabled: true } } },
      "channel.without_namespace.subscribe_stream_proxy_enabled: not supported yet",
    ],
    [
      "another app's",
      {
        apps: [
          { id: "1", key: "a", secret: "s", public_channels: true },
          {
            id: "2",
            key: "b",
            secret: "s",
            public_channels: true,
            client: { proxy: { refresh: { enabled: true } } },
          },
        ],
      },
      "apps[1].client.proxy.refresh.endpoint: is required where apps[1].client.proxy.refresh.enabled is true",
    ],
  ])("%s", (_, options, fault) => {
    expect(faults(options)).toEqual([fault]);
  });

  test("nothing of an endpoint is shown", () => {
    expect(faults(connect({ endpoint: 5 })).join()).not.toContain("5");
    expect(faults(connect({ endpoint: "ftp://app?key=hunter2" })).join()).not.toContain("hunter2");
  });
});
