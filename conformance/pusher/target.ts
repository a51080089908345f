import { createHash, createHmac } from "node:crypto";

/** An app of the server under test. */
export interface AppKeys {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

/** Apps that have an option switched on, so that it can be seen from outside. */
export const specialApps = {
  other: "a second app without anything special",
  disabled: "an app that is switched off",
  "tls-only": "an app that takes encrypted connections only",
  quota: "an app whose limit of connections is 2",
  origins: "an app that takes browsers from https://allowed.example alone",
  authorized: "an app that closes, within 5 seconds, who has neither signed in nor joined a private channel",
  quiet: "an app with an activity timeout of 1 or 2 seconds",
  "no-client-events": "an app without client events",
} as const;

export type SpecialApp = keyof typeof specialApps;

/** The server under test, and what is known of it. */
export interface Target {
  /** `http://host:port`, with a path prefix if there is one. */
  readonly url: string;
  readonly app: AppKeys;
  readonly special: Readonly<Partial<Record<SpecialApp, AppKeys>>>;
  /** Where the server was told to send webhooks: `host:port`. */
  readonly webhooks: string | undefined;
  /** Milliseconds to wait for what has to come. */
  readonly patience: number;
}

export function hmacHex(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

export function md5Hex(body: string | Uint8Array): string {
  return createHash("md5").update(body).digest("hex");
}

/** `auth` of a private or presence channel (section 2.6). */
export function channelAuth(app: AppKeys, socketId: string, channel: string, channelData?: string): string {
  const data = channelData === undefined ? "" : `:${channelData}`;
  return `${app.key}:${hmacHex(app.secret, `${socketId}:${channel}${data}`)}`;
}

/** `auth` of a sign-in (section 2.6). */
export function userAuth(app: AppKeys, socketId: string, userData: string): string {
  return `${app.key}:${hmacHex(app.secret, `${socketId}::user::${userData}`)}`;
}

/** What the server signs for a request (section 3.2). */
export function requestSignature(
  secret: string,
  request: {
    readonly method: string;
    readonly path: string;
    readonly parameters: ReadonlyMap<string, string>;
  },
): string {
  const { method, path, parameters } = request;
  const sorted = [...parameters]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const query = sorted.map(([name, value]) => `${name}=${value}`).join("&");
  return hmacHex(secret, `${method}\n${path}\n${query}`);
}
