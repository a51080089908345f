import { randomBytes } from "node:crypto";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectSecure } from "node:tls";

export interface Closing {
  /** Of the close frame; 1006 where the connection ended without one. */
  readonly code: number;
  readonly reason: string;
}

export interface SocketOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Subprotocols to offer. */
  readonly protocols?: readonly string[];
  /** Answers WebSocket pings, as every library does; false: a peer that is gone without a word. */
  readonly answersPings?: boolean;
}

export interface SocketEvents {
  message(bytes: Buffer, binary: boolean): void;
  ping(): void;
  pong(payload: string): void;
  closed(closing: Closing): void;
}

/** The server answered the opening request with something else than 101. */
export class NotUpgraded extends Error {
  constructor(readonly status: number) {
    super(`the opening request was answered with ${status}`);
  }
}

const opcode = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/**
 * A WebSocket of its own (RFC 6455), because libraries answer pings unasked and hide control frames, fragments and close
 * codes that a server has to be seen to handle.
 */
export class WireSocket {
  /** The subprotocol that the server chose; empty = none. */
  protocol = "";
  private pending: Buffer = Buffer.alloc(0);
  private fragments: Buffer[] = [];
  private binaryBegun = false;
  private upgraded = false;
  private over = false;
  private closing: Closing = { code: 1006, reason: "" };

  private constructor(
    private readonly stream: Socket,
    private readonly events: SocketEvents,
    private readonly answersPings: boolean,
  ) {}

  /** Resolves with the answer of the opening request; throws `NotUpgraded` where that is a refusal. */
  static open(url: string, events: SocketEvents, options: SocketOptions = {}): Promise<WireSocket> {
    const { hostname, port, protocol, host } = new URL(url);
    const secure = protocol === "wss:";
    const at = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (secure ? 443 : 80)) };
    const stream = secure ? (connectSecure({ ...at, servername: at.host }) as Socket) : connectPlain(at);
    stream.setNoDelay(true);
    const socket = new WireSocket(stream, events, options.answersPings ?? true);
    // Not by URL: that would write double slashes and dots anew.
    const target = url.slice(url.indexOf(host) + host.length);
    stream.once(secure ? "secureConnect" : "connect", () => {
      const lines = [
        `GET ${target} HTTP/1.1`,
        `Host: ${host}`,
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
        "Sec-WebSocket-Version: 13",
        ...(options.protocols === undefined
          ? []
          : [`Sec-WebSocket-Protocol: ${options.protocols.join(", ")}`]),
        ...Object.entries(options.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
      ];
      stream.write(`${lines.join("\r\n")}\r\n\r\n`);
    });
    return new Promise((resolve, reject) => {
      stream.on("data", (bytes: Buffer) => {
        socket.pending = socket.pending.length === 0 ? bytes : Buffer.concat([socket.pending, bytes]);
        if (!socket.upgraded) {
          const status = socket.readOpening();
          if (status === undefined) return;
          if (status !== 101) {
            reject(new NotUpgraded(status));
            stream.destroy();
            return;
          }
          socket.upgraded = true;
          resolve(socket);
        }
        // What came with the answer is read when whoever waits for the answer has it.
        queueMicrotask(() => {
          socket.readFrames();
        });
      });
      const gone = (cause?: Error): void => {
        reject(cause ?? new Error(`${url} closed the connection before it answered`));
        if (socket.over) return;
        socket.over = true;
        if (socket.upgraded) queueMicrotask(() => events.closed(socket.closing));
      };
      stream.on("error", gone);
      stream.on("close", () => {
        gone();
      });
    });
  }

  text(text: string): void {
    this.write(opcode.text, Buffer.from(text));
  }

  binary(bytes: Uint8Array): void {
    this.write(opcode.binary, Buffer.from(bytes));
  }

  ping(payload: string): void {
    this.write(opcode.ping, Buffer.from(payload));
  }

  /** One message in several frames. */
  fragmented(parts: readonly string[]): void {
    parts.forEach((part, i) => {
      const code = i === 0 ? opcode.text : opcode.more;
      this.write(code, Buffer.from(part), i === parts.length - 1);
    });
  }

  /** Says goodbye. */
  close(): void {
    if (!this.over) this.write(opcode.close, Buffer.from([3, 232]));
    this.stream.end();
  }

  /** Ends without a word, as a lost network does. */
  drop(): void {
    this.stream.destroy();
  }

  /** Reads no more, as a slow network does. */
  stall(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  private write(code: number, payload: Buffer, final = true): void {
    if (this.stream.destroyed || !this.stream.writable) return;
    const { length } = payload;
    const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
    const frame = Buffer.alloc(6 + extra + length);
    frame[0] = (final ? 0x80 : 0) | code;
    frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
    if (extra === 2) frame.writeUInt16BE(length, 2);
    if (extra === 8) frame.writeBigUInt64BE(BigInt(length), 2);
    const mask = randomBytes(4);
    mask.copy(frame, 2 + extra);
    for (let i = 0; i < length; i += 1) frame[6 + extra + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
    this.stream.write(frame);
  }

  /** The status of the answer, once it is there. */
  private readOpening(): number | undefined {
    const end = this.pending.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const head = this.pending.subarray(0, end).toString("latin1");
    this.pending = this.pending.subarray(end + 4);
    this.protocol = /^sec-websocket-protocol:\s*(.*?)\s*$/im.exec(head)?.[1] ?? "";
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  }

  private readFrames(): void {
    for (;;) {
      const { pending } = this;
      if (pending.length < 2) return;
      const short = (pending[1] ?? 0) & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (pending.length < start) return;
      const long = short === 127 ? Number(pending.readBigUInt64BE(2)) : undefined;
      const length = long ?? (short === 126 ? pending.readUInt16BE(2) : short);
      if (pending.length < start + length) return;
      const payload = pending.subarray(start, start + length);
      this.pending = pending.subarray(start + length);
      this.take((pending[0] ?? 0) & 0x0f, ((pending[0] ?? 0) & 0x80) !== 0, payload);
    }
  }

  private take(code: number, final: boolean, payload: Buffer): void {
    switch (code) {
      case opcode.close: {
        if (payload.length >= 2)
          this.closing = { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString() };
        else this.closing = { code: 1005, reason: "" };
        this.write(opcode.close, payload);
        this.stream.end();
        return;
      }
      case opcode.ping:
        this.events.ping();
        if (this.answersPings) this.write(opcode.pong, payload);
        return;
      case opcode.pong:
        this.events.pong(payload.toString());
        return;
      default:
        if (code !== opcode.more) this.binaryBegun = code === opcode.binary;
        this.fragments.push(payload);
        if (!final) return;
        this.events.message(Buffer.concat(this.fragments), this.binaryBegun);
        this.fragments = [];
    }
  }
}
