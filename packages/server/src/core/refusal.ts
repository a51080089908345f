/** Why one command was not done. The client stays connected; each wire has its own number or shape for every kind. */
export type RefusalKind =
  | "internal"
  | "unknown-channel"
  | "permission-denied"
  | "method-not-found"
  | "already-subscribed"
  | "limit-exceeded"
  | "bad-request"
  | "not-available"
  | "token-expired"
  | "expired"
  | "too-many-requests"
  | "unrecoverable-position";

export class Refusal {
  /**
   * @param kind   what was refused, as a closed union that each wire translates
   * @param reason one sentence for the log and for development; never holds a secret
   */
  constructor(
    readonly kind: RefusalKind,
    readonly reason: string,
  ) {}
}

export function refuse(kind: RefusalKind, reason: string): Refusal {
  return new Refusal(kind, reason);
}
