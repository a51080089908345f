import { createHmac } from "node:crypto";

/** What the configuration of an app gives its back end. */
export interface PusherKeys {
  readonly key: string;
  readonly secret: string;
}

/** Throws a TypeError where one of them is empty: what is signed with an empty secret is signed by everybody. */
export function checkKeys({ key, secret }: PusherKeys): void {
  if (key === "") throw new TypeError("key is empty: it is that of the app");
  if (secret === "") throw new TypeError("secret is empty: it is that of the app");
}

/** HMAC-SHA256 in lower-case hex. */
export function signature(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}
