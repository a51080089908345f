import { expect, test } from "bun:test";
import { RawSocket } from "../../server/test/e2e/raw-socket.ts";
import { message, World } from "./world.ts";

const limited = "api-channel-limited-chat:7";

interface TokenBody {
  readonly data: { readonly token: string };
}

interface TokensBody {
  readonly data: { readonly channel_tokens: readonly { readonly channel: string; readonly token: string }[] };
}

interface ChannelBody {
  readonly data: { readonly channel: { readonly web_socket_channels: Readonly<Record<string, string>> } };
}

test("a bare WebSocket speaks the whole flow, frame by frame", async () => {
  await using world = new World({ client: { ping_interval: "2s", pong_timeout: "1s" } });
  const get = async <Body>(path: string): Promise<Body> =>
    (await (
      await fetch(world.url + path, { headers: { authorization: "Bearer ann-token" } })
    ).json()) as Body;

  const { data } = await get<TokenBody>("/v1/websocket/token");
  const path = "/connection/websocket?format=json&cf_protocol_version=v2";
  using socket = await RawSocket.open(world.socket + path);
  const answer = async (command: { readonly id: number }): Promise<unknown> => {
    socket.send(JSON.stringify(command));
    return JSON.parse(await socket.having(`{"id":${command.id},`)) as unknown;
  };
  expect(await answer({ id: 1, connect: { token: data.token } } as { id: number })).toEqual({
    id: 1,
    connect: {
      client: expect.any(String) as string,
      version: expect.any(String) as string,
      expires: true,
      ttl: expect.any(Number) as number,
      ping: 2,
      pong: true,
    },
  });

  const { data: found } = await get<ChannelBody>("/v1/channel?channel_url=night-owl");
  const names = found.channel.web_socket_channels;
  expect(names).toMatchObject({
    info: "api-channel-info:7",
    private_info: "api-channel-info:7#1",
    limited_chat: limited,
  });
  const open = [names["info"], names["private_info"], names["private_channel_points"]];
  for (const [index, channel] of open.entries())
    expect(await answer({ id: 2 + index, subscribe: { channel } } as { id: number })).toEqual({
      id: 2 + index,
      subscribe: {},
    });
  const chat = { id: 5, subscribe: { channel: names["chat"] } };
  expect(await answer(chat)).toMatchObject({ id: 5, subscribe: { recoverable: true, positioned: true } });

  expect(await answer({ id: 6, subscribe: { channel: limited } } as { id: number })).toMatchObject({
    error: { code: 103 },
  });
  const { data: given } = await get<TokensBody>(`/v1/websocket/subscription_token?channels=${limited}`);
  const token = given.channel_tokens[0]?.token;
  expect(await answer({ id: 7, subscribe: { channel: limited, token } } as { id: number })).toMatchObject({
    subscribe: { expires: true, ttl: expect.any(Number) as number },
  });

  const sent = message(1, "to fans");
  await world.publisher.to(limited).channelChatMessageSend(sent);
  expect(JSON.parse(await socket.having('"push"'))).toMatchObject({
    push: { channel: limited, pub: { data: { type: "channel_chat_message_send", data: sent }, offset: 1 } },
  });

  // A ping is an empty object, and so is its answer; the next ping comes only where that was right.
  const pings = (): number => socket.frames.all.filter((frame) => frame === "{}").length;
  await socket.frames.first((frame) => frame === "{}");
  socket.send("{}");
  await socket.frames.first(() => pings() > 1);
  expect(await answer({ id: 8, unsubscribe: { channel: limited } } as { id: number })).toEqual({
    id: 8,
    unsubscribe: {},
  });
}, 15_000);
