/**
 * Where a server is, without a slash at the end: `https://example.org`, `https://example.org/pusher`.
 * Throws a TypeError where it is no such URL. It does not repeat the URL, which may have a password in it.
 */
export function serverUrl(text: string): { readonly origin: string; readonly path: string } {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TypeError("url is no URL: give one such as https://example.org");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new TypeError(`url begins with http:// or https://, not with ${url.protocol}`);
  if (url.username !== "" || url.password !== "")
    throw new TypeError("url has no user and no password in it");
  if (url.search !== "" || url.hash !== "") throw new TypeError("url has neither ? nor # in it");
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, "") };
}
