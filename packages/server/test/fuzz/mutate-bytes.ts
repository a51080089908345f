import type { Random } from "./random.ts";

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

/** Bytes that mean something to a protobuf decoder: lengths, tags, wire types. */
const binaryIntruders: readonly (readonly number[])[] = [
  [0],
  [128],
  [255],
  varint(0x7fff_ffff),
  varint(2 ** 40),
  Array<number>(10).fill(255),
  [...Array<number>(9).fill(255), 1],
  [0x0b, 0x0b, 0x0b],
  [0x0c],
  [0x22, 0],
  [0x2a, 3, 10, 1, 97],
  [0x6a, 2, 0x32, 0],
  [0xaa, 6, 2, 1, 2],
];

/** A binary frame with one to four faults. */
export function mutatedBytes(frame: Uint8Array, random: Random): Uint8Array {
  let bytes = Buffer.from(frame);
  for (let faults = 1 + random(4); faults > 0; faults -= 1) {
    const at = random(bytes.length + 1);
    const intruder = binaryIntruders[random(binaryIntruders.length)] ?? [];
    const head = bytes.subarray(0, at);
    const change = [
      () => head,
      () => Buffer.concat([head, bytes.subarray(at + 1 + random(5))]),
      () => Buffer.concat([head, Uint8Array.from(intruder), bytes.subarray(at)]),
      () => Buffer.concat([head, Uint8Array.of(random(256)), bytes.subarray(at + 1)]),
      // One bit: another wire type, another length.
      () => Buffer.concat([head, Uint8Array.of((bytes[at] ?? 0) ^ (1 << random(8))), bytes.subarray(at + 1)]),
      () => Buffer.concat([head, bytes.subarray(random(bytes.length + 1))]),
      () => Buffer.concat([bytes, bytes]),
    ][random(7)];
    bytes = Buffer.from(change?.() ?? bytes);
  }
  return bytes;
}

/** A frame of one command whose length fits, so that a fault inside it is met. */
export function relengthened(frame: Uint8Array, random: Random): Uint8Array {
  const inner = mutatedBytes(frame.subarray(frame[0] !== undefined && frame[0] < 128 ? 1 : 2), random);
  return Uint8Array.from([...varint(inner.length), ...inner]);
}
