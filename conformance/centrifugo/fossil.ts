import { Broken } from "../program/verdict.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

/** Sum of the bytes as big-endian words of 32 bits, the last one filled up with zeros. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4)
    for (let i = 0; i < 4; i += 1) sum = (sum + (bytes[at + i] ?? 0) * 2 ** (24 - 8 * i)) % 2 ** 32;
  return sum;
}

/** What a delta of Fossil makes of the data before (protocol notes, 14.1). Throws `Broken` where it is none. */
export function applied(before: Buffer, delta: Buffer): Buffer {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (;;) {
      const digit = digits.indexOf(String.fromCharCode(delta[at] ?? 0));
      if (digit < 0) return value;
      value = value * 64 + digit;
      at += 1;
    }
  };
  const mark = (): string => String.fromCharCode(delta[at++] ?? 0);
  const size = number();
  if (mark() !== "\n")
    throw new Broken(`a delta does not begin with a size: ${delta.toString().slice(0, 80)}`);
  const parts: Buffer[] = [];
  while (at < delta.length) {
    const count = number();
    switch (mark()) {
      case "@": {
        const from = number();
        if (mark() !== "," || from + count > before.length)
          throw new Broken("a delta copies what is not in the data before");
        parts.push(before.subarray(from, from + count));
        break;
      }
      case ":":
        parts.push(delta.subarray(at, at + count));
        at += count;
        break;
      case ";": {
        const made = Buffer.concat(parts);
        if (made.length !== size) throw new Broken(`a delta makes ${made.length} bytes, and says ${size}`);
        if (checksum(made) !== count) throw new Broken("the checksum of a delta is wrong");
        return made;
      }
      default:
        throw new Broken(`a delta has no such command: ${delta.toString().slice(0, 80)}`);
    }
  }
  throw new Broken("a delta does not end");
}
