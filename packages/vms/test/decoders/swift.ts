// What iOS' JSONDecoder does with JSON: every type is exact, one wrong field fails the whole value, a missing or null
// field is nil unless it is required, and keys are converted from snake case before they are looked up.

/** Swift's DecodingError. */
export class DecodingFault extends Error {}

export type Read<Value> = (value: unknown, path: string) => Value;

export interface Container {
  /** Nil when absent or null; fails when the value is of another type. */
  optional<Value>(key: string, read: Read<Value>): Value | undefined;
  /** Fails when absent or null as well. */
  required<Value>(key: string, read: Read<Value>): Value;
  /** Nil for whatever does not decode (`try?`). */
  soft<Value>(key: string, read: Read<Value>): Value | undefined;
}

function fault(path: string, expected: string): never {
  throw new DecodingFault(`${path}: ${expected} expected`);
}

export const string: Read<string> = (value, path) =>
  typeof value === "string" ? value : fault(path, "String");

export const int: Read<number> = (value, path) =>
  typeof value === "number" && Number.isSafeInteger(value) ? value : fault(path, "Int");

export const double: Read<number> = (value, path) =>
  typeof value === "number" ? value : fault(path, "Double");

export const bool: Read<boolean> = (value, path) =>
  typeof value === "boolean" ? value : fault(path, "Bool");

/** A date in the one form the app parses; of any other text it makes the present moment, here the text `now`. */
export const date: Read<string> = (value, path) => {
  const text = string(value, path);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/.test(text) ? text : "now";
};

export function oneOf(...cases: readonly string[]): Read<string> {
  return (value, path) => {
    const text = string(value, path);
    return cases.includes(text) ? text : fault(path, cases.join(" | "));
  };
}

export function array<Value>(read: Read<Value>): Read<Value[]> {
  return (value, path) =>
    Array.isArray(value) ? value.map((item, at) => read(item, `${path}[${at}]`)) : fault(path, "Array");
}

/** `convertFromSnakeCase`. */
export function converted(key: string): string {
  return key.replaceAll(/(?!^)_+([^_])/g, (_, letter: string) => letter.toUpperCase());
}

function containerOf(fields: Readonly<Record<string, unknown>>, path: string): Container {
  const byKey = new Map(Object.entries(fields).map(([key, value]) => [converted(key), value]));
  const optional = <Value>(key: string, read: Read<Value>): Value | undefined => {
    const value = byKey.get(key);
    return value === undefined || value === null ? undefined : read(value, `${path}.${key}`);
  };
  return {
    optional,
    required: (key, read) => optional(key, read) ?? fault(`${path}.${key}`, "a value"),
    soft(key, read) {
      try {
        return optional(key, read);
      } catch (error) {
        if (error instanceof DecodingFault) return undefined;
        throw error;
      }
    },
  };
}

/** A keyed value; fields that are nil are left out. */
export function object<Value extends object>(build: (container: Container) => Value): Read<Value> {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fault(path, "Dictionary");
    const built = build(containerOf(value as Record<string, unknown>, path));
    return Object.fromEntries(Object.entries(built).filter(([, item]) => item !== undefined)) as Value;
  };
}
