import { WireSocket } from "../program/socket.ts";
import { expectSame, field } from "../program/verdict.ts";
import { Waiting } from "../program/waiting.ts";
import { Client, type ClientOptions } from "./client.ts";
import { encode, prefixed } from "./protobuf.ts";
import { Stream, type StreamEvents } from "./stream.ts";
import type { Target } from "./target.ts";
import { unframed, type Message, type Values } from "./wire.ts";

const goneAway = { code: 1006, reason: "" };

abstract class Listener extends Client {
  /** Status and headers of the stream. */
  response: Response | undefined = undefined;
  protected stream: Stream | undefined = undefined;

  /** Every message of the stream; a disconnect push is the end that is told. */
  protected readonly events: StreamEvents = {
    message: (bytes) => {
      this.take(this.encoding === "protobuf" ? prefixed(bytes) : bytes, this.encoding === "protobuf");
      const { code, reason } = (field(this.messages.at(-1)?.value, "push", "disconnect") ?? {}) as Values;
      if (code !== undefined) this.ended({ code: Number(code), reason: String(reason) });
    },
    failed: (cause) => {
      this.fail(cause);
    },
    ended: () => {
      this.over = true;
      this.ending.wake();
      this.ended(goneAway);
    },
  };
  private over = false;
  private readonly ending = new Waiting();

  /** The server ends the response, too. */
  async streamEnds(): Promise<void> {
    await this.ending.until(
      () => this.over,
      () => "the response does not end",
      this.target.patience,
    );
  }

  override close(): void {
    this.stream?.close();
  }
}

export type EmulatedTransport = "http_stream" | "sse";

/** A client that hears by a streamed response, and speaks by requests (protocol notes, 8.1). */
export class EmulatedClient extends Listener {
  /** Statuses of what it said. */
  readonly statuses: number[] = [];
  private begun = false;

  constructor(
    target: Target,
    private readonly transport: EmulatedTransport,
    options: ClientOptions,
  ) {
    super(target, options);
  }

  /** The first command opens the stream. */
  override async open(): Promise<void> {}

  override sendBytes(bytes: Uint8Array): void {
    const saying = this.begun ? this.say(bytes) : this.begin(bytes);
    this.begun = true;
    saying.catch((cause: unknown) => {
      this.fail(cause);
    });
  }

  private async begin(bytes: Uint8Array): Promise<void> {
    const { url, patience } = this.target;
    const binary = this.encoding === "protobuf";
    const type = binary ? "application/octet-stream" : "application/json";
    const { stream, response } = await (this.transport === "http_stream"
      ? Stream.open(
          `${url}/connection/http_stream`,
          { method: "POST", headers: { "content-type": type }, body: Buffer.from(bytes) },
          { framing: binary ? "lengths" : "lines", events: this.events, patience },
        )
      : Stream.open(
          `${url}/connection/sse?cf_connect=${encodeURIComponent(Buffer.from(bytes).toString())}`,
          {},
          { framing: "events", events: this.events, patience },
        ));
    this.stream = stream;
    this.response = response;
    expectSame(response.status, 200, "the status of the stream");
  }

  private async say(bytes: Uint8Array): Promise<void> {
    const { session, node } = this.welcome;
    const binary = this.encoding === "protobuf";
    const request = { node, session, data: binary ? bytes : Buffer.from(bytes).toString() };
    const response = await fetch(`${this.target.url}/emulation`, {
      signal: AbortSignal.timeout(this.target.patience),
      method: "POST",
      headers: { "content-type": binary ? "application/octet-stream" : "application/json" },
      body: binary ? Buffer.from(encode("EmulationRequest", request)) : JSON.stringify(request),
    });
    this.statuses.push(response.status);
    this.stir();
    expectSame(response.status, 204, "the status of /emulation");
  }
}

export type UniTransport = "uni_websocket" | "uni_sse" | "uni_http_stream";

/** A client that listens alone: what comes is pushes (protocol notes, 8.2). */
export class UniClient extends Listener {
  private socketOfIts: WireSocket | undefined = undefined;

  constructor(
    target: Target,
    private readonly transport: UniTransport,
    options: ClientOptions = {},
  ) {
    super(target, { ...options, pongs: false });
  }

  protected override read(bytes: Buffer): readonly Message[] {
    return unframed("json", bytes, { frame: this.frames.length }).map((message) => {
      const value = Object.keys(message.value).length === 0 ? {} : { push: message.value };
      return { ...message, value, wire: value };
    });
  }

  /** Connects, by the query where `byQuery`; the first push may be a refusal. */
  async listen(request: Values, byQuery = false): Promise<void> {
    const { url, patience } = this.target;
    const text = JSON.stringify(request);
    const path = `/connection/${this.transport}`;
    const query = `?cf_connect=${encodeURIComponent(text)}`;
    if (this.transport === "uni_websocket") {
      const events = {
        message: (bytes: Buffer) => {
          this.take(bytes, false);
        },
        ping: () => undefined,
        pong: () => undefined,
        closed: (closing: { readonly code: number; readonly reason: string }) => {
          this.ended(closing);
        },
      };
      this.socketOfIts = await WireSocket.open(
        url.replace(/^http/, "ws") + path + (byQuery ? query : ""),
        events,
      );
      if (!byQuery) this.socketOfIts.text(text);
      return;
    }
    const framing = this.transport === "uni_sse" ? "events" : "lines";
    const [at, init] = byQuery
      ? [path + query, {}]
      : [path, { method: "POST", headers: { "content-type": "application/json" }, body: text }];
    const { stream, response } = await Stream.open(url + at, init, {
      framing,
      events: this.events,
      patience,
    });
    this.stream = stream;
    this.response = response;
    expectSame(response.status, 200, "the status of the stream");
  }

  /** … and takes the connect push. */
  async enter(request: Values, byQuery = false): Promise<this> {
    await this.listen(request, byQuery);
    this.welcome = await this.next("connect");
    return this;
  }

  override close(): void {
    super.close();
    this.socketOfIts?.close();
  }
}
