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
  | "unrecoverable-position"
  /** The application refused, in its own words. */
  | "by-application";

/** An error that the application chose. Only the Centrifugo wire copies it (B9). */
export interface OwnError {
  readonly code: number;
  readonly message: string;
  readonly temporary: boolean;
}

export class Refusal {
  /**
   * @param kind   what was refused, as a closed union that each wire translates
   * @param reason one sentence for the log and for development; never holds a secret
   * @param custom what the application said; there where the kind is `by-application`
   */
  constructor(
    readonly kind: RefusalKind,
    readonly reason: string,
    readonly custom?: OwnError,
  ) {}
}

export function refuse(kind: RefusalKind, reason: string): Refusal {
  return new Refusal(kind, reason);
}
