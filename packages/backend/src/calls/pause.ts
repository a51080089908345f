import type { PublishFault } from "./publish-fault.ts";

/** Time and chance, as a test may set them. */
export interface Waiting {
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export const realWaiting: Waiting = {
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

interface PauseTerms {
  readonly first: number;
  readonly most: number;
  readonly random: () => number;
}

/**
 * Milliseconds before another try; undefined where the server asks for more than there is to give. Anything from nothing
 * to the limit is as likely: callers that failed together come back apart.
 *
 * @param failed how many tries have failed
 */
export function pauseBefore(
  failed: number,
  fault: PublishFault,
  { first, most, random }: PauseTerms,
): number | undefined {
  const asked = fault.kind === "unavailable" ? (fault.retryAfter ?? 0) : 0;
  if (asked > most) return undefined;
  return asked + random() * Math.min(most, first * 2 ** (failed - 1));
}

/** Milliseconds of a `Retry-After`, which is in seconds or a date; undefined where it is neither. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const given = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(given)) return Number(given) * 1000;
  const date = /[a-z]/i.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
