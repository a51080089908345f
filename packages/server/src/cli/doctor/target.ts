/** A server that is to be looked at. */
export interface Target {
  readonly secure: boolean;
  /** `https://example.org`, of HTTP whatever the scheme was. */
  readonly origin: string;
  /** In front of `/app` and `/apps`; empty, or it begins with a slash and ends with none. */
  readonly prefix: string;
}

const schemes: Readonly<Record<string, string>> = {
  "http:": "http:",
  "ws:": "http:",
  "https:": "https:",
  "wss:": "https:",
};

/** What is copied out of a client's configuration or a browser's network list is good as well. */
const copiedTail = /\/app(?:\/[^/]*)?$/;

/** Reads the URL; a string says what is wrong with it. It is not repeated: it may have a password in it. */
export function readTarget(text: string): Target | string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "is no URL: give one such as https://example.org";
  }
  const scheme = schemes[url.protocol];
  if (scheme === undefined || url.hostname === "")
    return "begins with http://, https://, ws:// or wss://, as in https://example.org";
  if (url.username !== "" || url.password !== "") return "has no user and no password in it";
  const path = url.pathname.replace(/\/+$/, "").replace(copiedTail, "").replace(/\/+$/, "");
  return { secure: scheme === "https:", origin: `${scheme}//${url.host}`, prefix: path };
}

/** The same in the scheme of WebSockets. */
export function socketOrigin({ origin }: Target): string {
  return origin.replace(/^http/, "ws");
}
