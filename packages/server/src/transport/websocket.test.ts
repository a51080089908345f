import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Server } from "bun";
import type { Closure } from "../core/closure.ts";
import type { Observer } from "../core/observer.ts";
import type { Outlet } from "../core/outlet.ts";
import type { Connection, Protocol } from "../protocols/protocol.ts";
import { SlowReaders } from "./slow-readers.ts";
import { type SocketData, WebSocketTransport } from "./websocket.ts";

const nothing = (): void => undefined;
const observer: Observer = {
  connected: nothing,
  disconnected: nothing,
  subscriptions: nothing,
  channels: nothing,
  received: nothing,
  sent: nothing,
  published: nothing,
  refused: nothing,
  authRefused: nothing,
  dropped: nothing,
  defect: nothing,
  notice: nothing,
};

/** What the last `wait` is waiting for. */
let go = nothing;

/** Says what it hears, and at `wait` hears no more until it may go on; at `hold`, never again. */
class Echo implements Connection {
  constructor(private readonly outlet: Outlet) {}

  receive(frame: string | Uint8Array): Promise<void> | undefined {
    this.outlet.push(frame);
    if (frame !== "wait" && frame !== "hold") return undefined;
    return new Promise((resolve) => {
      if (frame === "wait") go = resolve;
    });
  }

  close({ kind }: Closure): void {
    this.outlet.shut({ code: 4000, reason: kind });
  }

  readonly alive = nothing;
  readonly gone = nothing;
}

const protocol: Protocol = {
  wire: "pusher",
  encoders: [],
  streams: [],
  routes: [],
  sockets: [
    {
      matches: () => true,
      accept: () => ({ subprotocol: undefined, frameLimit: 100, open: (outlet) => new Echo(outlet) }),
    },
  ],
  start: nothing,
  end: nothing,
};

const settings = { queueLimit: 1_000_000, commandLimit: 5, waitingLimit: 100, frameLimit: 100 };
const slow = new SlowReaders({ ...settings, sharedLimit: 0 }, observer);
const transport = new WebSocketTransport(settings, slow, observer);
let server: Server<SocketData>;
beforeAll(() => {
  server = Bun.serve<SocketData>({
    port: 0,
    hostname: "127.0.0.1",
    websocket: transport.handlers(),
    fetch: (request, own) => transport.upgrade({ request, path: "/", query: "" }, own, [protocol]),
  });
  transport.start(server);
});
afterAll(() => server.stop(true));

/** Everything that comes until the connection is closed, and with what reason; each batch is sent when the one before has been heard. */
function answers(...batches: readonly (readonly string[])[]): Promise<string[]> {
  const socket = new WebSocket(server.url.href.replace("http", "ws"));
  const heard: string[] = [];
  const left = [...batches];
  let due = 0;
  const next = (): void => {
    const batch = left.shift();
    if (batch === undefined) {
      socket.close();
      return;
    }
    due += batch.length;
    for (const one of batch) socket.send(one);
  };
  socket.onopen = next;
  return new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      heard.push(String(data));
      if (data === "wait") setTimeout(go);
      if (heard.length === due) next();
    };
    socket.onclose = ({ reason }) => {
      resolve(reason === "" ? heard : [...heard, reason]);
    };
  });
}

const long = "x".repeat(45);

test("what comes while a command is open waits, and is heard in its order", async () => {
  const said = ["wait", "1", "2", long, long, "3"];
  expect(await answers(said)).toEqual(said);
});

test("what has been heard makes room for as much again", async () => {
  const said = ["wait", long, long];
  expect(await answers(said, said, said)).toEqual([...said, ...said, ...said]);
});

test.each([
  ["too many messages", ["hold", "1", "2", "3", "4", "5", "6"]],
  ["too long ones", ["hold", long, long, long]],
])("%s that wait close the connection", async (_, said) => {
  expect((await answers(said)).at(-1)).toBe("too-many-requests");
});
