import { describe, expect, test } from "bun:test";
import { channelNames } from "../catalogue/channel-record.ts";
import { DevApi, type DevApiOptions } from "./devapi.ts";

type Fetch = (input: string, init: RequestInit) => Promise<Response>;

function devApi(answer: Fetch, options: Partial<DevApiOptions> = {}): DevApi {
  return new DevApi({
    token: "mine",
    api: "https://devapi.example/root/",
    fetch: answer as typeof fetch,
    timeout: 60_000,
    ...options,
  });
}

const answering =
  (body: unknown, status = 200): Fetch =>
  async () =>
    Response.json(body, { status });

test("asks by the reference's paths, with the access token of that moment", async () => {
  const asked: unknown[] = [];
  let count = 0;
  const api = devApi(
    async (url, { headers }) => {
      asked.push([url, new Headers(headers).get("authorization")]);
      return Response.json({});
    },
    { token: async () => `token-${++count}\n` },
  );
  await api.connectionToken();
  await api.subscriptionTokens(["chat:1#2", "a&b"]);
  await api.channel("night owl?");
  expect(asked).toEqual([
    ["https://devapi.example/root/v1/websocket/token", "Bearer token-1"],
    [
      "https://devapi.example/root/v1/websocket/subscription_token?channels=chat%3A1%232,a%26b",
      "Bearer token-2",
    ],
    ["https://devapi.example/root/v1/channel?channel_url=night%20owl%3F", "Bearer token-3"],
  ]);
});

describe("what goes wrong is told apart", () => {
  const fault = async (answer: Fetch, options: Partial<DevApiOptions> = {}): Promise<unknown> => {
    const answered = await devApi(answer, options).connectionToken();
    return answered.ok ? undefined : answered.fault;
  };

  test("by the status, with what the body says", async () => {
    const refused = { error: "unauthorized", error_description: "Not authorized" };
    expect(await fault(answering(refused, 401))).toEqual({
      kind: "unauthorized",
      request: "connection-token",
      message: "Not authorized",
    });
    expect(await fault(answering({ error: "forbidden" }, 403))).toMatchObject({
      kind: "forbidden",
      message: "forbidden",
    });
    expect(await fault(answering([], 404))).toMatchObject({ kind: "not-found", message: "HTTP 404" });
    expect(await fault(async () => new Response("<html>", { status: 502 }))).toMatchObject({
      kind: "unavailable",
      status: 502,
      message: "HTTP 502",
    });
  });

  test("an answer that is none says where", async () => {
    expect(await fault(answering({ data: { token: 5 } }))).toMatchObject({
      kind: "unexpected-answer",
      path: "data.token",
    });
    expect(await fault(async () => new Response("<html>"))).toMatchObject({
      kind: "unexpected-answer",
      path: "",
    });
  });

  test("the network, the time, and the application's own function", async () => {
    const cause = new Error("no route");
    expect(await fault(() => Promise.reject(cause))).toMatchObject({ kind: "unreachable", cause });
    const never: Fetch = (_url, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });
    expect(await fault(never, { timeout: 1 })).toMatchObject({
      kind: "unreachable",
      cause: { message: "no answer within 1 ms" },
    });
    const token = (): string => {
      throw cause;
    };
    expect(await fault(answering({}), { token })).toMatchObject({ kind: "token", cause });
  });

  test("a function that never gives a token, and a fetch that heeds no signal, are given up after the time", async () => {
    const cause = { message: "no answer within 1 ms" };
    const never = () => new Promise<never>(() => undefined);
    expect(await fault(answering({}), { token: never, timeout: 1 })).toMatchObject({ kind: "token", cause });
    expect(await fault(never, { timeout: 1 })).toMatchObject({ kind: "unreachable", cause });
  });

  test("what no header can carry is no token, and stands in no fault", async () => {
    for (const token of ["my\nsecret", "my-секрет", "", undefined as unknown as string]) {
      const found = await fault(answering({}), { token });
      expect(found).toMatchObject({ kind: "token", cause: { name: "TypeError" } });
      expect(Bun.inspect(found)).not.toContain("my");
    }
  });
});

test("after close nothing is asked, not even by a token that comes late", async () => {
  const asked: string[] = [];
  const answer: Fetch = async (url) => {
    asked.push(url);
    return Response.json({});
  };
  let give: (token: string) => void = () => undefined;
  const token = () => new Promise<string>((resolve) => (give = resolve));
  const api = devApi(answer, { token });
  const waiting = api.channel("night-owl");
  api.close();
  give("late");
  expect(await waiting).toMatchObject({ ok: false });
  expect(await devApiClosed(answer).channel("night-owl")).toMatchObject({ ok: false });
  expect(asked).toEqual([]);
});

function devApiClosed(answer: Fetch): DevApi {
  const api = devApi(answer);
  api.close();
  return api;
}

test("half a character in a name or a slug is asked for like any other, and breaks nothing", async () => {
  const api = devApi(answering({ data: { channel_tokens: [] } }));
  expect(await api.subscriptionTokens(["chat:\ud800"])).toEqual({ ok: true, value: new Map() });
  expect(await api.channel("owl\udc00")).toMatchObject({ ok: false, fault: { kind: "unexpected-answer" } });
});

test("a token that is null is not given, and takes no other token with it", async () => {
  const channel_tokens = [
    { channel: "a", token: null },
    { channel: "b", token: "B" },
    { channel: "c", token: "" },
  ];
  const api = devApi(answering({ data: { channel_tokens } }));
  expect(await api.subscriptionTokens(["a", "b", "c"])).toEqual({ ok: true, value: new Map([["b", "B"]]) });
});

test("a kind of channel in a form that is not known stays, and costs the others nothing", async () => {
  const web_socket_channels = { chat: "chat:1", chat_v2: { name: "chat:2" }, polls: "polls:1" };
  const answered = await devApi(answering({ data: { channel: { web_socket_channels } } })).channel("s");
  if (!answered.ok) throw new Error(answered.fault.kind);
  expect(answered.value.channel.web_socket_channels).toEqual(web_socket_channels);
  expect([...channelNames(answered.value)]).toEqual([
    ["chat:1", "chat"],
    ["polls:1", "polls"],
  ]);
});

test("of two kinds of one name the open one counts, in either order", () => {
  for (const kinds of [
    ["chat", "limited_chat"],
    ["limited_chat", "chat"],
  ]) {
    const web_socket_channels = Object.fromEntries(kinds.map((kind) => [kind, "chat:1"]));
    expect([...channelNames({ channel: { web_socket_channels } })]).toEqual([["chat:1", "chat"]]);
  }
});

test("a channel without names has none, and what is not known of it stays", async () => {
  const api = devApi(answering({ data: { channel: { id: 1, mood: "good" }, extra: 1 } }));
  expect(await api.channel("night-owl")).toEqual({
    ok: true,
    value: { channel: { id: 1, mood: "good", web_socket_channels: {} }, extra: 1 },
  } as never);
});
