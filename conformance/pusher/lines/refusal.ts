import type { Answer } from "../api.ts";
import { expectThat } from "../../program/verdict.ts";

/** A refusal: the status, and words that say why. */
export function expectRefused({ status, text }: Answer, wanted: number | readonly number[]): void {
  const statuses = typeof wanted === "number" ? [wanted] : wanted;
  expectThat(
    statuses.includes(status),
    `answered with ${status}, not ${statuses.join(" or ")}: ${text.slice(0, 120)}`,
  );
  expectThat(text.trim() !== "", "the body does not say why");
}
