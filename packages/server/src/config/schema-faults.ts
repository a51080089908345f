import type { z } from "zod";
import { pathText, shown, type Fault, type OptionPath } from "./faults.ts";
import { nearestName, pathEndingIn } from "./nearest-name.ts";
import { sinceThen } from "./old-names.ts";
import { valueAt } from "./raw-config.ts";
import { factsAt, namesAt, namesBuiltFirst } from "./schema-walk.ts";

/** A fault of shape, with the path of the value that has to go for the rest to be read. */
export interface SchemaFault {
  readonly fault: Fault;
  readonly at: OptionPath;
  /** Nobody knows an option of that name. */
  readonly unknown: boolean;
}

function suggestion(name: string, siblings: readonly string[]): string {
  const sibling = nearestName(name, siblings);
  if (sibling !== undefined) return `; did you mean ${sibling}?`;
  // An option that works is the likelier one to be meant.
  const { built, all: paths } = namesBuiltFirst((leaf) => pathText(leaf.path));
  const alike = nearestName(name, new Set(paths.map(lastName)));
  const elsewhere =
    pathEndingIn(name, built) ??
    pathEndingIn(name, paths) ??
    paths.find((path) => lastName(path) === alike) ??
    nearestName(name, paths);
  return elsewhere === undefined ? "" : `; did you mean ${elsewhere}?`;
}

function lastName(path: string): string {
  return path.split(".").at(-1) ?? path;
}

/** An option of Centrifugo v3 to v5. */
function moved(at: OptionPath): string | undefined {
  const modern = sinceThen(at);
  if (modern === undefined || modern === pathText(at)) return undefined;
  return `is ${modern} since Centrifugo v6; check-config --migrate moves it`;
}

function unknownOption(path: OptionPath, name: string): SchemaFault {
  const at = [...path, name];
  const message = moved(at) ?? `unknown option${suggestion(name, namesAt(path))}`;
  return { at, unknown: true, fault: { path: pathText(at), message } };
}

function wrongValue(path: OptionPath, raw: unknown): SchemaFault {
  const given = valueAt(raw, path);
  const facts = factsAt(path);
  // Some of the old switches had the names of what are sections now.
  const elsewhere = moved(path);
  const allowed = facts?.allowed ?? "an object";
  const message =
    given === undefined
      ? `is required: ${allowed}`
      : (elsewhere ?? `must be ${allowed}, not ${shown(given, facts?.secret === true)}`);
  return { at: path, unknown: false, fault: { path: pathText(path), message } };
}

/** Zod's findings in our words; the values stay out of them where they are secret. */
export function schemaFaults(error: z.ZodError, raw: unknown): readonly SchemaFault[] {
  const found = new Map<string, SchemaFault>();
  for (const issue of error.issues) {
    const path = issue.path.filter((step): step is string | number => typeof step !== "symbol");
    const faults =
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownOption(path, key))
        : [wrongValue(path, raw)];
    for (const one of faults) if (!found.has(one.fault.path)) found.set(one.fault.path, one);
  }
  return [...found.values()];
}
