import { describe, expect, test } from "bun:test";
import { vkLiveBackend } from "@twinwire/vk-live/backend";
import { openCentrifugo } from "../../server/test/e2e/raw-centrifugo.ts";
import type { RawSocket } from "../../server/test/e2e/raw-socket.ts";
import { seconds, token } from "../../server/test/e2e/tokens.ts";
import { keys } from "../../server/test/server.ts";
import { liveStore, World } from "./world.ts";

const backend = vkLiveBackend({ store: liveStore(), keys: { token: keys.hmac } });
const limited = "api-channel-limited-chat:7";

async function ask(path: string, bearer?: string, method = "GET"): Promise<unknown[]> {
  const headers: HeadersInit = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const response = await backend.fetch(new Request(`http://devapi.example${path}`, { headers, method }));
  const body: unknown = await response.json().catch(() => undefined);
  return [response.status, body];
}

function claims(jwt: unknown): Record<string, unknown> {
  const [, payload = ""] = String(jwt).split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}

const unauthorized: unknown[] = [401, { error: "unauthorized", error_description: "Not authorized" }];
const forbidden: unknown[] = [403, { error: "forbidden", error_description: "Access to resource forbidden" }];

describe("the endpoints answer as the DevAPI does", () => {
  const paths = [
    "/v1/websocket/token",
    `/v1/websocket/subscription_token?channels=${limited}`,
    "/v1/channel?channel_url=night-owl",
  ];
  test.each(paths)("401 to whoever has no good token: %s", async (path) => {
    expect([await ask(path), await ask(path, "made-up")]).toEqual([unauthorized, unauthorized]);
  });

  test("a connection token for users, and for applications", async () => {
    const now = seconds(0);
    for (const [bearer, sub] of [
      ["ann-token", "1"],
      ["bot-token", "app:bot"],
    ] as const) {
      const [status, body] = await ask("/v1/websocket/token", bearer);
      expect([status, body]).toEqual([200, { data: { token: expect.any(String) as string } }]);
      const got = claims((body as { data: { token: string } }).data.token);
      expect(got).toMatchObject({ sub });
      expect(Number(got["exp"]) - now).toBeWithin(3595, 3606);
      expect(got).not.toHaveProperty("channel");
    }
  });

  test("subscription tokens bound to user and channel, for the channels that the user may read", async () => {
    const asked = [limited, `${limited}#1`, `${limited}#2`, "api-channel-chat:7", "unheard:1", limited];
    const path = `/v1/websocket/subscription_token?channels=${asked.map(encodeURIComponent).join(",")}`;
    const [status, body] = await ask(path, "ann-token");
    const { data } = body as { data: { channel_tokens: { channel: string; token: string }[] } };
    expect([status, data.channel_tokens.map(({ channel }) => channel)]).toEqual([
      200,
      [limited, `${limited}#1`],
    ]);
    for (const { channel, token: jwt } of data.channel_tokens) {
      expect(claims(jwt)).toMatchObject({ sub: "1", channel });
      expect(Number(claims(jwt)["exp"]) - seconds(0)).toBeWithin(3595, 3606);
    }
    expect(await ask(path, "bob-token")).toEqual([200, { data: { channel_tokens: [] } }]);
    expect(await ask(path, "bot-token")).toEqual(forbidden);
  });

  test("the names of a slug, private ones made for whoever asks", async () => {
    const path = "/v1/channel?channel_url=night-owl";
    const names = async (bearer: string): Promise<unknown> =>
      (
        (await ask(path, bearer))[1] as {
          data: { channel: { web_socket_channels: unknown } };
        }
      ).data.channel.web_socket_channels;
    expect(await names("bob-token")).toMatchObject({
      chat: "api-channel-chat:7",
      private_chat: "api-channel-chat:7#2",
    });
    expect(await names("bot-token")).toEqual({
      chat: "api-channel-chat:7",
      limited_chat: limited,
      info: "api-channel-info:7",
      channel_points: "api-channel-points:7",
    });
    expect(await ask(path, "ann-token")).toMatchObject([
      200,
      { data: { channel: { id: 7, url: "night-owl" }, owner: { id: 70 }, stream: { id: "s1" } } },
    ]);
  });

  test("400, 404 and 405 where the question is wrong", async () => {
    const statuses = [
      await ask("/v1/websocket/subscription_token", "ann-token"),
      await ask("/v1/websocket/subscription_token?channels=", "ann-token"),
      await ask(
        `/v1/websocket/subscription_token?channels=${"a,".repeat(50)}${[...Array(101).keys()].join()}`,
        "ann-token",
      ),
      await ask("/v1/channel", "ann-token"),
      await ask("/v1/channel?channel_url=unheard", "ann-token"),
      await ask("/v1/unheard", "ann-token"),
      await ask("/v1/websocket/token", "ann-token", "POST"),
    ].map(([status]) => status);
    expect(statuses).toEqual([400, 400, 400, 400, 404, 404, 405]);
  });

  test("a store that fails is told, and answered with 500 that says nothing of it", async () => {
    const defects: unknown[] = [];
    const failing = vkLiveBackend({
      store: {
        ...liveStore(),
        authenticate: () => {
          throw new Error("the secret of the database");
        },
      },
      keys: { token: keys.hmac },
      defect: (cause) => defects.push(cause),
    });
    const request = new Request("http://devapi.example/v1/websocket/token", {
      headers: { authorization: "Bearer ann-token" },
    });
    const response = await failing.fetch(request);
    expect([response.status, await response.text(), defects.length]).toEqual([
      500,
      '{"error":"internal_error","error_description":"Internal server error"}',
      1,
    ]);
  });
});

