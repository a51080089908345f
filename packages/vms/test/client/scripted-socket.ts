import { Events } from "../../../server/test/events.ts";

interface Frame {
  readonly event: string;
  readonly channel?: string;
  readonly data?: unknown;
}

/** A socket's server that says and does what a test tells it: for what Twinwire itself never does. */
export class ScriptedSocket implements Disposable {
  readonly url: string;
  /** Counts connections. */
  readonly opened = new Events<number>();
  readonly received = new Events<Frame>();
  /** The first frame of a connection. */
  greeting: Frame | "none" | undefined;
  private readonly server: Bun.Server<undefined>;
  private current: Bun.ServerWebSocket | undefined;

  constructor() {
    this.server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request, server) =>
        server.upgrade(request) ? undefined : new Response("No upgrade", { status: 400 }),
      websocket: {
        open: (socket) => {
          const count = this.opened.all.length + 1;
          const data = JSON.stringify({ socket_id: `1.${count}`, activity_timeout: 120 });
          this.current = socket;
          const greeting = this.greeting ?? { event: "pusher:connection_established", data };
          if (greeting !== "none") socket.send(JSON.stringify(greeting));
          this.opened.push(count);
        },
        message: (_, text) => {
          this.received.push(JSON.parse(String(text)) as Frame);
        },
      },
    });
    this.url = `ws://127.0.0.1:${this.server.port}`;
  }

  send(frame: Frame): void {
    this.current?.send(JSON.stringify(frame));
  }

  /** 1006 stands for a connection that is cut. */
  close(code: number, reason: string): void {
    if (code === 1006) this.current?.terminate();
    else this.current?.close(code, reason);
  }

  [Symbol.dispose](): void {
    void this.server.stop(true);
  }
}
