import { WireSocket, type Closing, type SocketOptions } from "../program/socket.ts";
import { Broken, expectSame, expectThat, field, shown } from "../program/verdict.ts";
import { Waiting } from "../program/waiting.ts";
import { closings, errors } from "./codes.ts";
import type { Target } from "./target.ts";
import { framed, unframed, type Encoding, type Message, type Values } from "./wire.ts";

export interface ClientOptions extends SocketOptions {
  readonly encoding?: Encoding;
  /** Behind the URL. */
  readonly path?: string;
  /** Answers the server's pings; false: a peer that is gone. */
  readonly pongs?: boolean;
}

export type Method =
  | "connect"
  | "subscribe"
  | "unsubscribe"
  | "publish"
  | "presence"
  | "presence_stats"
  | "history"
  | "rpc"
  | "refresh"
  | "sub_refresh";

export type PushKind =
  "pub" | "join" | "leave" | "subscribe" | "unsubscribe" | "refresh" | "message" | "connect" | "disconnect";

export const websocketPath = "/connection/websocket";

/** A client of protocol v2 that does what it is told and hides nothing. */
export class Client {
  readonly messages: Message[] = [];
  /** Frames of the server, as they came, and whether each was binary. */
  readonly frames: { readonly bytes: Buffer; readonly binary: boolean }[] = [];
  /** Pings of the server. */
  pings = 0;
  closing: Closing | undefined = undefined;
  /** What the connect command was answered with. */
  welcome: Values = {};
  user = "";
  readonly encoding: Encoding;
  private readonly taken = new Set<Message>();
  private readonly waiting = new Waiting();
  private fault: Error | undefined = undefined;
  private socket: WireSocket | undefined = undefined;
  private lastId = 0;

  constructor(
    protected readonly target: Target,
    protected readonly options: ClientOptions,
  ) {
    this.encoding = options.encoding ?? "json";
  }

  async open(): Promise<void> {
    const { protocols } = this.options;
    const asked = this.encoding === "protobuf" && protocols === undefined ? "?format=protobuf" : "";
    const { path = websocketPath + asked } = this.options;
    this.socket = await WireSocket.open(
      this.target.url.replace(/^http/, "ws") + path,
      {
        message: (bytes, binary) => {
          this.take(bytes, binary);
        },
        ping: () => undefined,
        pong: () => undefined,
        closed: (closing) => {
          this.ended(closing);
        },
      },
      this.options,
    );
  }

  /** The connection is over; what is said first counts. */
  protected ended(closing: Closing): void {
    this.closing ??= closing;
    this.waiting.wake();
  }

  /** The messages of a frame, in the form of a reply. */
  protected read(bytes: Buffer): readonly Message[] {
    return unframed(this.encoding, bytes, { frame: this.frames.length });
  }

  protected take(bytes: Buffer, binary: boolean): void {
    this.frames.push({ bytes, binary });
    try {
      for (const message of this.read(bytes)) {
        if (Object.keys(message.value).length > 0) {
          this.messages.push(message);
          continue;
        }
        this.pings += 1;
        if (this.options.pongs !== false) this.send({});
      }
    } catch (cause) {
      this.fail(cause);
    }
    this.waiting.wake();
  }

  protected stir(): void {
    this.waiting.wake();
  }

  /** Whoever waits for something is told of it. */
  protected fail(cause: unknown): void {
    this.fault ??= cause instanceof Error ? cause : new Error(String(cause));
    this.waiting.wake();
  }

  get id(): string {
    return String(this.welcome["client"]);
  }

  get wire(): WireSocket {
    if (this.socket === undefined) throw new Error("not connected");
    return this.socket;
  }

  get nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** Sends commands in one frame. */
  send(...commands: readonly Values[]): void {
    this.sendBytes(framed(this.encoding, commands));
  }

  sendBytes(bytes: Uint8Array): void {
    if (this.encoding === "protobuf") this.wire.binary(bytes);
    else this.wire.text(Buffer.from(bytes).toString());
  }

  /** The next command of the method. */
  command(method: Method, request: Values): Values {
    return { id: this.nextId, [method]: request };
  }

  /** The reply, be it an error. */
  async ask(method: Method, request: Values): Promise<Message> {
    const command = this.command(method, request);
    this.send(command);
    return this.replyTo(Number(command["id"]), method);
  }

  async replyTo(id: number, what = "command"): Promise<Message> {
    return this.nextWhere(({ value }) => value["id"] === id, `the reply to ${what} ${id}`);
  }

