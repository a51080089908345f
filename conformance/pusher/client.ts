import { WireSocket, type Closing, type SocketOptions } from "../program/socket.ts";
import { channelAuth, userAuth, type AppKeys, type Target } from "./target.ts";
import { Broken, expectThat, field, inner, same, shown } from "../program/verdict.ts";
import { Waiting } from "../program/waiting.ts";

/** A message of the server. */
export interface Message {
  readonly event: string;
  readonly channel: string | undefined;
  readonly data: unknown;
  readonly user: unknown;
  readonly raw: string;
}

export interface Member {
  readonly user_id: string | number;
  readonly user_info?: unknown;
}

export interface ClientOptions extends SocketOptions {
  readonly app?: AppKeys;
  /** Behind the URL: `/app/KEY?…`. */
  readonly path?: string;
  readonly query?: string;
}

export const standardQuery = "protocol=7&client=js&version=8.6.0&flash=false";

/** A Pusher client that does what it is told and hides nothing. */
export class Client {
  readonly messages: Message[] = [];
  /** Payloads of WebSocket pongs. */
  readonly pongs: string[] = [];
  pings = 0;
  closing: Closing | undefined = undefined;
  id = "";
  readonly app: AppKeys;
  private readonly taken = new Set<Message>();
  private readonly waiting = new Waiting();
  private socket: WireSocket | undefined = undefined;

  constructor(
    private readonly target: Target,
    private readonly options: ClientOptions,
  ) {
    this.app = options.app ?? target.app;
  }

  /** Connects; the server may refuse. */
  async open(): Promise<void> {
    const { path = `/app/${this.app.key}?${this.options.query ?? standardQuery}` } = this.options;
    const url = this.target.url.replace(/^http/, "ws") + path;
    this.socket = await WireSocket.open(
      url,
      {
        message: (bytes) => {
          this.messages.push(read(bytes.toString()));
          this.stir();
        },
        ping: () => {
          this.pings += 1;
          this.stir();
        },
        pong: (payload) => {
          this.pongs.push(payload);
          this.stir();
        },
        closed: (closing) => {
          this.closing = closing;
          this.stir();
        },
      },
      this.options,
    );
  }

  /** Connects, and reads its socket id off the first message (section 1.3). */
  async enter(): Promise<this> {
    await this.open();
    await this.until(() => this.messages.length > 0, "the first message");
    const [first] = this.messages;
    if (first?.event !== "pusher:connection_established")
      throw new Broken(`the first message is ${first?.raw ?? "none"}`);
    this.taken.add(first);
    const id = field(inner(first.data, first.event), "socket_id");
    expectThat(typeof id === "string" && id !== "", `socket_id is ${shown(id)}`);
    this.id = id;
    return this;
  }

  get wire(): WireSocket {
    if (this.socket === undefined) throw new Error("not connected");
    return this.socket;
  }

  send(message: unknown): void {
    this.wire.text(typeof message === "string" ? message : JSON.stringify(message));
  }

  close(): void {
    this.socket?.close();
  }

  /** Waits for whatever has to become so. */
  async until(holds: () => boolean, what: string, patience = this.target.patience): Promise<void> {
    const complaint = (): string => {
      const last = this.messages.at(-1)?.raw ?? "nothing";
      const end = this.closing === undefined ? "" : `, closed with ${this.closing.code}`;
      return `${what} did not come within ${patience / 1000} s (last came ${last.slice(0, 200)}${end})`;
    };
    await this.waiting.until(holds, complaint, patience);
  }

  /** Takes the first message that nobody has taken. */
  async next(event: string, channel?: string, patience?: number): Promise<Message> {
    const fits = (one: Message): boolean =>
      one.event === event && (channel === undefined || one.channel === channel) && !this.taken.has(one);
    const what = channel === undefined ? event : `${event} on ${channel}`;
    await this.until(() => this.messages.some(fits), what, patience);
    const found = this.messages.find(fits);
    if (found === undefined) throw new Broken(`${what} did not come`);
    this.taken.add(found);
    return found;
  }

  heard(event: string, channel?: string): readonly Message[] {
    return this.messages.filter(
      (one) => one.event === event && (channel === undefined || one.channel === channel),
    );
  }

  /** The close code that the server gives. */
  async closed(patience?: number): Promise<number> {
    await this.until(() => this.closing !== undefined, "the server's close frame", patience);
    return this.closing?.code ?? 0;
  }

  /** Everything sent before has been read by the server. */
  async quiet(): Promise<void> {
    const before = this.heard("pusher:pong").length;
    this.send({ event: "pusher:ping", data: {} });
    await this.until(() => this.heard("pusher:pong").length > before, "pusher:pong");
  }

  authFor(channel: string, channelData?: string): string {
    return channelAuth(this.app, this.id, channel, channelData);
  }

  /** Sends what a client library sends, signed as a back end would. `member` for presence channels. */
  askToJoin(channel: string, member?: Member | string): void {
    const closed = /^(private-|presence-)/.test(channel);
    const channelData =
      member === undefined ? undefined : typeof member === "string" ? member : JSON.stringify(member);
    this.send({
      event: "pusher:subscribe",
      data: {
        channel,
        auth: closed ? this.authFor(channel, channelData) : "",
        ...(channelData === undefined ? {} : { channel_data: channelData }),
      },
    });
  }

  /** Subscribes, and waits until the server says that it has. */
  async join(channel: string, member?: Member | string): Promise<Message> {
    this.askToJoin(channel, member);
    return this.next("pusher_internal:subscription_succeeded", channel);
  }

  leave(channel: string): void {
    this.send({ event: "pusher:unsubscribe", data: { channel } });
  }

  askToSignIn(userData: string): void {
    this.send({
      event: "pusher:signin",
      data: { auth: userAuth(this.app, this.id, userData), user_data: userData },
    });
  }

  async signIn(user: Readonly<Record<string, unknown>>): Promise<Message> {
    this.askToSignIn(JSON.stringify(user));
    return this.next("pusher:signin_success");
  }

  /** The server refuses a subscription: by `pusher:error`, by `pusher:subscription_error`, or by both; nothing is joined. */
  async refused(channel: string): Promise<void> {
    const told = (one: Message): boolean =>
      (one.event === "pusher:error" && (one.channel === undefined || one.channel === channel)) ||
      (one.event === "pusher:subscription_error" && one.channel === channel);
    const joined = (): boolean => this.heard("pusher_internal:subscription_succeeded", channel).length > 0;
    await this.until(() => this.messages.some(told) || joined(), `a refusal of ${channel}`);
    await this.quiet();
    expectThat(!joined(), `${channel} was joined`);
  }

  expectNone(event: string, channel?: string): void {
    const [first] = this.heard(event, channel);
    expectThat(first === undefined, `${event} came: ${shown(first?.raw)}`);
  }

  /** No message of these data on the channel. */
  expectNotHeard(channel: string, data: unknown): void {
    const found = this.messages.find((one) => one.channel === channel && same(one.data, data));
    expectThat(found === undefined, `${shown(found?.raw)} came`);
  }

  private stir(): void {
    this.waiting.wake();
  }
}

function read(raw: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { event: "(no JSON)", channel: undefined, data: undefined, user: undefined, raw };
  }
  const [event, channel] = [field(value, "event"), field(value, "channel")];
  return {
    event: typeof event === "string" ? event : "(no event)",
    channel: typeof channel === "string" ? channel : undefined,
    data: field(value, "data"),
    user: field(value, "user_id"),
    raw,
  };
}
