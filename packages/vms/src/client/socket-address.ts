/** Where pusher-js connects to. */
export interface SocketAddress {
  readonly wsHost: string;
  readonly wsPort: number;
  readonly wssPort: number;
  /** What stands before `/app/{key}`; begins with a slash, or is empty. */
  readonly wsPath: string;
  readonly forceTLS: boolean;
}

const defaultPorts: Readonly<Record<string, number>> = { "ws:": 80, "wss:": 443 };

/** Takes `ws_url` apart. Undefined where it is no URL of a WebSocket. */
export function socketAddress(socketUrl: string): SocketAddress | undefined {
  const url = URL.canParse(socketUrl) ? new URL(socketUrl) : undefined;
  const standard = url === undefined ? undefined : defaultPorts[url.protocol];
  if (url === undefined || standard === undefined) return undefined;
  const port = url.port === "" ? standard : Number(url.port);
  return {
    wsHost: url.hostname,
    wsPort: port,
    wssPort: port,
    // A slash at the end would make the path `//app/{key}`.
    wsPath: url.pathname.replace(/\/+$/, ""),
    forceTLS: url.protocol === "wss:",
  };
}

/** The application's address where only the socket's is known: both share one origin, as on Android. */
export function baseUrlOf(socketUrl: string): string | undefined {
  if (socketAddress(socketUrl) === undefined) return undefined;
  return new URL(socketUrl.replace(/^ws/i, "http")).origin;
}

/** The address of one of the application's endpoints; the base may have a path, and a slash at its end. */
export function endpoint(baseUrl: string, path: string): string {
  return `${baseUrl.replace(/\/+$/, "")}/${path}`;
}
