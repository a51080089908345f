import type { Frame } from "../core/outlet.ts";
import type { Framing } from "../protocols/protocol.ts";

/** A frame as it stands in a response. Text frames have one JSON value a line (protocol notes, 1.2). */
export function framed(framing: Framing, frame: Frame): Uint8Array {
  if (typeof frame !== "string") return frame;
  switch (framing) {
    case "lines":
      return Buffer.from(`${frame}\n`);
    case "events":
      return Buffer.from(`data: ${eventLines(frame)}\n\n`);
    case "bytes":
      return Buffer.from(frame);
  }
}

/** A carriage return would end an event's line too. In JSON it can only stand between values, where it says nothing. */
function eventLines(text: string): string {
  const whole = text.includes("\r") ? text.replaceAll("\r", "") : text;
  return whole.includes("\n") ? whole.replaceAll("\n", "\n\ndata: ") : whole;
}

/** What a response begins with, so that its headers go out at once; none where a reply follows in the same turn. */
export const preamble: Readonly<Record<Framing, Uint8Array | undefined>> = {
  lines: undefined,
  events: Buffer.from("\r\n"),
  bytes: undefined,
};
