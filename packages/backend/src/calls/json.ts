export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON object that a text is; undefined where it is none. */
export function objectOf(text: string): JsonObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(value) ? value : undefined;
}

/** The JSON text of a value. Throws a TypeError where it has none. */
export function jsonText(value: unknown): string {
  // The compiler believes that there is always one; of undefined and of functions there is none.
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`data has no JSON form: it is ${typeof value}`);
  return text;
}
