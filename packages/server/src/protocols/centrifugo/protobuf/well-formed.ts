import { ScalarType, type DescField, type DescMessage } from "@bufbuild/protobuf";

/** What a field holds: its wire type, and the shape of a message in it. */
interface Field {
  readonly wireType: number;
  readonly inner: Shape | undefined;
}

type Shape = ReadonlyMap<number, Field>;

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const startGroup = 3;
const endGroup = 4;
const fixed32 = 5;

/** Messages and groups within each other; the generated decoder has the same bound. */
const deepest = 100;

const shapes = new Map<DescMessage, Map<number, Field>>();

function shapeOf(message: DescMessage): Shape {
  const known = shapes.get(message);
  if (known !== undefined) return known;
  const shape = new Map<number, Field>();
  // Before its fields: a message may hold itself.
  shapes.set(message, shape);
  for (const field of message.fields) shape.set(field.number, fieldOf(field));
  return shape;
}

function fieldOf(field: DescField): Field {
  switch (field.fieldKind) {
    case "message":
      return { wireType: delimited, inner: shapeOf(field.message) };
    case "list":
      // No list of the protocol is packed: there are none of numbers.
      return {
        wireType: delimited,
        inner: field.listKind === "message" ? shapeOf(field.message) : undefined,
      };
    case "map": {
      const text = { wireType: delimited, inner: undefined };
      const value =
        field.mapKind === "message" ? { wireType: delimited, inner: shapeOf(field.message) } : text;
      return {
        wireType: delimited,
        inner: new Map([
          [1, text],
          [2, value],
        ]),
      };
    }
    case "enum":
      return { wireType: varint, inner: undefined };
    case "scalar":
      return { wireType: wireTypeOf(field.scalar), inner: undefined };
  }
}

function wireTypeOf(scalar: ScalarType): number {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return delimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return fixed64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return fixed32;
    default:
      return varint;
  }
}

/** Goes through the bytes of a message and checks what the generated decoder takes on trust. */
class Walk {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** The fields up to `end` are all there, of their wire types, and none reaches over it. */
  message(shape: Shape, end: number, depth: number): boolean {
    if (depth > deepest) return false;
    while (this.at < end) {
      const tag = this.number(end);
      const number = Math.floor(tag / 8);
      if (!(number > 0 && tag <= 0xffff_ffff)) return false;
      const field = shape.get(number);
      if (field !== undefined && field.wireType !== tag % 8) return false;
      if (!this.value(tag % 8, { number, inner: field?.inner, end, depth })) return false;
    }
    return true;
  }

  private value(
    wireType: number,
    of: { number: number; inner: Shape | undefined; end: number; depth: number },
  ): boolean {
    const { number, inner, end, depth } = of;
    switch (wireType) {
      case varint:
        return !Number.isNaN(this.number(end));
      case fixed64:
        return this.skip(8, end);
      case fixed32:
        return this.skip(4, end);
      case delimited: {
        const length = this.number(end);
        // NaN is not within.
        if (!(length <= end - this.at)) return false;
        return inner === undefined
          ? this.skip(length, end)
          : this.message(inner, this.at + length, depth + 1);
      }
      case startGroup:
        return depth < deepest && this.group(number, end, depth + 1);
      default:
        return false;
    }
  }

  /** A group of a field that we do not know. */
  private group(number: number, end: number, depth: number): boolean {
    while (this.at < end) {
      const tag = this.number(end);
      const inside = Math.floor(tag / 8);
      if (!(inside > 0 && tag <= 0xffff_ffff)) return false;
      if (tag % 8 === endGroup) return inside === number;
      if (!this.value(tag % 8, { number: inside, inner: undefined, end, depth })) return false;
    }
    return false;
  }

  private skip(length: number, end: number): boolean {
    this.at += length;
    return this.at <= end;
  }

  /** A varint; not a number where it does not end in time. */
  private number(end: number): number {
    let value = 0;
    for (let factor = 1, size = 0; size < 10 && this.at < end; factor *= 128, size += 1) {
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return Number.NaN;
  }
}

/**
 * Whether bytes are a message as its schema has it. The generated decoder does not look at the wire types of fields it
 * knows, nor whether a message within ends where it should, and would make something of nothing. Unknown fields are
 * skipped.
 */
export function isWellFormed(schema: DescMessage, bytes: Uint8Array): boolean {
  return new Walk(bytes).message(shapeOf(schema), bytes.length, 1);
}
