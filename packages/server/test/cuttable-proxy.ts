import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** Stands between the client and the server, and cuts connections as a network does. */
export class CuttableProxy implements AsyncDisposable {
  readonly port: number;
  /** Connections that clients have made, ever. */
  made = 0;
  private server: Server;
  private target: number;
  private readonly open = new Set<Socket>();
  private readonly onward = new WeakMap<Socket, Socket>();
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

  get connections(): number {
    return this.open.size;
  }

  /** Resolves once so many connections are open. */
  async until(connections: number): Promise<void> {
    while (this.open.size !== connections) await this.change();
  }

  /** Resolves once so many connections were made, ever. */
  async untilMade(connections: number): Promise<void> {
    while (this.made < connections) await this.change();
  }

  /** Ends every connection without a word. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  /** Lets no byte through on the connections that are open, and does not end them: as a network that is gone. */
  freeze(): void {
    for (const socket of this.open) {
      socket.unpipe();
      this.onward.get(socket)?.unpipe();
    }
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
    this.server.on("connection", (socket) => {
      const onward = connect(this.target, "127.0.0.1");
      this.made += 1;
      this.open.add(socket);
      this.onward.set(socket, onward);
      this.changed();
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        from.pipe(to);
        // Cutting is what these are for.
        from.on("error", () => undefined);
        from.on("close", () => {
          to.destroy();
        });
      }
      socket.on("close", () => {
        this.open.delete(socket);
        this.changed();
      });
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
