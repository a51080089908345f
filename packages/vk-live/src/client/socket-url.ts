/** The JSON form of the protocol's second version, as VK asks for it. Twinwire serves it without being asked. */
const defaultPath = "/connection/websocket?format=json&cf_protocol_version=v2";

/**
 * Where to connect: the address as it is, or, where it has no path, with the usual one.
 * Throws a TypeError where it is no URL of a WebSocket.
 */
export function socketUrl(address: string): string {
  const url = parsed(address);
  if (url === undefined || !/^wss?:$/.test(url.protocol))
    throw new TypeError(`socket: a ws: or wss: URL belongs here, not ${JSON.stringify(address)}`);
  return url.pathname === "/" && url.search === "" ? new URL(defaultPath, url).href : address;
}

/** `URL.parse`, which Node 20 does not have. */
function parsed(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}
