import { createHash } from "node:crypto";
import { checkKeys, signature, type PusherKeys } from "./keys.ts";

/** A call of the HTTP API that is to be signed. */
export interface SignedRequest {
  readonly method: string;
  /** As the server sees it, escaped as in the request: `/apps/1000/events`, without what a proxy takes off. */
  readonly path: string;
  /** The very text that is sent. */
  readonly body?: string;
  /** Parameters besides those of the signature; names in any case are the same. */
  readonly query?: Readonly<Record<string, string>>;
  /**
   * Milliseconds since 1970. A server takes what is up to 600 seconds from its own clock.
   * @default now
   */
  readonly now?: number;
}

/**
 * The query of a signed call, with everything the signature needs, as it stands behind the `?` (protocol notes, 3.2).
 * Throws a TypeError where key or secret is empty, or a parameter cannot be sent.
 */
export function signedQuery(keys: PusherKeys, request: SignedRequest): string {
  checkKeys(keys);
  const { method, path, body = "", query = {}, now = Date.now() } = request;
  const parameters = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) parameters.set(name.toLowerCase(), value);
  parameters.set("auth_key", keys.key);
  parameters.set("auth_timestamp", String(Math.floor(now / 1000)));
  parameters.set("auth_version", "1.0");
  // Due where there is a body, and only there.
  if (body === "") parameters.delete("body_md5");
  else parameters.set("body_md5", createHash("md5").update(body).digest("hex"));
  parameters.delete("auth_signature");
  const sorted = [...parameters].sort(([one], [other]) => (one < other ? -1 : 1));
  // Signed are the values themselves, sent is their escaped form.
  const text = sorted.map(([name, value]) => `${name}=${value}`).join("&");
  const signed = signature(keys.secret, `${method.toUpperCase()}\n${path}\n${text}`);
  const sent = sorted.map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  return `${sent.join("&")}&auth_signature=${signed}`;
}

/** Throws a TypeError where a URL cannot hold the text: half of a surrogate pair is no character. */
export function escaped(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new TypeError("a name or a value of the call has half a character in it");
  }
}
