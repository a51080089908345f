// The wire spells its keys in snake case, the guides of both platforms in camel case.

type Plain = string | number | bigint | boolean | symbol | null | undefined | Date;

type CamelText<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelText<Tail>>}`
  : Text;

/** A key in camel case; an index signature has no name and falls away. */
type CamelKey<Key> = string extends Key
  ? never
  : number extends Key
    ? never
    : Key extends string
      ? CamelText<Key>
      : Key;

/**
 * A payload as read, with its keys in camel case at every depth. What the schema does not name is there at run
 * time, under its camel case name, but not in the type.
 */
export type Camelized<T> = T extends Plain
  ? T
  : T extends readonly (infer Item)[]
    ? Camelized<Item>[]
    : T extends object
      ? { [Key in keyof T as CamelKey<Key>]: Camelized<Exclude<T[Key], undefined>> }
      : T;

/** A payload to send, in camel case; a field that may be left out may also be `undefined`. */
export type CamelInput<T> = T extends Plain
  ? T
  : T extends readonly (infer Item)[]
    ? readonly CamelInput<Item>[]
    : T extends object
      ? { readonly [Key in keyof T as CamelKey<Key>]: CamelInput<T[Key]> }
      : T;

/** What lies deeper than this is handed over as it came: no payload goes there, and hostile text could. */
const deepest = 64;

/** The key in camel case; underscores at its start stay. */
export function camelKey(key: string): string {
  return key.replaceAll(
    /^(_+)|_([a-z0-9])/g,
    (_, start: string | undefined, letter: string) => start ?? letter.toUpperCase(),
  );
}

export function snakeKey(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function renamed(value: unknown, rename: (key: string) => string, depth: number): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date || depth > deepest) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename, depth + 1));
  const entries = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value)) {
    const name = rename(key);
    // The first spelling stands: a schema puts the fields it knows first, and no other may take their place.
    if (item !== undefined && !entries.has(name)) entries.set(name, renamed(item, rename, depth + 1));
  }
  return Object.fromEntries(entries);
}

/** The value with its keys in camel case at every depth; keys without a value (`undefined`) are left out. */
export function camelized<T>(value: T): Camelized<T> {
  return renamed(value, camelKey, 0) as Camelized<T>;
}

/** The value with its keys in snake case, as the wire has them; keys without a value are left out. */
export function snakeCased(value: unknown): unknown {
  return renamed(value, snakeKey, 0);
}
