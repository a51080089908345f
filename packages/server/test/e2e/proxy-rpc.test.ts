import { describe, expect, test } from "bun:test";
import { keys, startTestServer, type TestServer } from "../server.ts";
import { Application } from "./application.ts";
import { codeOr, connected } from "./official-client.ts";
import { connectCentrifugo } from "./raw-centrifugo.ts";
import { token } from "./tokens.ts";

function serverFor(application: Application, options: object = {}, rpc: object = {}): TestServer {
  return startTestServer({
    client: { token: { hmac_secret_key: keys.hmac } },
    proxies: [{ name: "billing", ...application.proxy("billing") }],
    rpc: {
      proxy: application.proxy("rpc", options),
      without_namespace: { proxy_enabled: true },
      namespaces: [{ name: "billing", proxy_enabled: true, proxy_name: "billing" }, { name: "silent" }],
      ...rpc,
    },
  });
}

function client(server: TestServer, claims: Readonly<Record<string, unknown>> = { sub: "ann" }) {
  return connected(server.url, { token: token(claims) });
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

test.each<[string, object, unknown]>([
  ["an empty result", { result: {} }, undefined],
  ["no result", {}, undefined],
  ["data", { result: { data: { sum: 1.5 } } }, { sum: 1.5 }],
  ["data null", { result: { data: null } }, null],
  ["b64data, which wins", { result: { data: 1, b64data: base64([2]) } }, [2]],
])("field of the result → what the client gets: %s", async (_, answer, expected) => {
  await using application = new Application({ rpc: answer });
  await using server = serverFor(application);
  const { centrifuge } = await client(server);
  expect((await centrifuge.rpc("sum", { a: 1 })).data as unknown).toEqual(expected);
  centrifuge.disconnect();
});

test.each<[string, object, number]>([
  ["error", { error: { code: 1999, message: "no" } }, 1999],
  ["garbage", { result: "x" }, 100],
  ["b64data that is no base64", { result: { b64data: "%%" } }, 100],
])("refused by %s", async (_, answer, code) => {
  await using application = new Application({ rpc: answer });
  await using server = serverFor(application);
  const { centrifuge } = await client(server);
  expect(await codeOr(centrifuge.rpc("sum", {}))).toBe(code);
  centrifuge.disconnect();
});

test("bytes that are no JSON close a JSON client, as in Centrifugo; a disconnect is the application's own", async () => {
  await using application = new Application({
    rpc: ({ body }) =>
      body["method"] === "bytes"
        ? { result: { b64data: "/w==" } }
        : { disconnect: { code: 4000, reason: "come back" } },
  });
  await using server = serverFor(application);
  const one = await connectCentrifugo(server.url);
  one.send('{"id":2,"rpc":{"method":"bytes"}}');
  expect(await one.closed).toMatchObject({ code: 3506 });
  const other = await connectCentrifugo(server.url);
  other.send('{"id":2,"rpc":{"method":"end"}}');
  expect(await other.closed).toMatchObject({ code: 4000, reason: "come back" });
});

test("the application is told who calls what with which data, as it is written", async () => {
  await using application = new Application({ rpc: { result: {} } });
  await using server = serverFor(application, { include_connection_meta: true });
  const socket = await connectCentrifugo(server.url);
  socket.send('{"id":2,"rpc":{"method":"sum","data":{"n":12345678901234567890, "f":1.0}}}');
  await socket.having('{"id":2,"rpc":{}}');
  const { body, text } = await application.call("rpc");
  expect(body).toMatchObject({ user: "ann", method: "sum", transport: "websocket", encoding: "json" });
  expect(text).toContain('"data":{"n":12345678901234567890, "f":1.0}');
  expect(body).not.toHaveProperty("meta");
});

describe("which proxy a method goes to", () => {
  test.each<[string, string | number]>([
    ["sum", "rpc"],
    ["", "rpc"],
    ["billing:pay", "billing"],
    ["silent:x", 108],
    ["nowhere:x", 104],
  ])("%p: %p", async (method, expected) => {
    await using application = new Application({ rpc: { result: {} }, billing: { result: {} } });
    await using server = serverFor(application);
    const { centrifuge } = await client(server);
    const said = await codeOr(centrifuge.rpc(method, {}));
    if (typeof expected === "number") expect(said).toBe(expected);
    expect(application.calls.all.map(({ proxy }) => proxy)).toEqual(
      typeof expected === "number" ? [] : [expected],
    );
    centrifuge.disconnect();
  });

  test("without any RPC proxy: 108; rpc.ping is the server's own", async () => {
    await using application = new Application();
    await using plain = startTestServer();
    const first = await client(plain);
    expect(await codeOr(first.centrifuge.rpc("ping", {}))).toBe(108);
    expect(await codeOr(first.centrifuge.rpc("nowhere:x", {}))).toBe(108);
    await using server = serverFor(application, {}, { ping: { enabled: true } });
    const second = await client(server);
    expect(await second.centrifuge.rpc("ping", {})).toEqual({ data: undefined });
    expect(application.calls.all).toEqual([]);
    first.centrifuge.disconnect();
    second.centrifuge.disconnect();
  });
});
