import { Broken, shown } from "../program/verdict.ts";
import { decode, encode, prefixed, split } from "./protobuf.ts";
import type { MessageName } from "./schema.ts";

export type Encoding = "json" | "protobuf";

export type Values = Readonly<Record<string, unknown>>;

/** A reply, or what stands for it: a push of a unidirectional transport. */
export interface Message {
  /** As in JSON; payloads of protobuf that are JSON are parsed. */
  readonly value: Values;
  /** As it came: payloads of protobuf are bytes. */
  readonly wire: Values;
  readonly raw: Buffer;
  /** Which frame of the connection brought it. */
  readonly frame: number;
}

/** Commands in one frame. */
export function framed(encoding: Encoding, commands: readonly Values[]): Buffer {
  return encoding === "json"
    ? Buffer.from(commands.map((one) => JSON.stringify(one)).join("\n"))
    : Buffer.concat(commands.map((one) => prefixed(encode("Command", one))));
}

/** What stands in a frame. Throws `Broken` where it is none. */
export function unframed(
  encoding: Encoding,
  bytes: Buffer,
  { frame = 0, as = "Reply" }: { readonly frame?: number; readonly as?: MessageName } = {},
): Message[] {
  if (encoding === "protobuf")
    return split(bytes).map((raw) => {
      const wire = decode(as, raw);
      return { value: plain(wire) as Values, wire, raw, frame };
    });
  return bytes
    .toString()
    .split("\n")
    .map((text) => {
      const value = parsed(text);
      if (typeof value !== "object" || value === null)
        throw new Broken(`a frame has what is no object: ${shown(text)}`);
      return { value: value as Values, wire: value as Values, raw: Buffer.from(text), frame };
    });
}

/** Undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return parsed(value.toString()) ?? value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}
