import { pusherPath } from "../e2e/raw-pusher.ts";
import { RawSocket } from "../e2e/raw-socket.ts";
import { token } from "../e2e/tokens.ts";
import { keys } from "../server.ts";
import { isClosed, type AppKeys } from "./client.ts";
import { authorization, pusherSigner } from "./pusher-client.ts";

/** A Pusher client by hand, for exact bytes and for what pusher-js refuses to send. */
export class RawPusher implements AsyncDisposable {
  private constructor(
    readonly socket: RawSocket,
    readonly socketId: string,
    private readonly app: AppKeys,
  ) {}

  static async connect(port: number, app: AppKeys = keys.app): Promise<RawPusher> {
    const socket = await RawSocket.open(`ws://127.0.0.1:${port}${pusherPath(app.key)}`);
    const hello = await socket.having("pusher:connection_established");
    const socketId = /socket_id\\":\\"([\d.]+)/.exec(hello)?.[1];
    if (socketId === undefined) throw new Error(`no socket id in ${hello}`);
    return new RawPusher(socket, socketId, app);
  }

  /** The signature that opens the channel for this connection. */
  signature(channel: string): string {
    return authorization(this.app, { socketId: this.socketId, channel, member: { user_id: "" } }).auth;
  }

  /** The back end's signature of any text behind the socket id. */
  sign(text: string): string {
    const mac = new Bun.CryptoHasher("sha256", this.app.secret).update(`${this.socketId}:${text}`);
    return `${this.app.key}:${mac.digest("hex")}`;
  }

  /** Asks for a channel, with whatever authorisation; resolves with the answer's frame. */
  async ask(channel: string, authorization: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const from = this.socket.frames.all.length;
    this.send("pusher:subscribe", { channel, ...authorization });
    await this.answered();
    const answer = this.socket.frames.all
      .slice(from)
      .find((frame) => /subscription_succeeded|subscription_error|pusher:error/.test(frame));
    return answer ?? "";
  }

  async join(channel: string, user = ""): Promise<void> {
    const { app, socketId } = this;
    const word = isClosed(channel)
      ? authorization(app, { socketId, channel, member: { user_id: user } })
      : {};
    const answer = await this.ask(channel, { ...word });
    if (!answer.includes("subscription_succeeded")) throw new Error(`not joined: ${answer}`);
  }

  /** What the back end answers for a user's sign-in. */
  signInAs(user: string): object {
    return pusherSigner(this.app).authenticateUser(this.socketId, { id: user });
  }

  async signIn(user: string): Promise<void> {
    this.send("pusher:signin", this.signInAs(user));
    await this.socket.having("pusher:signin_success");
  }

  send(event: string, data: unknown, channel?: string): void {
    this.socket.send(JSON.stringify({ event, channel, data }));
  }

  /** Sends a client event whose data is this very JSON text. */
  sendText(event: string, channel: string, data: string): void {
    this.socket.send(
      `{"event":${JSON.stringify(event)},"channel":${JSON.stringify(channel)},"data":${data}}`,
    );
  }

  /** The error codes that the server sent since a place in the frames. */
  errorsSince(from: number): number[] {
    return this.socket.frames.all.slice(from).flatMap((frame) => {
      if (!frame.includes('"pusher:error"')) return [];
      const code = /"code":\s*(\d+)/.exec(frame)?.[1];
      return [Number(code ?? 0)];
    });
  }

  /** Resolves when the server has answered everything sent before. */
  async answered(): Promise<void> {
    const { frames } = this.socket;
    const before = frames.all.filter(isPong).length;
    this.send("pusher:ping", {});
    await frames.first((frame) => isPong(frame) && frames.all.filter(isPong).length > before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await this.socket.closed;
  }
}

function isPong(frame: string): boolean {
  return frame.includes('"pusher:pong"');
}

/** A Centrifugo client by hand: what it publishes, and what it hears, is the text itself. */
export class RawCentrifugo implements AsyncDisposable {
  private commandId = 1;

  private constructor(readonly socket: RawSocket) {}

  /** Connects; `request` is what the connect command has besides the token. */
  static async connect(
    port: number,
    user = "raw",
    request: Readonly<Record<string, unknown>> = {},
  ): Promise<RawCentrifugo> {
    const socket = await RawSocket.open(`ws://127.0.0.1:${port}/connection/websocket`);
    socket.send(JSON.stringify({ id: 1, connect: { token: token({ sub: user }), ...request } }));
    await socket.having('"id":1', '"connect"');
    return new RawCentrifugo(socket);
  }

  /** Sends one command; resolves with the reply's text. */
  async command(method: string, body: string): Promise<string> {
    this.commandId += 1;
    const id = this.commandId;
    this.socket.send(`{"id":${id},"${method}":${body}}`);
    const frame = await this.socket.frames.first((text) => text.includes(`"id":${id},`));
    return frame.split("\n").find((line) => line.startsWith(`{"id":${id},`)) ?? frame;
  }

  async join(channel: string, user = "raw"): Promise<void> {
    const vouching = isClosed(channel) ? { token: token({ sub: user, channel }) } : {};
    const answer = await this.command("subscribe", JSON.stringify({ channel, ...vouching }));
    if (!answer.includes('"subscribe"')) throw new Error(`not joined: ${answer}`);
  }

  async publish(channel: string, data: string): Promise<string> {
    return this.command("publish", `{"channel":${JSON.stringify(channel)},"data":${data}}`);
  }

  /** The lines of all frames so far: one reply or push each. */
  lines(): string[] {
    return this.socket.frames.all.flatMap((frame) => frame.split("\n"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await this.socket.closed;
  }
}
