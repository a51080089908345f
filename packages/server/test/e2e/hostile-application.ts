import { createServer, type Server, type Socket } from "node:net";

/** A back end that answers proxies as no back end should: the path says how. */
export class HostileApplication implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(ready: (server: Server) => void) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.sockets.delete(socket));
      let text = "";
      socket.on("data", (data) => {
        text += String(data);
        if (!text.endsWith("}")) return;
        const path = text.split(" ")[1] ?? "";
        text = "";
        answer(socket, path);
      });
    });
    this.server.listen(0, "127.0.0.1", () => {
      ready(this.server);
    });
  }

  static async start(): Promise<HostileApplication> {
    let application: HostileApplication | undefined;
    await new Promise<Server>((resolve) => {
      application = new HostileApplication(resolve);
    });
    if (application === undefined) throw new Error("no application");
    return application;
  }

  url(how: string): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/${how}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((closed) => {
      this.server.close(() => {
        closed();
      });
    });
  }
}

function answer(socket: Socket, path: string): void {
  const [, how = "", status = ""] = path.split("/");
  const whole = (head: string, body: string): void => {
    socket.end(
      `HTTP/1.1 ${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  };
  const good = '{"result":{"user":"ann"}}';
  switch (how) {
    case "status":
      whole(`${status} x\r\nLocation: /good`, good);
      return;
    case "good":
      whole("200 OK", good);
      return;
    case "text":
      whole("200 OK", decodeURIComponent(status));
      return;
    case "garbage":
      socket.end("\u0000\u0001lorem ipsum\r\n\r\n\r\n");
      return;
    case "cut":
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + good, () => socket.destroy());
      return;
    case "drip":
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
      return;
    case "huge":
      whole("200 OK", `{"result":{"user":"ann","data":"${"x".repeat(1024 * 1024)}"}}`);
      return;
    case "gzip":
      socket.end(
        Buffer.concat([
          Buffer.from("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"),
          Bun.gzipSync(Buffer.from(good)),
        ]),
      );
      return;
    case "hang":
      return;
  }
}
