import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { Events } from "../events.ts";

/** Opcodes of RFC 6455, 5.2. */
export const opcode = { text: 1, binary: 2, close: 8, ping: 9 } as const;

export interface Message {
  readonly opcode: number;
  readonly text: string;
  readonly payload: Buffer;
  /** RSV1 is set: the payload is compressed (RFC 7692, 6). */
  readonly compressed: boolean;
  /** Of a close frame. */
  readonly code: number | undefined;
}

/** A WebSocket frame by hand, so that it can be wrong. A client's frames are masked. */
export function frame(kind: number, payload: Uint8Array, { masked = true, bits = 0x80 } = {}): Buffer {
  const { length } = payload;
  const size =
    length < 126
      ? Buffer.from([length])
      : length < 65_536
        ? Buffer.from([126, length >> 8, length & 255])
        : Buffer.from([
            127,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >> 16) & 255,
            (length >> 8) & 255,
            length & 255,
          ]);
  const head = Buffer.concat([Buffer.from([bits | kind]), size]);
  if (!masked) return Buffer.concat([head, payload]);
  head.writeUInt8(head.readUInt8(1) | 0x80, 1);
  // A mask of zeros is a mask.
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

/** A WebSocket over bare TCP: it can break frames in the middle, and it can stop reading. */
export class TcpSocket implements Disposable {
  readonly messages = new Events<Message>();
  /** The connection is gone, with or without a close frame. */
  readonly ended: Promise<void>;
  /** Extensions that the server has taken; undefined = none. */
  extensions: string | undefined = undefined;
  private buffered = Buffer.alloc(0);
  private upgraded = false;

  private constructor(
    private readonly socket: Socket,
    opened: () => void,
  ) {
    this.ended = new Promise((resolve) => {
      socket.on("close", () => {
        resolve();
      });
    });
    // Reset by the server: told by `close`, which follows.
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      this.buffered = Buffer.concat([this.buffered, chunk]);
      if (!this.upgraded) {
        const end = this.buffered.indexOf("\r\n\r\n");
        if (end < 0) return;
        this.upgraded = true;
        this.extensions = /sec-websocket-extensions: (.*)\r/i.exec(
          this.buffered.toString("latin1", 0, end + 2),
        )?.[1];
        this.buffered = this.buffered.subarray(end + 4);
        opened();
      }
      this.takeFrames();
    });
  }

  static async open(port: number, path: string, headers: readonly string[] = []): Promise<TcpSocket> {
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    const opened = Promise.withResolvers<undefined>();
    const tcp = new TcpSocket(socket, () => {
      opened.resolve(undefined);
    });
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n` +
        `${headers.map((header) => `${header}\r\n`).join("")}\r\n`,
    );
    await opened.promise;
    return tcp;
  }

  /** Bytes as they are. */
  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  send(text: string): void {
    this.write(frame(opcode.text, Buffer.from(text)));
  }

  /** Reads nothing from here on: what the server sends stays in its buffers. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  async closeCode(): Promise<number | undefined> {
    const close = this.messages.first(({ opcode: kind }) => kind === opcode.close);
    const end = this.ended.then(() => undefined);
    return (await Promise.race([close, end]))?.code;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  private takeFrames(): void {
    let from = 0;
    for (;;) {
      const rest = this.buffered.subarray(from);
      const taken = takeFrame(rest);
      if (taken === undefined) break;
      this.messages.push(taken.message);
      from += taken.length;
    }
    this.buffered = Buffer.from(this.buffered.subarray(from));
  }
}

/** One whole frame from the front; the server's frames are neither masked nor in pieces. */
function takeFrame(bytes: Buffer): { readonly message: Message; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 127;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return undefined;
  const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < head + size) return undefined;
  const kind = bytes.readUInt8(0) & 15;
  const payload = bytes.subarray(head, head + size);
  const code = kind === opcode.close && size >= 2 ? payload.readUInt16BE(0) : undefined;
  const compressed = (bytes.readUInt8(0) & 0x40) !== 0;
  const message = { opcode: kind, text: payload.toString(), payload: Buffer.from(payload), compressed, code };
  return { message, length: head + size };
}
