import { connect, createServer, type Server, type Socket } from "node:net";

/** A line to a server that can be cut and mended, on one port. */
export class Cable implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private number = 0;

  private constructor(to: number) {
    this.server = createServer((near) => {
      const far = connect(to, "127.0.0.1");
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          this.sockets.delete(socket);
          other.destroy();
        });
      }
      near.pipe(far);
      far.pipe(near);
    });
  }

  static async lay(to: number): Promise<Cable> {
    const cable = new Cable(to);
    await cable.mend();
    return cable;
  }

  get port(): number {
    return this.number;
  }

  get url(): string {
    return `http://127.0.0.1:${this.number}`;
  }

  /** Ends every connection, and lets nobody in. */
  async cut(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Lets connections through again. */
  mend(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(this.number, "127.0.0.1", () => {
        const address = this.server.address();
        if (typeof address === "object" && address !== null) this.number = address.port;
        resolve();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.server.listening) await this.cut();
  }
}
