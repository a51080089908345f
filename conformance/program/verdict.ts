/** The server does something else than the line says. */
export class Broken extends Error {}

/** The server does not have what a MAY line is about. */
export class NotOffered extends Error {}

/** The line cannot be tried against this server, or not as the program was called. */
export class Skipped extends Error {}

export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Broken(otherwise);
}

/** Equal as JSON, whatever the order of keys. */
export function expectSame(found: unknown, wanted: unknown, what: string): void {
  if (!same(found, wanted)) throw new Broken(`${what} is ${shown(found)}, not ${shown(wanted)}`);
}

export function same(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return Object.is(one, other);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  if (keys.length !== others.length) return false;
  return keys.every((key) => key in other && same(field(one, key), field(other, key)));
}

/** A field of whatever came; undefined where there is none. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

export function shown(value: unknown): string {
  const text =
    typeof value === "string"
      ? JSON.stringify(value)
      : value === undefined
        ? "nothing"
        : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/** JSON inside a string, as the wire has it. */
export function inner(data: unknown, what: string): unknown {
  if (typeof data !== "string") throw new Broken(`data of ${what} is no string: ${shown(data)}`);
  try {
    return JSON.parse(data) as unknown;
  } catch {
    throw new Broken(`data of ${what} holds no JSON: ${shown(data)}`);
  }
}
