import type { Closure, ClosureKind, Unsubscription } from "../../core/closure.ts";
import type { CloseCode } from "../../core/outlet.ts";
import type { Refusal, RefusalKind } from "../../core/refusal.ts";

/** An error reply (protocol notes, 3.1). `temporary`: the same command may succeed later. */
export interface ErrorCode {
  readonly code: number;
  readonly message: string;
  readonly temporary: boolean;
}

export const errorCode = {
  internal: { code: 100, message: "internal server error", temporary: true },
  "unknown-channel": { code: 102, message: "unknown channel", temporary: false },
  "permission-denied": { code: 103, message: "permission denied", temporary: false },
  "method-not-found": { code: 104, message: "method not found", temporary: false },
  "already-subscribed": { code: 105, message: "already subscribed", temporary: false },
  "limit-exceeded": { code: 106, message: "limit exceeded", temporary: false },
  "bad-request": { code: 107, message: "bad request", temporary: false },
  "not-available": { code: 108, message: "not available", temporary: false },
  "token-expired": { code: 109, message: "token expired", temporary: false },
  expired: { code: 110, message: "expired", temporary: false },
  "too-many-requests": { code: 111, message: "too many requests", temporary: true },
  "unrecoverable-position": { code: 112, message: "unrecoverable position", temporary: false },
} as const satisfies Record<Exclude<RefusalKind, "by-application">, ErrorCode>;

/** The application's own error where it chose one, else that of the kind. */
export function errorOf({ kind, custom }: Refusal): ErrorCode {
  if (kind !== "by-application") return errorCode[kind];
  return custom ?? errorCode["permission-denied"];
}

/** What a code says to a client: to come back, or not (protocol notes, 3.3). */
export function comesBack(code: number): boolean {
  return code < 3_500 || (code >= 4_000 && code < 4_500);
}

/** Codes below 3500 make the client come back, the others do not (protocol notes, 3.3). */
export const disconnectCode = {
  shutdown: { code: 3001, reason: "shutdown" },
  internal: { code: 3004, reason: "internal server error" },
  "connection-expired": { code: 3005, reason: "connection expired" },
  "subscription-expired": { code: 3006, reason: "subscription expired" },
  slow: { code: 3008, reason: "slow" },
  "insufficient-state": { code: 3010, reason: "insufficient state" },
  "force-reconnect": { code: 3011, reason: "force reconnect" },
  "no-pong": { code: 3012, reason: "no pong" },
  "too-many-requests": { code: 3013, reason: "too many requests" },
  "invalid-token": { code: 3500, reason: "invalid token" },
  "bad-request": { code: 3501, reason: "bad request" },
  stale: { code: 3502, reason: "stale" },
  "force-disconnect": { code: 3503, reason: "force disconnect" },
  "connection-limit": { code: 3504, reason: "connection limit" },
  "channel-limit": { code: 3505, reason: "channel limit" },
  "inappropriate-protocol": { code: 3506, reason: "inappropriate protocol" },
  "permission-denied": { code: 3507, reason: "permission denied" },
  "not-available": { code: 3508, reason: "not available" },
  // Only Pusher connections have to prove themselves after they were let in.
  unauthorized: { code: 3507, reason: "permission denied" },
} as const satisfies Record<ClosureKind, CloseCode>;

/** The application's own code where it chose one, else that of the kind. */
export function closeCodeOf(closure: Closure): CloseCode {
  return closure.custom ?? disconnectCode[closure.kind];
}

/** What an unsubscribe push says; from 2500 on the client subscribes again (protocol notes, 3.2). */
const unsubscribeCode = {
  server: { code: 2000, reason: "server unsubscribe" },
  "insufficient-state": { code: 2500, reason: "insufficient state" },
  expired: { code: 2501, reason: "subscription expired" },
} as const satisfies Record<Unsubscription["kind"], CloseCode>;

export function unsubscribeCodeOf(why: Unsubscription): CloseCode {
  if (why.kind !== "server") return unsubscribeCode[why.kind];
  const { code, reason } = unsubscribeCode.server;
  return { code: why.code ?? code, reason: why.reason ?? reason };
}
