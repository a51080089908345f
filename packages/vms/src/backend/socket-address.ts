/** What `GET /api/v1/wsurl` answers with. The iOS app needs the first two, the Android app knows all six. */
export interface SocketAddress {
  readonly ws_url: string;
  readonly app_key: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
  /** `"true"` or `"false"`: text, as the Android app reads it. */
  readonly is_encrypted: string;
}

const defaultPorts: Readonly<Record<string, number>> = { "ws:": 80, "wss:": 443 };

/** Takes a socket's URL apart. Throws a TypeError where it is no URL of a WebSocket that both apps can append a path to. */
export function socketAddress(socket: string, appKey: string): SocketAddress {
  const url = URL.canParse(socket) ? new URL(socket) : undefined;
  const port = url === undefined ? undefined : defaultPorts[url.protocol];
  if (url === undefined || port === undefined)
    throw new TypeError("socket: has to be a URL that begins with ws:// or wss://");
  if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "")
    throw new TypeError("socket: has to be a URL without a query, a fragment or a password");
  // The Android app appends "/app/…" to the path as it is: with a slash at its end, that would be two.
  const path = url.pathname.replace(/\/+$/, "");
  return {
    ws_url: `${url.protocol}//${url.host}${path}`,
    app_key: appKey,
    port: url.port === "" ? port : Number(url.port),
    host: url.hostname,
    path,
    is_encrypted: String(url.protocol === "wss:"),
  };
}
