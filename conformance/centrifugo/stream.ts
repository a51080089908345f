import { Broken } from "../program/verdict.ts";
import { split } from "./protobuf.ts";

/** How messages stand in the body of a streamed response (protocol notes, 1.2). */
export type Framing = "lines" | "events" | "lengths";

export interface StreamEvents {
  /** One message, and what there is around it in the body. */
  message(bytes: Buffer): void;
  failed(cause: unknown): void;
  ended(): void;
}

/** What of the bytes are whole messages, and what is left. Throws `Broken` where they are none. */
function cut(framing: Framing, bytes: Buffer): { readonly whole: readonly Buffer[]; readonly rest: Buffer } {
  if (framing === "lengths") {
    let length = 0;
    for (let shift = 0, at = 0; at < bytes.length; at += 1, shift += 7) {
      const byte = bytes[at] ?? 0;
      length += (byte & 127) * 2 ** shift;
      if (byte >= 128) continue;
      const end = at + 1 + length;
      if (end > bytes.length) break;
      const after = cut(framing, bytes.subarray(end));
      return { whole: [...split(bytes.subarray(0, end)), ...after.whole], rest: after.rest };
    }
    return { whole: [], rest: bytes };
  }
  const text = bytes.toString("latin1");
  const mark = framing === "lines" ? "\n" : "\n\n";
  const parts = text.split(mark);
  const rest = Buffer.from(parts.pop() ?? "", "latin1");
  const whole = parts.map((part) => (framing === "lines" ? part : eventData(part)));
  return { whole: whole.map((part) => Buffer.from(part, "latin1")), rest };
}

function eventData(text: string): string {
  const found = /^(?:\r\n)?data: (.*)$/s.exec(text)?.[1];
  if (found === undefined || found.includes("\n")) throw new Broken(`an event is ${JSON.stringify(text)}`);
  return found;
}

/** A response whose body goes on. */
export class Stream {
  private readonly control = new AbortController();

  private constructor(private readonly events: StreamEvents) {}

  /** Resolves with the response's head. @param how `patience`: milliseconds to wait for that */
  static async open(
    url: string,
    request: RequestInit,
    how: { readonly framing: Framing; readonly events: StreamEvents; readonly patience: number },
  ): Promise<{ readonly stream: Stream; readonly response: Response }> {
    const { framing, events, patience } = how;
    const stream = new Stream(events);
    const deadline = setTimeout(() => {
      stream.control.abort(new Broken(`no response came within ${patience / 1000} s`));
    }, patience);
    const response = await fetch(url, { ...request, signal: stream.control.signal }).finally(() => {
      clearTimeout(deadline);
    });
    void stream.read(response, framing);
    return { stream, response };
  }

  close(): void {
    this.control.abort();
  }

  private async read(response: Response, framing: Framing): Promise<void> {
    const { events } = this;
    let pending = Buffer.alloc(0);
    try {
      for await (const chunk of response.body ?? []) {
        const { whole, rest } = cut(framing, Buffer.concat([pending, chunk]));
        pending = Buffer.from(rest);
        for (const message of whole) events.message(message);
      }
    } catch (cause) {
      if (cause instanceof Broken) events.failed(cause);
    }
    events.ended();
  }
}
