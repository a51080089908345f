import { Events } from "../events.ts";

export interface Closed {
  readonly code: number;
  readonly reason: string;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

export interface RawOptions {
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What it shows of itself. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** The browser's types hide what the runtime's constructor takes. */
const RuntimeWebSocket = WebSocket as unknown as new (
  url: string,
  options: Bun.WebSocketOptions,
) => WebSocket;

/** A WebSocket without a protocol on top: what real clients never send is sent from here. */
export class RawSocket implements Disposable {
  readonly frames = new Events<string>();
  /** The close frame; resolves for a connection that was never let in, too (1006 or 1002). */
  readonly closed: Promise<Closed>;
  private readonly socket: WebSocket;

  private constructor(url: string, { protocols = [], headers = {}, certificate }: RawOptions) {
    // Certificates of the tests are signed by nobody.
    const options = {
      headers,
      protocols: [...protocols],
      tls: { rejectUnauthorized: false, ...certificate },
    };
    this.socket = new RuntimeWebSocket(url, options);
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("message", ({ data }) => {
      this.frames.push(typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer));
    });
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener("close", ({ code, reason }) => {
        resolve({ code, reason, at: performance.now() });
      });
    });
  }

  static async open(url: string, options: RawOptions = {}): Promise<RawSocket> {
    const raw = new RawSocket(url, options);
    await new Promise<void>((resolve, reject) => {
      raw.socket.addEventListener("open", () => {
        resolve();
      });
      raw.socket.addEventListener("error", () => {
        reject(new Error(`no WebSocket at ${url}`));
      });
    });
    return raw;
  }

  get subprotocol(): string {
    return this.socket.protocol;
  }

  send(frame: string | Uint8Array): void {
    this.socket.send(typeof frame === "string" ? frame : new Uint8Array(frame));
  }

  /** The next message, as JSON. */
  async next(): Promise<unknown> {
    return JSON.parse(await this.frames.next()) as unknown;
  }

  /** The first message, past or to come, whose text has all the parts. */
  async having(...parts: readonly string[]): Promise<string> {
    return this.frames.first((text) => parts.every((part) => text.includes(part)));
  }

  /** From now on, answers every message that begins like this. */
  answer(beginning: string, answer: string): void {
    this.socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string" && data.startsWith(beginning)) this.socket.send(answer);
    });
  }

  /** Ends without waiting for the other side. */
  [Symbol.dispose](): void {
    this.socket.close();
  }

  close(): void {
    this.socket.close();
  }
}
