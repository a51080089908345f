import { z } from "zod";
import { pathText, type Fault, type OptionPath } from "./faults.ts";
import { isRawObject, valueAt } from "./raw-config.ts";
import { allLeaves, type Leaf } from "./schema-walk.ts";

/** The paths of an option in this very configuration: one for each item of the lists it stands in. */
function* placesOf(path: OptionPath, raw: unknown, behind: OptionPath = []): Generator<OptionPath> {
  const position = path.findIndex((step) => typeof step === "number");
  if (position < 0) {
    yield [...behind, ...path];
    return;
  }
  const list = [...behind, ...path.slice(0, position)];
  const items = valueAt(raw, list);
  if (!Array.isArray(items)) return;
  for (const index of items.keys()) yield* placesOf(path.slice(position + 1), raw, [...list, index]);
}

/** A broker of its own that is switched off, or is in memory, asks for nothing, whatever else its section says. */
function asksForNothing(path: OptionPath, raw: unknown): boolean {
  const [sectionName, name] = path;
  if (sectionName !== "broker" && sectionName !== "presence_manager") return false;
  return name !== "type" || valueAt(raw, [sectionName, "enabled"]) !== true;
}

function isAskedFor(leaf: Leaf, given: unknown): boolean {
  const read = z.safeParse(leaf.schema, given);
  const standard = z.safeParse(leaf.schema, undefined);
  // What is no value of the option at all is told as such.
  if (!read.success || !standard.success) return false;
  if (leaf.facts.harmless?.includes(read.data) === true) return false;
  return !Bun.deepEquals(read.data, standard.data);
}

/** Options that are known, but not built, and ask for something. */
export function unsupportedOptions(raw: unknown): readonly Fault[] {
  const faults: Fault[] = [];
  for (const leaf of allLeaves()) {
    if (leaf.built) continue;
    for (const place of placesOf(leaf.path, raw)) {
      const given = valueAt(raw, place);
      if (given === undefined || asksForNothing(place, raw) || isEmptyObject(given)) continue;
      if (isAskedFor(leaf, given)) faults.push({ path: pathText(place), message: "not supported yet" });
    }
  }
  return faults;
}

function isEmptyObject(value: unknown): boolean {
  return isRawObject(value) && Object.keys(value).length === 0;
}
