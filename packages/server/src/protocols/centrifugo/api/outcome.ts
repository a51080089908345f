import type { Answer } from "../../../core/answer.ts";
import { after, attempt } from "../../../core/answer.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import { errorText } from "./errors.ts";
import { type Site, source } from "./site.ts";

/** What a call comes to: its result as JSON text, or why there is none. */
export type Outcome = string | Refusal;

/** The one place where an exception of a call ends, and where its refusal is counted. */
export function settled(site: Site, what: string, work: () => Answer<Outcome>): Answer<Outcome> {
  const { observer } = site.hub;
  const outcome = attempt(work, (cause) => {
    observer.defect(`server API ${what}`, cause);
    return refuse("internal", "an exception");
  });
  return after(outcome, (value) => {
    if (value instanceof Refusal) observer.refused(source, value.kind);
    return value;
  });
}

/** `{"result":…}`, or `{"error":…}`. */
export function outcomeText(outcome: Outcome): string {
  return outcome instanceof Refusal ? `{"error":${errorText(outcome)}}` : `{"result":${outcome}}`;
}
