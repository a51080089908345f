import type { Setup } from "./setup.ts";

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Publishes over the Centrifugo server API. */
export function centrifugoCurl(setup: Setup, origin: string, channel: string): string {
  const data = { type: "message", data: { text: "Hello from curl" } };
  const body = `{\n    "channel": ${JSON.stringify(channel)},\n    "data": ${JSON.stringify(data)}\n  }`;
  return [
    `curl ${quoted(`${origin}${setup.apiPath}/publish`)} \\`,
    `  -H ${quoted(`X-API-Key: ${setup.apiKey}`)} -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(body)}`,
  ].join("\n");
}

/** Publishes over the Pusher HTTP API: the request is signed when the command runs (pusher-protocol 3.2). */
export function pusherCurl(setup: Setup, origin: string, channel: string): string {
  const { id, key, secret } = setup.app;
  const path = `/apps/${encodeURIComponent(id)}/events`;
  const data = JSON.stringify({ text: "Hello from curl" });
  const body = `{\n  "name": "message", "channel": ${JSON.stringify(channel)},\n  "data": ${JSON.stringify(data)}\n}`;
  return [
    `path=${quoted(path)}`,
    `body=${quoted(body)}`,
    `md5=$(printf %s "$body" | openssl md5 | awk '{print $NF}')`,
    `query="auth_key=${encodeURIComponent(key)}&auth_timestamp=$(date +%s)"`,
    `query="$query&auth_version=1.0&body_md5=$md5"`,
    `sign() { openssl sha256 -hmac ${quoted(secret)} | awk '{print $NF}'; }`,
    `sig=$(printf 'POST\\n%s\\n%s' "$path" "$query" | sign)`,
    `curl ${quoted(origin)}"$path?$query&auth_signature=$sig" \\`,
    `  -H 'Content-Type: application/json' -d "$body"`,
  ].join("\n");
}
