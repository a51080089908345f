/** What a connection came to. */
export type SocketOutcome =
  | {
      readonly kind: "established";
      readonly socketId: string;
      /** Seconds; undefined where the server names none. */
      readonly activityTimeout: number | undefined;
    }
  | { readonly kind: "refused"; readonly code: number; readonly message: string }
  /** Whatever was said first is nothing of the protocol. */
  | { readonly kind: "foreign"; readonly text: string }
  | { readonly kind: "not-opened"; readonly message: string }
  | { readonly kind: "silent" };

export type SubscribeOutcome =
  | { readonly kind: "subscribed" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "closed"; readonly message: string }
  | { readonly kind: "silent" };

interface Message {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The browser's types hide what the runtime's constructor takes. */
const RuntimeWebSocket = WebSocket as unknown as new (
  url: string,
  options: { readonly headers: Readonly<Record<string, string>> },
) => WebSocket;

/** Messages of a connection that are kept: it is asked for two. */
const kept = 100;

/** One connection to a Pusher server, that waits for answers and never for ever. */
export class SocketProbe implements Disposable {
  private readonly messages: (Message | string)[] = [];
  private opened = false;
  private ended: string | undefined;
  private readonly socket: WebSocket;
  private wake: () => void = () => undefined;

  constructor(
    url: string,
    /** Milliseconds for each answer. */
    private readonly timeout: number,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.socket = new RuntimeWebSocket(url, { headers });
    this.socket.addEventListener("open", () => {
      this.opened = true;
    });
    this.socket.addEventListener("message", ({ data }) => {
      if (this.messages.length < kept) this.messages.push(read(data));
      this.wake();
    });
    this.socket.addEventListener("error", (event) => {
      this.end("message" in event ? String(event.message) : "");
    });
    this.socket.addEventListener("close", ({ code, reason }) => {
      this.end(`${code} ${reason}`.trim());
    });
  }

  async hello(): Promise<SocketOutcome> {
    await this.until(() => this.messages.length > 0);
    const first = this.messages.shift();
    if (first === undefined) {
      if (this.opened && this.ended !== undefined)
        return { kind: "foreign", text: `closed with ${this.ended}` };
      return this.opened ? { kind: "silent" } : { kind: "not-opened", message: this.ended ?? "timeout" };
    }
    if (typeof first === "string") return { kind: "foreign", text: first };
    const { event, data } = first;
    if (event === "pusher:connection_established" && typeof data["socket_id"] === "string")
      return {
        kind: "established",
        socketId: data["socket_id"],
        activityTimeout: typeof data["activity_timeout"] === "number" ? data["activity_timeout"] : undefined,
      };
    if (event === "pusher:error")
      return { kind: "refused", code: Number(data["code"]), message: textOf(data["message"]) };
    return { kind: "foreign", text: event };
  }

  /** Joins a channel with the back end's word. */
  async subscribe(channel: string, auth: string): Promise<SubscribeOutcome> {
    this.socket.send(JSON.stringify({ event: "pusher:subscribe", data: { channel, auth } }));
    const answer = await this.first(({ event }) =>
      ["pusher_internal:subscription_succeeded", "pusher:error", "pusher:subscription_error"].includes(event),
    );
    if (answer === undefined)
      return this.ended === undefined ? { kind: "silent" } : { kind: "closed", message: this.ended };
    if (answer.event === "pusher_internal:subscription_succeeded") return { kind: "subscribed" };
    return { kind: "refused", message: textOf(answer.data["message"] ?? answer.data["error"]) };
  }

  [Symbol.dispose](): void {
    this.socket.close();
  }

  private end(why: string): void {
    this.ended ??= why;
    this.wake();
  }

  private async first(fits: (message: Message) => boolean): Promise<Message | undefined> {
    const found = (): Message | undefined =>
      this.messages.find((one): one is Message => typeof one !== "string" && fits(one));
    await this.until(() => found() !== undefined);
    return found();
  }

  /** Until it holds, the connection is over, or nobody waits any longer. */
  private async until(holds: () => boolean): Promise<void> {
    if (holds() || this.ended !== undefined) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(done, this.timeout);
      this.wake = () => {
        if (!holds() && this.ended === undefined) return;
        clearTimeout(timer);
        done();
      };
    });
  }
}

/** A message of the protocol, whose data may be the text of an object; else the text that came. */
function read(frame: unknown): Message | string {
  const text = typeof frame === "string" ? frame : "bytes";
  const message = objectOf(text);
  const event = message?.["event"];
  if (typeof event !== "string") return text;
  const data = message?.["data"];
  return { event, data: (typeof data === "string" ? objectOf(data) : asObject(data)) ?? {} };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
