import type { ClosureKind } from "../../core/closure.ts";
import type { RefusalKind } from "../../core/refusal.ts";

/**
 * Close codes (protocol notes, 1.5). Mobile clients never come back after 4000 to 4099, so that nothing temporary has
 * one of those but what has it at Pusher too (4004, too many connections). Numbers that the application chose are
 * Centrifugo's, and not copied (B9).
 */
export const closeCode = {
  shutdown: 4200,
  internal: 4200,
  "connection-expired": 4200,
  "subscription-expired": 4200,
  slow: 4100,
  "insufficient-state": 4200,
  "force-reconnect": 4200,
  "force-disconnect": 4009,
  "no-pong": 4201,
  "too-many-requests": 4100,
  "invalid-token": 4009,
  "bad-request": 4009,
  stale: 4009,
  "connection-limit": 4004,
  "channel-limit": 4004,
  "inappropriate-protocol": 4009,
  "permission-denied": 4009,
  "not-available": 4009,
  unauthorized: 4009,
} as const satisfies Record<ClosureKind, number>;

/** Why a client is turned away before it has a socket id. */
export const handshakeFault = {
  "unknown-app": { code: 4001, message: "there is no app with this key" },
  "unknown-path": { code: 4005, message: "clients connect to /app/{key}" },
  "app-disabled": { code: 4003, message: "the app is disabled (apps[].enabled)" },
  "tls-only": { code: 4000, message: "the app takes encrypted connections only (apps[].tls_only)" },
  "bad-origin": { code: 4009, message: "the origin is not among apps[].allowed_origins" },
  "no-version": { code: 4008, message: "the query has no protocol version: protocol=7" },
  "bad-version": { code: 4006, message: "the protocol version is no number" },
  "unsupported-version": { code: 4007, message: "the protocol versions are 5, 6 and 7" },
  "connection-limit": {
    code: 4004,
    message: "the app has as many connections as apps[].limits.connections allows",
  },
  // Another node may have room, and this one soon: clients try again.
  "over-capacity": { code: 4100, message: "the server takes no more connections now" },
} as const satisfies Record<string, { readonly code: number; readonly message: string }>;

export type HandshakeFault = keyof typeof handshakeFault;

/** A message that is none of the protocol's: an error without a code, as hosted Pusher answers it. */
export const malformedCode = null;

/** Codes of `pusher:error` for what a connection that stays may not do: 4300 to 4399 close nothing. */
const channelError = 4300;
const clientEventError = 4301;
/** More users in a watchlist than the app allows; the first are watched. */
const watchlistLimit = 4302;
const notAuthorized = 4009;

/** `pusher:error` for a refused subscribe or sign-in. */
export const errorCode = {
  internal: channelError,
  "unknown-channel": channelError,
  "permission-denied": notAuthorized,
  "method-not-found": channelError,
  "already-subscribed": channelError,
  "limit-exceeded": channelError,
  "bad-request": channelError,
  "not-available": channelError,
  "token-expired": notAuthorized,
  expired: notAuthorized,
  "too-many-requests": clientEventError,
  "unrecoverable-position": channelError,
  "by-application": notAuthorized,
} as const satisfies Record<RefusalKind, number>;

/** `pusher:error` for a refused client event: whatever is not a matter of rights is 4301. */
export const clientEventErrorCode = {
  internal: clientEventError,
  "unknown-channel": clientEventError,
  "permission-denied": notAuthorized,
  "method-not-found": clientEventError,
  "already-subscribed": clientEventError,
  "limit-exceeded": clientEventError,
  "bad-request": clientEventError,
  "not-available": clientEventError,
  "token-expired": notAuthorized,
  expired: notAuthorized,
  "too-many-requests": clientEventError,
  "unrecoverable-position": clientEventError,
  "by-application": notAuthorized,
} as const satisfies Record<RefusalKind, number>;

/** `pusher:error` for a watchlist of which something was left out. */
export function watchlistErrorCode(kind: RefusalKind): number {
  return kind === "limit-exceeded" ? watchlistLimit : channelError;
}

/** What `pusher:subscription_error` says (protocol notes, 1.3): types and numbers as in servers that send it. */
export interface SubscriptionError {
  readonly type: "AuthError" | "LimitReached" | "BadRequest" | "ServerError";
  readonly status: number;
}

const forbidden: SubscriptionError = { type: "AuthError", status: 403 };
const unfit: SubscriptionError = { type: "BadRequest", status: 400 };
const full: SubscriptionError = { type: "LimitReached", status: 4100 };

/** The back end's word is missing or wrong. */
export const unsigned: SubscriptionError = { type: "AuthError", status: 401 };

export const subscriptionError = {
  internal: { type: "ServerError", status: 500 },
  "unknown-channel": unfit,
  "permission-denied": forbidden,
  "method-not-found": unfit,
  "already-subscribed": unfit,
  "limit-exceeded": full,
  "bad-request": unfit,
  "not-available": unfit,
  "token-expired": unsigned,
  expired: unsigned,
  "too-many-requests": full,
  "unrecoverable-position": unfit,
  "by-application": forbidden,
} as const satisfies Record<RefusalKind, SubscriptionError>;
