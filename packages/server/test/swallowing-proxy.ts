import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  swallows: boolean;
}

/** Stands between clients and the server, and loses what they say, as a network does that is gone: nobody is told. */
export class SwallowingProxy implements AsyncDisposable {
  private readonly lines = new Set<Line>();

  private constructor(
    private readonly listening: Server,
    target: number,
  ) {
    listening.on("connection", (client) => {
      const line = { client, server: connect(target, "127.0.0.1"), swallows: false };
      this.lines.add(line);
      for (const [from, to] of [
        [client, line.server],
        [line.server, client],
      ] as const) {
        from.on("data", (bytes: Buffer) => {
          if (!line.swallows) to.write(bytes);
        });
        // Cutting is what these are for.
        from.on("error", () => undefined);
        from.on("close", () => {
          if (line.swallows) return;
          to.destroy();
          this.lines.delete(line);
        });
      }
    });
  }

  static async start(target: number): Promise<SwallowingProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return new SwallowingProxy(server, target);
  }

  get port(): number {
    return (this.listening.address() as AddressInfo).port;
  }

  /** From here on nothing arrives on any open connection, in either direction. Answers them, to be ended. */
  swallow(): Swallowed {
    const lines = [...this.lines].filter((line) => !line.swallows);
    for (const line of lines) line.swallows = true;
    return {
      clientNotices: () => {
        for (const { client } of lines) client.destroy();
      },
      serverNotices: () => {
        for (const { server } of lines) server.destroy();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client, server } of this.lines) {
      client.destroy();
      server.destroy();
    }
    await new Promise((resolve) => this.listening.close(resolve));
  }
}

/** Connections whose bytes are lost, either end of which may come to know. */
export interface Swallowed {
  readonly clientNotices: () => void;
  readonly serverNotices: () => void;
}
