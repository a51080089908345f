import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { keys } from "../server.ts";
import { HostileServer } from "./hostile-server.ts";
import { callPusherApi, signedPath, type ApiRequest } from "./raw-pusher.ts";
import { seconds } from "./tokens.ts";

setDefaultTimeout(10_000);

let server: HostileServer;
beforeAll(async () => {
  server = await HostileServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const app = `/apps/${keys.app.id}`;
const events = `${app}/events`;
const good = JSON.stringify({ name: "news", channel: "news", data: "{}" });
const post: ApiRequest = { method: "POST", path: events, body: good };

describe("the Pusher API", () => {
  test.each<[string, Partial<ApiRequest>, number]>([
    ["a forged signature", { after: { auth_signature: "0".repeat(64) } }, 401],
    ["a short signature", { after: { auth_signature: "00" } }, 401],
    ["no signature", { after: { auth_signature: "" } }, 401],
    ["the signature of another secret", { secret: "another" }, 401],
    ["an unknown key", { replace: { auth_key: "nobody" } }, 401],
    ["a timestamp 20 minutes old", { replace: { auth_timestamp: String(seconds(-1200)) } }, 401],
    ["a timestamp 20 minutes ahead", { replace: { auth_timestamp: String(seconds(1200)) } }, 401],
    ["a timestamp that is text", { replace: { auth_timestamp: "now" } }, 401],
    ["a timestamp beyond numbers", { replace: { auth_timestamp: "1e999" } }, 401],
    ["another version of the signature", { replace: { auth_version: "2.0" } }, 401],
    ["the MD5 of another body", { replace: { body_md5: "0".repeat(32) } }, 401],
    ["a parameter added behind the signature", { after: { info: "user_count" } }, 401],
    ["malformed JSON", { body: '{"name":' }, 400],
    ["a list", { body: "[]" }, 400],
    ["null", { body: "null" }, 400],
    ["a name that is a number", { body: JSON.stringify({ name: 7, channel: "news", data: "{}" }) }, 400],
    ["no name", { body: JSON.stringify({ channel: "news", data: "{}" }) }, 400],
    [
      "a name of 300 characters",
      { body: JSON.stringify({ name: "n".repeat(300), channel: "news", data: "{}" }) },
      400,
    ],
    [
      "a name of the protocol",
      { body: JSON.stringify({ name: "pusher:error", channel: "news", data: "{}" }) },
      400,
    ],
    [
      "an internal name",
      { body: JSON.stringify({ name: "pusher_internal:x", channel: "news", data: "{}" }) },
      400,
    ],
    ["no channel", { body: JSON.stringify({ name: "n", data: "{}" }) }, 400],
    ["a channel that is a number", { body: JSON.stringify({ name: "n", channel: 7, data: "{}" }) }, 400],
    ["channels that are text", { body: JSON.stringify({ name: "n", channels: "news", data: "{}" }) }, 400],
    [
      "a channel of 300 characters",
      { body: JSON.stringify({ name: "n", channel: "c".repeat(300), data: "{}" }) },
      400,
    ],
    ["a channel with a slash", { body: JSON.stringify({ name: "n", channel: "a/b", data: "{}" }) }, 400],
    [
      "101 channels",
      {
        body: JSON.stringify({
          name: "n",
          channels: Array.from({ length: 101 }, (_, i) => `c${i}`),
          data: "{}",
        }),
      },
      400,
    ],
    [
      "a socket_id that is nonsense",
      { body: JSON.stringify({ name: "n", channel: "news", data: "{}", socket_id: "x" }) },
      400,
    ],
    ["a body under __proto__", { body: `{"__proto__":${good}}` }, 400],
    ["100,000 brackets", { body: `{"name":"n","channel":"news","data":${"[".repeat(100_000)}` }, 400],
    [
      "data above 10 kB",
      { body: JSON.stringify({ name: "n", channel: "news", data: "d".repeat(10_241) }) },
      413,
    ],
    ["an app that is another's", { path: "/apps/9/events" }, 404],
    ["an app named __proto__", { path: "/apps/__proto__/events" }, 404],
    ["an unknown path", { path: `${app}/nonsense` }, 404],
    ["a GET where a POST is due", { method: "GET", body: "" }, 405],
    ["a batch that is no list", { path: `${app}/batch_events`, body: JSON.stringify({ batch: {} }) }, 400],
    ["a batch of text", { path: `${app}/batch_events`, body: JSON.stringify({ batch: ["x"] }) }, 400],
    [
      "a batch of 11",
      {
        path: `${app}/batch_events`,
        body: JSON.stringify({ batch: Array(11).fill({ name: "n", channel: "news", data: "{}" }) }),
      },
      400,
    ],
    [
      "the users of a channel without members",
      { method: "GET", path: `${app}/channels/news/users`, body: "" },
      400,
    ],
    [
      "a count that the channels cannot have",
      { method: "GET", path: `${app}/channels`, body: "", replace: { info: "user_count" } },
      400,
    ],
  ])("answers %s", async (_title, change, status) => {
    await server.counting("pusher-api", undefined, async () => {
      const request = { ...post, ...change };
      const { body, ...rest } = request;
      const response = await callPusherApi(server.url, body === "" ? rest : request);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ error: expect.any(String) as string });
    });
  });

  test("answers a body without its MD5, and bytes that are no UTF-8", async () => {
    const body = Buffer.concat([
      Buffer.from('{"name":"n","channel":"news","data":"'),
      Buffer.from([0xc3]),
      Buffer.from('"}'),
    ]);
    const path = signedPath({ method: "POST", path: events });
    const response = await fetch(server.url + path, { method: "POST", body });
    expect(response.status).toBe(401);
    await server.expectNobodyHurt();
  });
});

