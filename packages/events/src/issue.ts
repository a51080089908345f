import type { StandardSchemaV1 } from "@standard-schema/spec";

/** One thing that is wrong with a payload. */
export interface EventIssue {
  /** Where: `camera.id`, `parts[2].text`, `names["a-b"]`; empty for the payload as a whole. */
  readonly path: string;
  /** What, in the words of the schema's library. */
  readonly message: string;
}

/** A payload that its schema refuses. Nothing was sent. */
export class InvalidEventError extends Error {
  override readonly name = "InvalidEventError";

  constructor(
    /** The event's type. */
    readonly type: string,
    readonly issues: readonly EventIssue[],
  ) {
    const [first] = issues;
    // arktype's messages begin with the path themselves.
    const where = first?.path && !first.message.startsWith(first.path) ? ` at ${first.path}` : "";
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
    super(`The payload of ${JSON.stringify(type)} is wrong${where}: ${first?.message ?? "refused"}${more}`);
  }
}

/** The schema's issue with its path as text. */
export function eventIssue({ message, path = [] }: StandardSchemaV1.Issue): EventIssue {
  // No `map`: arktype's paths are a kind of array whose `map` of an empty one is `[0]`.
  let written = "";
  for (const segment of path) written = below(written, typeof segment === "object" ? segment.key : segment);
  return { path: written, message };
}

function below(path: string, key: PropertyKey): string {
  if (typeof key !== "string") return `${path}[${String(key)}]`;
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
