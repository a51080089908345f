import type { OptionPath } from "./faults.ts";

/** An object of a configuration before validation. */
export type RawObject = Record<string, unknown>;

export function isRawObject(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function valueAt(root: unknown, path: OptionPath): unknown {
  let here = root;
  for (const step of path) {
    if (Array.isArray(here) && typeof step === "number") here = (here as unknown[])[step];
    else if (isRawObject(here) && Object.hasOwn(here, step)) here = here[step];
    else return undefined;
  }
  return here;
}

/** A copy without nulls: they stand for the default, as in a file that was printed with all of Centrifugo's defaults. */
export function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRawObject(value)) return value;
  // A key stays, so that an unknown one is still told.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNulls(item)]));
}

/** Sets what stands at a path of keys, and makes the objects on the way. */
export function setAt(root: RawObject, path: readonly string[], value: unknown): void {
  let here = root;
  for (const [position, key] of path.entries()) {
    if (position === path.length - 1) {
      here[key] = value;
      return;
    }
    const below = here[key];
    if (isRawObject(below)) here = below;
    else {
      // What is no object there is a fault of its own, and stays for it.
      if (below !== undefined && below !== null) return;
      const made: RawObject = {};
      here[key] = made;
      here = made;
    }
  }
}

/** Takes away what stands at a path; false where nothing did. */
export function removeAt(root: unknown, path: OptionPath): boolean {
  const last = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  if (last === undefined || !isRawObject(parent) || !Object.hasOwn(parent, last)) return false;
  return Reflect.deleteProperty(parent, last);
}