/** A POST to the Centrifugo API; text goes as it is. */
function api(
  method: string,
  body: unknown,
  headers: Record<string, string> = { "x-api-key": keys.apiKey },
): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(`${server.url}/api/${method}`, { method: "POST", body: text, headers });
}

describe("the Centrifugo API", () => {
  test.each<[string, Record<string, string>]>([
    ["no key", {}],
    ["another key", { "x-api-key": "another" }],
    ["an empty key", { "x-api-key": "" }],
    ["another authorization", { authorization: `Bearer ${keys.apiKey}` }],
    ["a wrong apikey", { authorization: "apikey another" }],
  ])("answers %s with 401", async (_title, headers) => {
    await server.counting("centrifugo-api", undefined, async () => {
      const response = await api("publish", { channel: "news", data: {} }, headers);
      expect(response.status).toBe(401);
    });
  });

  test.each<[string, string, unknown]>([
    ["malformed JSON", "publish", '{"channel":'],
    ["a list", "publish", "[]"],
    ["null", "publish", "null"],
    ["an empty body", "publish", ""],
    ["a channel that is a number", "publish", { channel: 7, data: {} }],
    ["100,000 brackets", "publish", `{"channel":"news","data":${"[".repeat(100_000)}`],
    ["tags that are a list", "publish", { channel: "news", data: {}, tags: ["a"] }],
    ["a tag that is a number", "publish", { channel: "news", data: {}, tags: { a: 1 } }],
    ["channels that are text", "broadcast", { channels: "news", data: {} }],
    ["a user that is a number", "disconnect", { user: 7 }],
    ["a limit that is text", "history", { channel: "chat:a", limit: "all" }],
    ["commands that are text", "batch", { commands: "x" }],
  ])("answers %s with 400", async (_title, method, body) => {
    await server.counting("centrifugo-api", undefined, async () => {
      const response = await api(method, body);
      expect(response.status).toBe(400);
    });
  });

  test.each<[string, string, unknown, number]>([
    ["no channel", "publish", { data: {} }, 107],
    ["no data", "publish", { channel: "news" }, 107],
    ["an unknown namespace", "publish", { channel: "nowhere:a", data: {} }, 102],
    ["__proto__ as namespace", "publish", { channel: "__proto__:a", data: {} }, 102],
    ["no channels", "broadcast", { data: {} }, 107],
    ["history where there is none", "history", { channel: "news" }, 108],
    ["presence where there is none", "presence", { channel: "news" }, 108],
    [
      "a position of another epoch",
      "history",
      { channel: "chat:a", limit: 1, since: { offset: 1, epoch: "x" } },
      112,
    ],
  ])("answers %s with its error in the body", async (_title, method, body, code) => {
    await server.counting("centrifugo-api", undefined, async () => {
      const response = await api(method, body);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ error: { code } });
    });
  });

  test.each(["constructor", "__proto__", "nonsense", ""])("knows no method %p", async (method) => {
    const response = await api(method, { channel: "news", data: {} });
    expect([400, 404]).toContain(response.status);
    await server.expectNobodyHurt();
  });

  test("keeps a publication that crosses to Pusher from forging its events", async () => {
    const response = await api("publish", {
      channel: "bystanders",
      data: { type: "pusher:error", data: { code: 4001 } },
    });
    expect(response.status).toBe(200);
    await server.expectNobodyHurt();
  });
});

describe("the listener", () => {
  const tooLong = "x".repeat(10 * 1024 * 1024 + 1);
  const inChunks = (): ReadableStream<string> =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue("x".repeat(1024 * 1024));
      },
    });

  test("answers a body above 10 MiB with 413", async () => {
    const response = await api("publish", tooLong);
    expect(response.status).toBe(413);
    expect(await response.text()).toBe("Request Entity Too Large\n");
    await server.expectNobodyHurt();
  });

  test.each([
    ["that says its length", (): BodyInit => tooLong],
    ["that comes in chunks without end", inChunks],
  ])("answers an event's body %s with the option that lifts the limit", async (_, body) => {
    const path = signedPath({ method: "POST", path: `/apps/${keys.app.id}/events`, body: "x" });
    const response = await fetch(server.url + path, { method: "POST", body: body() });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain("apps[].limits.event_bytes");
    await server.expectNobodyHurt();
  });

  test.each(["/nonsense", "/app/", "/connection/websocket", "/%E0%A4%A", "/apps"])(
    "survives a GET of %s",
    async (path) => {
      const response = await fetch(server.url + path);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      await server.expectNobodyHurt();
    },
  );
});
