import { timingSafeEqual } from "node:crypto";

/** Compares without telling by its duration where the two differ. The length is not secret. */
export function equalSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
