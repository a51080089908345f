/**
 * Whether a `Host` header names this machine or an address. A page of somebody else's can point a name of its own at
 * 127.0.0.1 and would then be same-origin with us; it cannot do that to `localhost` or to a literal address.
 */
export function answersTo(host: string): boolean {
  if (host.startsWith("[")) return /^\[[0-9a-f:.]+\](:\d+)?$/i.test(host);
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}
