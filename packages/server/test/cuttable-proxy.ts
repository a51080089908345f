import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  frozen: boolean;
}

/** Connections whose bytes are lost, either end of which may come to know. */
export interface Frozen {
  readonly clientNotices: () => void;
  readonly serverNotices: () => void;
}

/** Stands between the client and the server, and cuts connections as a network does. */
export class CuttableProxy implements AsyncDisposable {
  readonly port: number;
  /** Connections that clients have made, ever. */
  made = 0;
  /** Bytes that the server has sent to clients, ever. */
  brought = 0;
  private server: Server;
  private target: number;
  private readonly lines = new Set<Line>();
  private readonly waiting = new Set<() => void>();

  private constructor(server: Server, target: number) {
    this.server = server;
    this.target = target;
    this.port = (server.address() as AddressInfo).port;
    this.serve();
  }

  static async start(target: number): Promise<CuttableProxy> {
    return new CuttableProxy(await listening(0), target);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.lines.size;
  }

  /** Resolves once so many connections are open. */
  async until(connections: number): Promise<void> {
    while (this.lines.size !== connections) await this.change();
  }

  /** Resolves once so many connections were made, ever. */
  async untilMade(connections: number): Promise<void> {
    while (this.made < connections) await this.change();
  }

  /** Ends every connection without a word. */
  cut(): void {
    for (const { client, server } of this.lines) {
      client.destroy();
      server.destroy();
    }
  }

  /**
   * From here on nothing arrives on any open connection, in either direction, and nobody is told: as a network that is
   * gone. Answers them, whose ends may come to know.
   */
  freeze(): Frozen {
    const lines = [...this.lines].filter(({ frozen }) => !frozen);
    for (const line of lines) line.frozen = true;
    return {
      clientNotices: () => {
        for (const { client } of lines) client.destroy();
      },
      serverNotices: () => {
        for (const { server } of lines) server.destroy();
      },
    };
  }

  /** Leads whoever comes from now on to another server. */
  lead(target: number): void {
    this.target = target;
  }

  /** Cuts, and refuses whoever comes. */
  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  /** Lets connections through again. */
  async up(): Promise<void> {
    this.server = await listening(this.port);
    this.serve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.server.listening) await this.down();
  }

  private serve(): void {
    this.server.on("connection", (client) => {
      const server = connect(this.target, "127.0.0.1");
      const line: Line = { client, server, frozen: false };
      this.made += 1;
      this.lines.add(line);
      this.changed();
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        from.on("data", (bytes: Buffer) => {
          if (from === server) this.brought += bytes.length;
          if (!line.frozen) to.write(bytes);
        });
        // Cutting is what these are for.
        from.on("error", () => undefined);
        from.on("close", () => {
          if (!line.frozen) to.destroy();
          if (!client.destroyed || !server.destroyed) return;
          this.lines.delete(line);
          this.changed();
        });
      }
    });
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  private changed(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

function listening(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve(server);
    });
  });
}
