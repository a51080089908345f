import type { DataVersion } from "../../../core/broker.ts";
import type { NamespaceOptions } from "../../../core/namespace.ts";
import type { Content, Payload, Tags } from "../../../core/publication.ts";
import { fitsFormat } from "../data-format.ts";
import { contentOf, payloadOf } from "../payload.ts";
import type { Params } from "./params.ts";

/** What claims to be base64 and is not. */
export const undecodable: unique symbol = Symbol("undecodable");

/** What `publish` and `broadcast` have in common. */
export interface Message {
  readonly content: Content | "none" | typeof undecodable;
  readonly tags: Tags | undefined;
  readonly skipHistory: boolean;
  readonly idempotencyKey: string | undefined;
  /** Position of the data in the application's own order. */
  readonly version: DataVersion | undefined;
  /** Subscribers that asked for it may be told what has changed. */
  readonly delta: boolean;
}

export function parseMessage(params: Params): Message {
  const idempotencyKey = params.string("idempotency_key");
  return {
    content: parseData(params),
    tags: params.map("tags"),
    skipHistory: params.flag("skip_history"),
    idempotencyKey: idempotencyKey === "" ? undefined : idempotencyKey,
    version: parseVersion(params),
    delta: params.flag("delta"),
  };
}

function parseVersion(params: Params): DataVersion | undefined {
  const number = params.uint64("version");
  const epoch = params.string("version_epoch");
  return number === 0n ? undefined : { number, epoch };
}

/** `data`, or `b64data`, which wins. */
export function parseData(params: Params): Message["content"] {
  const base64 = params.string("b64data");
  if (base64 !== "") {
    const bytes = fromBase64(base64);
    return bytes === undefined ? undecodable : contentOf(bytes);
  }
  const text = params.raw("data");
  return text === undefined ? "none" : { kind: "json", text };
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    return undefined;
  }
}

/** A raw JSON field that may also come in base64 (`info`, `b64info`), and then be any bytes. */
export function parsePayload(params: Params, name: string): Payload | typeof undecodable | undefined {
  const base64 = params.string(`b64${name}`);
  if (base64 === "") return params.raw(name);
  const bytes = fromBase64(base64);
  return bytes === undefined ? undecodable : payloadOf(bytes);
}

const nothing: Content = { kind: "bytes", bytes: new Uint8Array() };

/** The content in the format that the namespace asks for (protocol notes, 5.1); undefined where it has another. */
export function contentFor(
  format: NamespaceOptions["dataFormat"],
  given: Message["content"],
): Content | undefined {
  if (given === undecodable) return undefined;
  const content = given === "none" ? nothing : given;
  return fitsFormat(content, format) ? content : undefined;
}
