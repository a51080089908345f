import { createServer, type Server, type Socket } from "node:net";
import { Events } from "../events.ts";

/** What Carbon is to the server: takes a connection to its end, and keeps its text. */
export class GraphiteListener implements AsyncDisposable {
  readonly pushes = new Events<string>();
  private readonly open = new Set<Socket>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((socket) => {
      let text = "";
      this.open.add(socket);
      socket.setEncoding("utf8");
      socket.on("data", (part: string) => (text += part));
      socket.on("error", () => undefined);
      socket.on("close", () => this.open.delete(socket));
      socket.on("end", () => {
        this.pushes.push(text);
      });
    });
  }

  static async at(port: number): Promise<GraphiteListener> {
    const listener = new GraphiteListener();
    await new Promise<void>((resolve) => listener.server.listen(port, "127.0.0.1", resolve));
    return listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