describe("a limited channel is refused", () => {
  async function connected(world: World, user: string): Promise<RawSocket> {
    const socket = await openCentrifugo(world.server.url);
    socket.send(JSON.stringify({ id: 1, connect: { token: token({ sub: user }) } }));
    await socket.having('"connect"');
    return socket;
  }

  async function tokenOf(world: World, bearer: string): Promise<string> {
    const response = await fetch(`${world.url}/v1/websocket/subscription_token?channels=${limited}`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    const { data } = (await response.json()) as { data: { channel_tokens: { token: string }[] } };
    return data.channel_tokens[0]?.token ?? "";
  }

  test("without a token", async () => {
    await using world = new World();
    using socket = await connected(world, "1");
    socket.send(JSON.stringify({ id: 2, subscribe: { channel: limited } }));
    expect(JSON.parse(await socket.having('"id":2'))).toMatchObject({ error: { code: 103 } });
  });

  test("with another user's token, and with another channel's", async () => {
    await using world = new World();
    const anns = await tokenOf(world, "ann-token");
    using bob = await connected(world, "2");
    bob.send(JSON.stringify({ id: 2, subscribe: { channel: limited, token: anns } }));
    expect((await bob.closed).code).toBe(3500);
    using ann = await connected(world, "1");
    ann.send(JSON.stringify({ id: 2, subscribe: { channel: "api-channel-limited-chat:8", token: anns } }));
    expect((await ann.closed).code).toBe(3500);
  });

  test("with a token that has expired", async () => {
    await using world = new World();
    using socket = await connected(world, "1");
    const expired = token({ sub: "1", channel: limited, exp: seconds(-1) });
    socket.send(JSON.stringify({ id: 2, subscribe: { channel: limited, token: expired } }));
    expect(JSON.parse(await socket.having('"id":2'))).toMatchObject({ error: { code: 109 } });
  });

  test("after its token expired, where the client brings no other", async () => {
    await using world = new World({
      // Times are whole seconds: one that is good for one second may be over at once.
      expiresIn: { subscription: 2 },
      client: { expired_sub_close_delay: "0s" },
    });
    const anns = await tokenOf(world, "ann-token");
    using socket = await connected(world, "1");
    socket.send(JSON.stringify({ id: 2, subscribe: { channel: limited, token: anns } }));
    expect(JSON.parse(await socket.having('"id":2'))).toMatchObject({ subscribe: { expires: true } });
    expect(JSON.parse(await socket.having('"unsubscribe"'))).toMatchObject({
      push: { channel: limited, unsubscribe: { code: 2501 } },
    });
  });
});