  /** What the command is answered with; an error is a fault. */
  async ok(method: Method, request: Values): Promise<Values> {
    return this.resultOf(await this.ask(method, request), method);
  }

  resultOf({ value, raw }: Message, method: Method): Values {
    const result = value[method];
    expectThat(
      value["error"] === undefined && typeof result === "object" && result !== null,
      `${method} was answered with ${this.text(raw)}`,
    );
    return result as Values;
  }

  /** The command is answered with this error, and its message. */
  async refused(method: Method, request: Values, code: number): Promise<void> {
    expectError(await this.ask(method, request), code, method);
  }

  /** Subscribes, and waits until the server says that it has. */
  join(channel: string, request: Values = {}): Promise<Values> {
    return this.ok("subscribe", { channel, ...request });
  }

  leave(channel: string): Promise<Values> {
    return this.ok("unsubscribe", { channel });
  }

  /** The first push of the kind that nobody has taken: what is in it. */
  async next(kind: PushKind, channel?: string, later?: number): Promise<Values> {
    return inside(await this.nextPush(kind, channel, later), kind);
  }

  nextPush(kind: PushKind, channel?: string, later?: number): Promise<Message> {
    const what = channel === undefined ? kind : `${kind} on ${channel}`;
    return this.nextWhere((message) => isPush(message, kind, channel), what, later);
  }

  private async nextWhere(
    fits: (message: Message) => boolean,
    what: string,
    later?: number,
  ): Promise<Message> {
    const first = (): Message | undefined =>
      this.messages.find((message) => !this.taken.has(message) && fits(message));
    await this.until(() => first() !== undefined, what, later);
    const found = first();
    if (found === undefined) throw new Broken(`${what} did not come`);
    this.taken.add(found);
    return found;
  }

  heard(kind: PushKind, channel?: string): readonly Message[] {
    return this.messages.filter((message) => isPush(message, kind, channel));
  }

  /** Data of the channel's publications, in order. */
  dataHeard(channel: string): readonly unknown[] {
    return this.heard("pub", channel).map(({ value }) => field(value, "push", "pub", "data"));
  }

  /**
   * Waits for whatever has to become so; what is no frame of the protocol ends it.
   *
   * @param later milliseconds of patience more, for what takes its time
   */
  async until(holds: () => boolean, what: string, later = 0): Promise<void> {
    const patience = this.target.patience + later;
    const complaint = (): string => {
      const last = this.messages.at(-1)?.raw;
      const end = this.closing === undefined ? "" : `, closed with ${this.closing.code}`;
      const shownLast = last === undefined ? "nothing" : this.text(last);
      return `${what} did not come within ${patience / 1000} s (last came ${shownLast}${end})`;
    };
    const over = (): boolean => this.fault !== undefined || this.closing !== undefined;
    await this.waiting.until(() => holds() || over(), complaint, patience);
    if (this.fault !== undefined) throw this.fault;
    if (!holds()) throw new Broken(complaint());
  }

  /** The server closes with the code, and with its reason. */
  async closed(code: number, reason = closings[code], later?: number): Promise<void> {
    await this.until(() => this.closing !== undefined, `a close with ${code}`, later);
    const found = this.closing;
    expectSame(found?.code, code, "the close code");
    if (reason !== undefined) expectSame(found?.reason, reason, "the reason of the close");
  }

  /** Everything sent before has been read by the server, and the connection stands. */
  async quiet(): Promise<void> {
    await this.ok("unsubscribe", { channel: "never-joined" });
  }

  close(): void {
    this.socket?.close();
  }

  private text(raw: Buffer): string {
    return this.encoding === "json" ? shown(raw.toString()) : shown(raw.toString("latin1"));
  }
}

export function expectError({ value }: Message, code: number, what: string): void {
  const error = value["error"];
  expectThat(typeof error === "object" && error !== null, `${what} was answered with ${shown(value)}`);
  const [message = "", temporary = false] = errors[code] ?? [];
  const wanted = temporary ? { code, message, temporary } : { code, message };
  expectSame(error, wanted, `the error of ${what}`);
}

function isPush({ value }: Message, kind: PushKind, channel: string | undefined): boolean {
  const push = value["push"];
  if (field(push, kind) === undefined) return false;
  return channel === undefined || field(push, "channel") === channel;
}

function inside({ value }: Message, kind: PushKind): Values {
  return field(value, "push", kind) as Values;
}
