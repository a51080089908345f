/** One HTTP request, its target split once by hand: the hottest paths are HTTP publishes. */
export interface Call {
  readonly request: Request;
  /** As sent, not decoded. */
  readonly path: string;
  /** Behind the `?`, as sent; empty where there is none. */
  readonly query: string;
}

export interface Route {
  /** The whole path, or with `prefix` its beginning. */
  readonly path: string;
  readonly prefix: boolean;
  handle(call: Call): Response | Promise<Response>;
}

/** The request came encrypted: here, or to a proxy in front, which says so in `X-Forwarded-Proto`. */
export function isSecure({ url, headers }: Request): boolean {
  if (url.startsWith("https:")) return true;
  const forwarded = headers.get("x-forwarded-proto");
  return forwarded !== null && encrypted.test(forwarded);
}

/** Of several proxies in a row each adds its own; the first says how the client came. Some name the WebSocket's scheme. */
const encrypted = /^\s*(?:https|wss)\s*(?:,|$)/i;
