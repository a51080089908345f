import type { Content, Payload } from "../../core/publication.ts";
import { isJson, oneLine } from "../../json-text/slices.ts";

/** A BOM would be lost, and with it the bytes as they came; it is no JSON either. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes that are one JSON value; undefined where they are none. */
export function jsonText(bytes: Uint8Array): string | undefined {
  try {
    const text = strictUtf8.decode(bytes);
    return isJson(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * JSON that came as bytes is JSON: whether subscribers can be told it does not depend on how it was sent. Anything else
 * is copied, because it may be a small part of a frame that is not to be kept for it.
 */
export function payloadOf(bytes: Uint8Array): Payload {
  return jsonText(bytes) ?? new Uint8Array(bytes);
}

export function contentOf(bytes: Uint8Array): Content {
  const payload = payloadOf(bytes);
  return typeof payload === "string" ? { kind: "json", text: payload } : { kind: "bytes", bytes: payload };
}

/** A Pusher event as the value that this wire has for it (B10). */
export function eventText({ name, data, quoted }: Extract<Content, { kind: "event" }>): string {
  const value = quoted && !isJson(data) ? JSON.stringify(data) : oneLine(data);
  return `{"type":${JSON.stringify(name)},"data":${value}}`;
}
