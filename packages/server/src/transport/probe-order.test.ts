import { expect, test } from "bun:test";
import { topic } from "../core/ids.ts";
import type { Outlet } from "../core/outlet.ts";
import type { Observer } from "../core/observer.ts";
import type { Acceptance, Protocol } from "../protocols/protocol.ts";
import { opcode, TcpSocket } from "../../test/e2e/tcp-socket.ts";
import { SlowReaders } from "./slow-readers.ts";
import { WebSocketTransport } from "./websocket.ts";

/**
 * Recovery counts on it: what was published to a topic before a ping leaves before it, though the runtime batches what
 * is published until the end of a turn.
 */

const news = topic("news");
const settings = { queueLimit: 16 << 20, commandLimit: 10, waitingLimit: 1 << 20, frameLimit: 1_000 };

type Turn = "timer" | "immediate" | "message" | "request" | "microtask";

/** What arrives, in order, where `work` is done in that kind of turn. */
async function arriving(turn: Turn, work: (transport: WebSocketTransport, outlet: Outlet) => void) {
  const observer = new Proxy({}, { get: () => () => undefined }) as Observer;
  const transport = new WebSocketTransport(
    settings,
    new SlowReaders({ ...settings, sharedLimit: 0 }, observer),
    observer,
  );
  let outlet: Outlet | undefined;
  const go = (): void => {
    if (outlet !== undefined) work(transport, outlet);
  };
  const acceptance: Acceptance = {
    subprotocol: undefined,
    frameLimit: settings.frameLimit,
    open(opened) {
      outlet = opened;
      opened.follow(news);
      return { receive: go, close: () => undefined, alive: () => undefined, gone: () => undefined };
    },
  };
  const protocol: Protocol = {
    wire: "pusher",
    encoders: [],
    sockets: [{ matches: () => true, accept: () => acceptance }],
    streams: [],
    routes: [],
    start: () => undefined,
    end: () => undefined,
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, listening) {
      const { pathname } = new URL(request.url);
      if (pathname !== "/go")
        return transport.upgrade({ request, path: "/", query: "" }, listening, [protocol]);
      go();
      return new Response("done");
    },
    websocket: transport.handlers(),
  });
  transport.start(server);
  const { port = 0 } = server;
  using client = await TcpSocket.open(port, "/");
  if (turn === "timer") setTimeout(go, 1);
  else if (turn === "immediate") setImmediate(go);
  else if (turn === "microtask") queueMicrotask(go);
  else if (turn === "message") client.send("go");
  else await fetch(`http://127.0.0.1:${port}/go`);
  await client.messages.first(({ text }) => text === "end");
  await server.stop(true);
  return client.messages.all
    .filter(({ opcode: kind }) => kind !== opcode.close)
    .map(({ opcode: kind, text }) => (kind === opcode.ping ? `ping ${text}` : text.slice(0, 8)));
}

test.each<Turn>(["timer", "immediate", "microtask", "message", "request"])(
  "a ping leaves behind what was published and pushed before it: in a %s",
  async (turn) => {
    const arrived = await arriving(turn, (transport, outlet) => {
      transport.publish(news, "a");
      outlet.probe("1");
      transport.publish(news, "b");
      transport.publish(news, "not for it", outlet);
      outlet.push("c");
      outlet.probe("2");
      for (let i = 0; i < 100; i += 1) transport.publish(news, `n${i}`);
      outlet.probe("3");
      // More than the kernel takes: the ping waits behind what is buffered.
      for (let i = 0; i < 70; i += 1) transport.publish(news, `big ${i}`.padEnd(100_000, " "));
      outlet.probe("4");
      transport.publish(news, "end");
    });
    const numbered = Array.from({ length: 100 }, (_, i) => `n${i}`);
    const big = Array.from({ length: 70 }, (_, i) => `big ${i}`.padEnd(8, " "));
    expect(arrived).toEqual([
      "a",
      "ping 1",
      "b",
      "c",
      "ping 2",
      ...numbered,
      "ping 3",
      ...big,
      "ping 4",
      "end",
    ]);
  },
);
