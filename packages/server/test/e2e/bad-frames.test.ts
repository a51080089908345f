import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { HostileServer } from "./hostile-server.ts";
import { centrifugoPath, openCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, pusherPath } from "./raw-pusher.ts";
import { frame, opcode, TcpSocket } from "./tcp-socket.ts";

setDefaultTimeout(10_000);

let server: HostileServer;
beforeAll(async () => {
  server = await HostileServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

describe.each([
  ["centrifugo", centrifugoPath],
  ["pusher", pusherPath()],
])("on the %s wire", (wire, path) => {
  test.each<[string, Buffer, number, string]>([
    [
      "a message far above the limit",
      frame(opcode.text, Buffer.alloc(200_000, 0x5b)),
      1009,
      "received-too-big-message",
    ],
    [
      "text that is truncated UTF-8",
      frame(opcode.text, Buffer.from('{"id":1,"event":"\xc3', "latin1")),
      1007,
      "received-invalid-utf-8",
    ],
    [
      "a frame without a mask",
      frame(opcode.text, Buffer.from("{}"), { masked: false }),
      1002,
      "received-an-incorrectly-masked-frame",
    ],
    ["an unknown opcode", frame(5, Buffer.from("{}")), 1002, "received-invalid-opcode"],
    [
      "reserved bits",
      frame(opcode.text, Buffer.from("{}"), { bits: 0xf0 }),
      1002,
      "received-unexpected-rsv1-bit",
    ],
  ])("%s closes with the code of RFC 6455", async (_title, bytes, code, reason) => {
    await server.counting(wire, reason, async () => {
      using socket = await TcpSocket.open(server.port, path);
      socket.write(bytes);
      expect(await socket.closeCode()).toBe(code);
    });
  });

  test("a frame that never ends holds nobody up", async () => {
    using socket = await TcpSocket.open(server.port, path);
    socket.write(frame(opcode.text, Buffer.alloc(60_000, 0x20)).subarray(0, 30_000));
    await server.expectNobodyHurt();
  });

  test("a frame in many pieces is one frame", async () => {
    using socket = await TcpSocket.open(server.port, path);
    // Sent one byte at a time, so that the pieces do not grow together again on the way.
    for (const byte of frame(opcode.ping, Buffer.from("are you there"))) {
      socket.write(Buffer.from([byte]));
      await Bun.sleep(0);
    }
    const pong = await socket.messages.first(({ opcode: kind }) => kind === 10);
    expect(pong.text).toBe("are you there");
  });
});

test("one byte above websocket.message_size_limit is too much, exactly the limit is not", async () => {
  const limit = 65_536;
  await server.counting("centrifugo", "frame-too-big", async () => {
    using socket = await openCentrifugo(server.url);
    socket.send(" ".repeat(limit + 1));
    expect((await socket.closed).code).toBe(1009);
  });
  using socket = await openCentrifugo(server.url);
  socket.send(" ".repeat(limit));
  expect((await socket.closed).code).toBe(3501);
});

test("100,000 brackets, where messages may be that long, are malformed", async () => {
  await using wide = await HostileServer.start({ websocket: { message_size_limit: 1_000_000 } });
  for (const data of ["[".repeat(100_000), `${"[".repeat(100_000)}${"]".repeat(100_000)}`]) {
    using socket = await openCentrifugo(wide.url);
    socket.send(`{"id":1,"connect":{"token":"nonsense","data":${data}}}`);
    expect([3500, 3501]).toContain((await socket.closed).code);
    const pusher = await connectPusher(wide.url);
    pusher.socket.send(`{"event":"pusher:subscribe","data":${data}}`);
    await Promise.race([pusher.socket.having("pusher:error"), pusher.socket.closed]);
    pusher.socket.close();
  }
  await wide.expectNobodyHurt();
});
