import type { Refusal, RefusalKind } from "../../../core/refusal.ts";
import { errorOf } from "../codes.ts";

/** HTTP status of an error where errors are told by it (protocol notes, 6.1). */
const statusOf = {
  internal: 500,
  "unknown-channel": 404,
  "permission-denied": 403,
  "method-not-found": 404,
  "already-subscribed": 400,
  "limit-exceeded": 400,
  "bad-request": 400,
  "not-available": 400,
  "token-expired": 400,
  expired: 400,
  "too-many-requests": 429,
  "unrecoverable-position": 416,
  // Of clients' commands only.
  "by-application": 500,
} as const satisfies Record<RefusalKind, number>;

/** The error object of a refusal, as JSON: the codes of the client protocol, without its `temporary`. */
export function errorText(refusal: Refusal): string {
  const { code, message } = errorOf(refusal);
  // The one error that the server API words differently.
  const said = refusal.kind === "method-not-found" ? "not found" : message;
  return `{"code":${code},"message":${JSON.stringify(said)}}`;
}

export function errorStatus({ kind }: Refusal): number {
  return statusOf[kind];
}
