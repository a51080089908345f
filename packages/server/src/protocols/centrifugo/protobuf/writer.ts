const small = 8_192;
/** Room that is kept for the next message. Bytes. */
const keptRoom = 1_048_576;

const field = (number: number, wireType: number): number => (number << 3) | wireType;

/**
 * Writes a protobuf message from its end to its beginning: what stands before a part is its length, which is known once
 * the part is written. Fields are written last first; zero values are left to the caller to leave out.
 */
export class BackwardWriter {
  private buffer = Buffer.allocUnsafeSlow(small);
  private at = small;

  /** Bytes written so far: hand it to `close` when the fields of a message within have been written. */
  get written(): number {
    return this.buffer.length - this.at;
  }

  varint(number: number, value: number): void {
    this.reserve(20);
    this.number(value);
    this.number(field(number, 0));
  }

  text(number: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.reserve(length + 20);
    this.at -= length;
    this.buffer.write(text, this.at, length, "utf8");
    this.number(length);
    this.number(field(number, 2));
  }

  bytes(number: number, bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length + 20);
    this.at -= length;
    this.buffer.set(bytes, this.at);
    this.number(length);
    this.number(field(number, 2));
  }

  /** What was written since `from` is the message in this field. */
  close(number: number, from: number): void {
    this.reserve(20);
    this.number(this.written - from);
    this.number(field(number, 2));
  }

  /** All that was written, behind its own length; the writer is empty then. */
  takeDelimited(): Uint8Array {
    this.reserve(20);
    this.number(this.written);
    const frame = new Uint8Array(this.written);
    frame.set(this.buffer.subarray(this.at));
    if (this.buffer.length > keptRoom) this.buffer = Buffer.allocUnsafeSlow(small);
    this.at = this.buffer.length;
    return frame;
  }

  private number(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
    this.at -= size;
    let at = this.at;
    let rest = value;
    for (; rest >= 128; at += 1) {
      this.buffer[at] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[at] = rest;
  }

  private reserve(bytes: number): void {
    if (this.at >= bytes) return;
    const { written } = this;
    const larger = Buffer.allocUnsafeSlow(2 * (this.buffer.length + bytes));
    larger.set(this.buffer.subarray(this.at), larger.length - written);
    this.buffer = larger;
    this.at = larger.length - written;
  }
}
