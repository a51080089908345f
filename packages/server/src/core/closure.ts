/** Why the server ends a connection. Each wire has its own close code for every kind. */
export type ClosureKind =
  | "shutdown"
  | "internal"
  | "connection-expired"
  | "subscription-expired"
  | "slow"
  | "insufficient-state"
  | "force-reconnect"
  | "force-disconnect"
  | "no-pong"
  | "too-many-requests"
  | "invalid-token"
  | "bad-request"
  | "stale"
  | "connection-limit"
  | "channel-limit"
  | "inappropriate-protocol"
  | "permission-denied"
  | "not-available"
  | "unauthorized";

export interface Closure {
  readonly kind: ClosureKind;
  /** Whether the client should come back: decides between the reconnectable and the terminal codes of its wire. */
  readonly comeBack: boolean;
  /** One sentence for the log; never holds a secret. */
  readonly reason: string;
  /** A code and text that the application chose (API `disconnect`). Only the Centrifugo wire copies it (B9). */
  readonly custom?: { readonly code: number; readonly reason: string };
}

const returning: ReadonlySet<ClosureKind> = new Set([
  "shutdown",
  "internal",
  "connection-expired",
  "subscription-expired",
  "slow",
  "insufficient-state",
  "force-reconnect",
  "no-pong",
  "too-many-requests",
] as const);

export function closure(kind: ClosureKind, reason: string): Closure {
  return { kind, comeBack: returning.has(kind), reason };
}

/** Why the server ends one subscription of a client that stays connected. */
export type Unsubscription =
  /** By the application's word. */
  | { readonly kind: "server"; readonly code?: number; readonly reason?: string }
  /** Publications may be missing: the client should subscribe again and recover. */
  | { readonly kind: "insufficient-state" }
  /** The subscription's token ran out. */
  | { readonly kind: "expired" };
