import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { deflateRawSync, inflateRawSync, constants } from "node:zlib";
import { launchBrowser, openPage, skipped } from "../browser.ts";
import { baseConfig, startTestServer, type TestServer } from "../server.ts";
import { publishByApi } from "./bystanders.ts";
import {
  centrifugoPath,
  connectCentrifugo,
  listenInProtobuf,
  subscribeCentrifugo,
} from "./raw-centrifugo.ts";
import { connectPusher, pusherPath, subscribePusher } from "./raw-pusher.ts";
import { Scrape } from "./scrape.ts";
import { frame, opcode, TcpSocket, type Message } from "./tcp-socket.ts";
import { token } from "./tokens.ts";

setDefaultTimeout(30_000);

const offer = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"];
const minSize = 200;
const limit = 20_000;

let server: TestServer;

function options(websocket: object): Record<string, unknown> {
  const channel = { without_namespace: { allow_subscribe_for_client: true } };
  return { ...baseConfig(), channel, websocket };
}

beforeAll(() => {
  server = startTestServer(
    options({ compression: true, compression_min_size: minSize, message_size_limit: limit }),
  );
});

afterAll(() => server[Symbol.asyncDispose]());

/** What a message says, as RFC 7692, 7.2.2 has it. */
function textOf({ compressed, payload }: Message): string {
  if (!compressed) return payload.toString();
  const whole = Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]);
  return inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
}

/** A client's message, compressed by hand. */
function deflated(text: string | Buffer): Buffer {
  const whole = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  return frame(opcode.text, whole.subarray(0, -4), { bits: 0x80 | 0x40 });
}

/** A Centrifugo client over bare TCP that has joined `news`; it compresses what it says where that is offered. */
async function listener(port: number, headers: readonly string[] = offer): Promise<TcpSocket> {
  const socket = await TcpSocket.open(port, centrifugoPath, headers);
  const connect = JSON.stringify({ id: 1, connect: { token: token({ sub: "bare" }) } });
  socket.write(
    socket.extensions === undefined ? frame(opcode.text, Buffer.from(connect)) : deflated(connect),
  );
  socket.send(JSON.stringify({ id: 2, subscribe: { channel: "news" } }));
  await socket.messages.first((message) => textOf(message).includes('"id":2'));
  return socket;
}

const long = (mark: string): object => ({ type: "news", data: `${mark} ${"long ".repeat(100)}` });

describe("websocket.compression", () => {
  test("compresses what is long enough, for those who offer it, and each message by itself", async () => {
    using taker = await listener(server.port);
    using plain = await listener(server.port, []);
    expect(taker.extensions).toContain("permessage-deflate");
    expect(taker.extensions).toContain("server_no_context_takeover");
    expect(plain.extensions).toBeUndefined();
    await publishByApi(server.url, "news", long("first"));
    await publishByApi(server.url, "news", { type: "news", data: "short" });
    await publishByApi(server.url, "news", long("second"));
    for (const [mark, compressed] of [
      ["first", true],
      ["short", false],
      ["second", true],
    ] as const) {
      const has = (message: Message): boolean => textOf(message).includes(mark);
      const [one, other] = await Promise.all([taker.messages.first(has), plain.messages.first(has)]);
      expect(one.compressed).toBe(compressed);
      expect(other.compressed).toBe(false);
      expect(textOf(one)).toBe(textOf(other));
      if (compressed) expect(one.payload.length).toBeLessThan(other.payload.length / 3);
    }
  });

  test("is for clients of both wires and encodings, many messages in one turn among them", async () => {
    const pusher = await connectPusher(server.url);
    await subscribePusher(pusher, "news");
    using json = await connectCentrifugo(server.url);
    await subscribeCentrifugo(json, "news");
    using protobuf = await listenInProtobuf(server.url, "news");
    const publish = Array.from({ length: 20 }, (_, n) => ({
      publish: { channel: "news", data: n % 2 === 0 ? long(`n${n}.`) : { type: "news", data: `n${n}.` } },
    }));
    const response = await fetch(`${server.url}/api/batch`, {
      method: "POST",
      headers: { "x-api-key": "test-api-key" },
      body: JSON.stringify({ commands: publish }),
    });
    expect(response.status).toBe(200);
    for (let n = 0; n < publish.length; n += 1)
      for (const socket of [pusher.socket, json, protobuf]) await socket.having(`n${n}.`);
    using bare = await TcpSocket.open(server.port, pusherPath(), offer);
    expect(bare.extensions).toContain("permessage-deflate");
    pusher.socket.close();
  });

  test.each<[string, number]>([
    ["a little more than the limit", limit + 1],
    ["a bomb of 50 MB", 50_000_000],
  ])("%s is too big, however small it came (1009), and nobody else is harmed", async (_, bytes) => {
    using other = await listener(server.port);
    using sender = await listener(server.port);
    const bomb = deflated(Buffer.alloc(bytes, " "));
    sender.write(bomb);
    expect(await sender.closeCode()).toBe(1009);
    await publishByApi(server.url, "news", long(`after ${bytes}`));
    await other.messages.first((message) => textOf(message).includes(`after ${bytes}`));
    expect((await Scrape.of(server.url)).defects).toBe(0);
  });

  test("a message as long as the limit is taken, and one that is no deflate ends the connection alone", async () => {
    using fits = await listener(server.port);
    const command = JSON.stringify({ id: 3, presence: { channel: "news" } });
    fits.write(deflated(command.padEnd(limit)));
    await fits.messages.first((message) => textOf(message).includes('"id":3'));
    using broken = await listener(server.port);
    broken.write(frame(opcode.text, Buffer.from("no deflate"), { bits: 0x80 | 0x40 }));
    await broken.ended;
    using still = await listener(server.port);
    expect(still.extensions).toBeDefined();
  });

  test("is off unless it is asked for", async () => {
    await using without = startTestServer(options({}));
    using client = await listener(without.port);
    expect(client.extensions).toBeUndefined();
    await publishByApi(without.url, "news", long("plain"));
    const heard = await client.messages.first((message) => textOf(message).includes("plain"));
    expect(heard.compressed).toBe(false);
  });
});

test.skipIf(skipped)("a browser takes it up, and hears and says the same as without", async () => {
  const browser = await launchBrowser();
  try {
    await using opened = await openPage(browser, `${server.url}/health`);
    const padding = "x".repeat(5_000);
    const commands = [
      { id: 1, connect: { token: token({ sub: "page" }), data: { padding } } },
      { id: 2, subscribe: { channel: "news" } },
    ];
    const hearing = opened.page.evaluate(
      ({ url, lines }) =>
        new Promise<readonly string[]>((resolve) => {
          const socket = new WebSocket(url);
          socket.onopen = () => {
            for (const line of lines) socket.send(line);
          };
          socket.onmessage = ({ data }: MessageEvent<string>) => {
            if (data.includes('"id":2')) document.title = "joined";
            if (data.includes("to the browser")) resolve([socket.extensions, data]);
          };
        }),
      {
        url: `ws://127.0.0.1:${server.port}${centrifugoPath}`,
        lines: commands.map((command) => JSON.stringify(command)),
      },
    );
    await opened.page.waitForFunction(() => document.title === "joined");
    await publishByApi(server.url, "news", long("to the browser"));
    const [extensions, heard] = await hearing;
    expect(extensions).toContain("permessage-deflate");
    expect(heard).toContain(JSON.stringify(long("to the browser")));
  } finally {
    await browser.close();
  }
});
