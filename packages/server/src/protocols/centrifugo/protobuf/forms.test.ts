// One form for both encodings, for the tests beside it: what is said in JSON, as protobuf, and back.
import { fromBinary, fromJson, toJson, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { CommandSchema, ReplySchema } from "./client_pb.ts";

type Form = Readonly<Record<string, unknown>>;

/** Goes through all fields of a message that are set, however deep. */
function mapped(
  schema: DescMessage,
  form: unknown,
  change: (field: DescField, value: unknown) => unknown,
): Form {
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const value = (field: DescField, one: unknown): unknown => {
    if (field.message !== undefined) return mapped(field.message, one, change);
    return change(field, one);
  };
  return Object.fromEntries(
    Object.entries(form as Form).map(([name, one]) => {
      const field = fields.get(name);
      if (field === undefined) throw new Error(`${schema.name} has no field ${name}`);
      if (field.fieldKind === "list") return [name, (one as unknown[]).map((item) => value(field, item))];
      if (field.fieldKind === "map")
        return [
          name,
          Object.fromEntries(Object.entries(one as Form).map(([key, item]) => [key, value(field, item)])),
        ];
      return [name, value(field, one)];
    }),
  );
}

const bytes = 12;
const integers64: readonly unknown[] = [3, 4, 18];

function isScalar(field: DescField, types: readonly unknown[]): boolean {
  return field.fieldKind === "scalar" && types.includes(field.scalar);
}

/** The command of a JSON frame as a protobuf frame. What is bytes there may be any value; given as bytes it stays what it is. */
export function commandFrame(form: object): Uint8Array {
  const spelt = mapped(CommandSchema, form, (field, value) => {
    if (!isScalar(field, [bytes])) return value;
    return (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(JSON.stringify(value))).toString(
      "base64",
    );
  });
  return sizeDelimitedEncode(CommandSchema, fromJson(CommandSchema, spelt as never));
}

/** The replies of a protobuf frame as JSON has them; bytes that are no JSON as bytes. */
export function repliesOf(frame: Uint8Array): unknown[] {
  const replies: unknown[] = [];
  for (let at = 0; at < frame.length;) {
    let length = 0;
    for (let shift = 0; ; shift += 7, at += 1) {
      length += ((frame[at] ?? 0) & 127) << shift;
      if ((frame[at] ?? 0) < 128) break;
    }
    at += 1;
    const reply = fromBinary(ReplySchema, frame.subarray(at, at + length));
    const form = toJson(ReplySchema, reply, { useProtoFieldName: true });
    replies.push(
      mapped(ReplySchema, form, (field, value) => {
        if (isScalar(field, [bytes])) return valueOf(Buffer.from(String(value), "base64"));
        return isScalar(field, integers64) ? Number(value) : value;
      }),
    );
    at += length;
  }
  return replies;
}

function valueOf(data: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)) as unknown;
  } catch {
    return new Uint8Array(data);
  }
}
