import type { Target } from "./target.ts";

/** What the doctor is given. */
export interface Patient {
  readonly target: Target;
  readonly key: string;
  /** Empty: what needs a signature is not looked at. */
  readonly secret: string;
  readonly appId: string | undefined;
  /** Of the pages that are to connect. */
  readonly pageOrigin: string | undefined;
  /** Milliseconds for each answer. */
  readonly timeout: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What a terminal obeys or cannot show: controls, marks that turn the direction of writing, separators of lines. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]+/gu;
const wholeSignature = /[0-9a-fA-F]{64}/g;

/** What a server said, fit for a line on a terminal: it may be anybody's, and may repeat what it was sent. */
export function quoted(text: string, { secret }: Pick<Patient, "secret">, longest = 200): string {
  const clean = secret === "" ? text : text.replaceAll(secret, "[secret]");
  const line = clean.replace(wholeSignature, "…").replace(unprintable, " ").trim();
  return `“${line.length > longest ? `${line.slice(0, longest)}…` : line}”`;
}
