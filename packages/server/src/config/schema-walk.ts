import { z } from "zod";
import type { OptionPath } from "./faults.ts";
import { optionFacts, type OptionFacts } from "./option-kinds.ts";
import { configSchema } from "./schema.ts";

/** One option, at the path that it has when every list is read at position 0. */
export interface Leaf {
  readonly path: OptionPath;
  readonly schema: z.core.$ZodType;
  readonly facts: OptionFacts;
  readonly built: boolean;
}

const ownSections: ReadonlySet<string | number | undefined> = new Set(["apps", "webhooks", "queues"]);

/** Whether an option stands in a section that Centrifugo does not have, where every name is this server's. */
export function isOwn(path: OptionPath): boolean {
  return ownSections.has(path[0]);
}

function bare(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodPrefault ? bare(schema.unwrap()) : schema;
}

function factsOf(schema: z.core.$ZodType): OptionFacts | undefined {
  return schema instanceof z.ZodType ? optionFacts.get(schema) : undefined;
}

function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const inner = bare(schema);
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}

/** The schema of what stands at a path of a configuration. */
export function schemaAt(path: OptionPath): z.core.$ZodType | undefined {
  let here: z.core.$ZodType | undefined = configSchema;
  for (const step of path) {
    if (here === undefined) return undefined;
    const inner = bare(here);
    if (inner instanceof z.ZodArray) here = inner.element;
    else if (inner instanceof z.ZodRecord) here = inner.valueType;
    else here = shapeOf(inner)?.[step];
  }
  return here;
}

/**
 * What an option may be, in words; undefined for a path that is no option. What stands in the place of a section, or in a
 * list or record, may be anything, a key or a password too.
 */
export function factsAt(path: OptionPath): OptionFacts | undefined {
  const schema = schemaAt(path);
  if (schema === undefined) return undefined;
  const facts = factsOf(schema);
  if (facts !== undefined) return facts;
  const inner = bare(schema);
  if (inner instanceof z.ZodObject) return { allowed: "an object", kind: "json", secret: true };
  if (inner instanceof z.ZodArray) return { allowed: "a list", kind: "json", secret: true };
  return inner instanceof z.ZodString ? { allowed: "a string", kind: "text", secret: true } : undefined;
}

/** Names that may stand in the object at a path. */
export function namesAt(path: OptionPath): readonly string[] {
  const schema = schemaAt(path);
  return schema === undefined ? [] : Object.keys(shapeOf(schema) ?? {});
}

function* leavesOf(schema: z.core.$ZodType, path: OptionPath, built: boolean): Generator<Leaf> {
  const facts = factsOf(schema);
  const builtHere = built && facts?.built !== false;
  const shape = shapeOf(schema);
  if (shape === undefined) {
    if (facts !== undefined) yield { path, schema, facts, built: builtHere };
    const inner = bare(schema);
    if (inner instanceof z.ZodArray && shapeOf(inner.element) !== undefined) {
      yield* leavesOf(inner.element, [...path, 0], builtHere);
    }
    return;
  }
  for (const [name, below] of Object.entries(shape)) yield* leavesOf(below, [...path, name], builtHere);
}

let known: readonly Leaf[] | undefined;

/** Every option, a list's own options after it. */
export function allLeaves(): readonly Leaf[] {
  known ??= [...leavesOf(configSchema, [], true)];
  return known;
}

/** Options that are not within a list, so that a name alone says which one is meant. */
export function soleLeaves(): readonly Leaf[] {
  return allLeaves().filter((leaf) => leaf.path.every((step) => typeof step === "string"));
}

/** Names of the sole options, made by `nameOf`: of those that are built, and of all with these in front. */
export function namesBuiltFirst(nameOf: (leaf: Leaf) => string): {
  readonly built: readonly string[];
  readonly all: readonly string[];
} {
  const built = soleLeaves().filter((leaf) => leaf.built);
  const others = soleLeaves().filter((leaf) => !leaf.built);
  return { built: built.map(nameOf), all: [...built, ...others].map(nameOf) };
}
