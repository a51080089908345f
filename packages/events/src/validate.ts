import { isDeclared, type Catalogue, type EventType, type PayloadOut, type Schemas } from "./catalogue.ts";
import { eventIssue, type EventIssue } from "./issue.ts";

export type Validated<Data> =
  { readonly ok: true; readonly data: Data } | { readonly ok: false; readonly issues: readonly EventIssue[] };

/**
 * Checks a payload. What is right comes out as the schema makes it: with defaults, transformed.
 *
 * @throws TypeError for a type that the catalogue does not declare, and for a schema that answers later: events would
 *   overtake each other.
 */
export function validate<S extends Schemas, T extends EventType<S>>(
  catalogue: Catalogue<S>,
  type: T,
  data: unknown,
): Validated<PayloadOut<S, T>> {
  const schema = isDeclared(catalogue, type) ? catalogue.schemas[type] : undefined;
  if (schema === undefined) throw new TypeError(`The catalogue has no event ${JSON.stringify(type)}`);
  const result = schema["~standard"].validate(data);
  // By what it can do: a promise of another realm, or of a library's own, is no `Promise` of ours.
  if ("then" in result) {
    // Nobody waits for the answer; a rejection must not end the process.
    result.then(undefined, () => undefined);
    throw new TypeError(`The schema of ${JSON.stringify(type)} is asynchronous`);
  }
  if (result.issues === undefined) return { ok: true, data: result.value as PayloadOut<S, T> };
  return { ok: false, issues: result.issues.map(eventIssue) };
}
