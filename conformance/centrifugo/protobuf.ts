import { Broken } from "../program/verdict.ts";
import { fieldsOf, isScalar, type Field, type MessageName } from "./schema.ts";

type Values = Readonly<Record<string, unknown>>;

const wireType = { varint: 0, long: 1, bytes: 2, short: 5 } as const;

function varint(value: number | bigint): Buffer {
  const out: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  while (left >= 128n) {
    out.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  out.push(Number(left));
  return Buffer.from(out);
}

/** Bytes with their length before them. */
export function prefixed(bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** A payload: bytes as they are, anything else as JSON. */
function payload(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value));
}

function tagged({ number }: Field, type: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + type), bytes]);
}

function encodeOne(field: Field, value: unknown): Buffer {
  const { type } = field;
  if (!isScalar(type)) return tagged(field, wireType.bytes, prefixed(encode(type, value as Values)));
  switch (type) {
    case "string":
      return tagged(field, wireType.bytes, prefixed(Buffer.from(String(value))));
    case "bytes":
      return tagged(field, wireType.bytes, prefixed(payload(value)));
    case "bool":
      return tagged(field, wireType.varint, varint(value === true ? 1 : 0));
    default:
      return tagged(field, wireType.varint, varint(value as number));
  }
}

function encodeEntry(field: Field, [key, value]: readonly [string, unknown]): Buffer {
  const name: Field = { number: 1, name: "key", type: "string", repeated: "no" };
  const entry = [encodeOne(name, key), encodeOne({ ...field, number: 2, repeated: "no" }, value)];
  return tagged(field, wireType.bytes, prefixed(Buffer.concat(entry)));
}

/** A message in the form that it has in JSON; bytes are bytes or any JSON value. */
export function encode(name: MessageName, values: Values): Buffer {
  const known = fieldsOf(name);
  const stranger = Object.keys(values).find((key) => !known.some((field) => field.name === key));
  if (stranger !== undefined) throw new Error(`${name} has no ${stranger}`);
  const parts = known.flatMap((field) => {
    const value = values[field.name];
    if (value === undefined) return [];
    if (field.repeated === "list") return (value as readonly unknown[]).map((one) => encodeOne(field, one));
    if (field.repeated === "map")
      return Object.entries(value as Values).map((one) => encodeEntry(field, one));
    return [encodeOne(field, value)];
  });
  return Buffer.concat(parts);
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at];
      if (byte === undefined) break;
      this.at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new Broken(`a number of protobuf does not end: ${this.bytes.toString("hex").slice(0, 80)}`);
  }

  take(length: number): Buffer {
    const found = this.bytes.subarray(this.at, this.at + length);
    if (found.length < length)
      throw new Broken(`protobuf is cut short: ${this.bytes.toString("hex").slice(0, 80)}`);
    this.at += length;
    return found;
  }

  sized(): Buffer {
    return this.take(Number(this.varint()));
  }

  skip(type: number): void {
    if (type === wireType.varint) this.varint();
    else if (type === wireType.bytes) this.sized();
    else if (type === wireType.long) this.take(8);
    else if (type === wireType.short) this.take(4);
    else throw new Broken(`protobuf has no wire type ${type}`);
  }
}

function decodeOne(field: Field, reader: Reader): unknown {
  const { type } = field;
  if (!isScalar(type)) return decode(type, reader.sized());
  switch (type) {
    case "string":
      return reader.sized().toString();
    case "bytes":
      return reader.sized();
    case "bool":
      return reader.varint() !== 0n;
    default:
      return Number(BigInt.asIntN(64, reader.varint()));
  }
}

function decodeEntry(field: Field, bytes: Buffer): readonly [string, unknown] {
  const reader = new Reader(bytes);
  let key = "";
  let value: unknown = isScalar(field.type) ? "" : {};
  while (!reader.done) {
    const tag = Number(reader.varint());
    if (tag >> 3 === 1) key = reader.sized().toString();
    else if (tag >> 3 === 2) value = decodeOne(field, reader);
    else reader.skip(tag & 7);
  }
  return [key, value];
}

/** The message in the form that it has in JSON, bytes as a `Buffer`. Fields that nobody here knows are passed over. */
export function decode(name: MessageName, bytes: Buffer): Values {
  const reader = new Reader(bytes);
  const values: Record<string, unknown> = {};
  while (!reader.done) {
    const tag = Number(reader.varint());
    const field = fieldsOf(name).find(({ number }) => number === tag >> 3);
    if (field === undefined) {
      reader.skip(tag & 7);
      continue;
    }
    if (field.repeated === "list")
      values[field.name] = [
        ...((values[field.name] as unknown[] | undefined) ?? []),
        decodeOne(field, reader),
      ];
    else if (field.repeated === "map") {
      const [key, value] = decodeEntry(field, reader.sized());
      values[field.name] = { ...(values[field.name] as Values | undefined), [key]: value };
    } else values[field.name] = decodeOne(field, reader);
  }
  return values;
}

/** The messages of a frame, each with its length before it. */
export function split(frame: Buffer): Buffer[] {
  const reader = new Reader(frame);
  const found: Buffer[] = [];
  while (!reader.done) found.push(reader.sized());
  return found;
}
