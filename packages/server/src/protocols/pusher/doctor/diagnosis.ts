/** What was wrong with a signature, or with what has to come beside it: the label that it is counted under. */
export type AuthFault =
  | "no-signature"
  | "signature-form"
  | "no-key"
  | "unknown-key"
  | "key-of-another-app"
  | "secret-as-key"
  | "unknown-app"
  | "other-secret-of-app"
  | "secret-of-another-app"
  | "other-socket"
  | "other-channel"
  | "channel-prefix"
  | "no-channel-data"
  | "other-data"
  | "other-purpose"
  | "version"
  | "timestamp"
  | "clock-behind"
  | "clock-ahead"
  | "no-body-md5"
  | "body-changed"
  | "path-prefix"
  | "method"
  | "query"
  /** Signed with a secret that this server does not know, or of a text that nobody thought of. */
  | "unknown-secret";

/** Why a refusal was one. */
export interface Diagnosis {
  readonly fault: AuthFault;
  /** What happened and what to do, in one or two sentences that begin small. Goes through `KeyRing.redact` before anybody reads it. */
  readonly message: string;
}

export function diagnosis(fault: AuthFault, message: string): Diagnosis {
  return { fault, message };
}

/** What a terminal obeys or cannot show: controls, marks that turn the direction of writing, separators of lines. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Something that came from outside, fit for a line of text. `length`: of what `text` may be the beginning of. */
export function shown(text: string, limit = 200, length = text.length): string {
  const line = text.slice(0, limit).replace(unprintable, "?");
  return length > limit ? `${line}… (${length} characters)` : line;
}
