import { createDelta } from "fossil-delta";

/** What makes `body` of `base`, in Fossil's form (protocol notes, 14.1); undefined where that is no shorter. */
export function deltaOf(base: Uint8Array, body: Uint8Array): Uint8Array | undefined {
  const delta = createDelta(base, body);
  return delta.length < body.length ? delta : undefined;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The same as text; undefined also where it was cut within a character: then it is no text, and nobody could apply it. */
export function deltaTextOf(base: Uint8Array, body: Uint8Array): string | undefined {
  const delta = deltaOf(base, body);
  if (delta === undefined) return undefined;
  try {
    return strictUtf8.decode(delta);
  } catch {
    return undefined;
  }
}
