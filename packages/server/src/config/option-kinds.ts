import { z } from "zod";
import { parseDuration } from "./duration.ts";

/** How a text from the environment becomes a value of the option. */
export type OptionKind = "flag" | "number" | "text" | "list" | "duration" | "json";

/** What is known of an option beside its type: for fault messages, the environment and the option tables. */
export interface OptionFacts {
  /** Completes "must be …". */
  readonly allowed: string;
  readonly kind: OptionKind;
  readonly description?: string;
  /** The value is never printed. */
  readonly secret?: boolean;
  /** False: Centrifugo knows the option, this server does not act on it yet. */
  readonly built?: boolean;
  /** Values of an option that is not built which ask for nothing, beside its default. */
  readonly harmless?: readonly unknown[];
}

export const optionFacts = z.registry<OptionFacts>();

function option<S extends z.ZodType>(schema: S, facts: OptionFacts): S {
  optionFacts.add(schema, facts);
  return schema;
}

function about(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}

export function flag(description?: string, standard = false) {
  return option(z.boolean().prefault(standard), {
    allowed: "true or false",
    kind: "flag",
    ...about(description),
  });
}

export function count(standard: number, description?: string, min = 0, max = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
  return option(z.int().min(min).max(max).prefault(standard), {
    allowed: `a whole number, ${range}`,
    kind: "number",
    ...about(description),
  });
}

/** A number that must be there. */
export function requiredCount(description: string, min: number, max: number) {
  return option(z.int().min(min).max(max), {
    allowed: `a whole number, from ${min} to ${max}`,
    kind: "number",
    description,
  });
}

/** A port that may be left out, as a number or as a text; 0 = left out. */
export function portText(description: string) {
  const schema = z
    .union([z.literal(""), z.int().min(0).max(65_535), z.string().regex(/^\d{1,5}$/)])
    .transform((given, context) => {
      const port = Number(given);
      if (port <= 65_535) return port;
      context.issues.push({ code: "custom", input: given, message: "no port" });
      return z.NEVER;
    })
    .prefault("");
  return option(schema, { allowed: "a port, or empty", kind: "text", description });
}

export function text(standard = "", description?: string) {
  return option(z.string().prefault(standard), { allowed: "a string", kind: "text", ...about(description) });
}

export function secretText(description?: string) {
  return option(z.string().prefault(""), {
    allowed: "a string",
    kind: "text",
    secret: true,
    ...about(description),
  });
}

/** Text that must be there and have a character. */
export function requiredText(description: string, secret = false) {
  return option(z.string().min(1), {
    allowed: "a string that is not empty",
    kind: "text",
    description,
    secret,
  });
}

export function matchingText(pattern: RegExp, description?: string) {
  return option(z.string().regex(pattern), {
    allowed: `a string that matches ${pattern.source}`,
    kind: "text",
    ...about(description),
  });
}

/** Like matchingText, but empty unless given. */
export function optionalMatchingText(pattern: RegExp, description?: string) {
  return option(z.union([z.literal(""), z.string().regex(pattern)]).prefault(""), {
    allowed: `empty, or a string that matches ${pattern.source}`,
    kind: "text",
    ...about(description),
  });
}

/** A path of an HTTP route. */
export function route(standard: string, description?: string) {
  return option(z.string().regex(/^\//).prefault(standard), {
    allowed: 'a path that begins with "/"',
    kind: "text",
    ...about(description),
  });
}

export function choice<const T extends string>(
  choices: readonly T[],
  standard: NoInfer<T>,
  description?: string,
) {
  return option(z.enum(choices).prefault(standard), {
    allowed: `one of ${choices.map((one) => JSON.stringify(one)).join(", ")}`,
    kind: "text",
    ...about(description),
  });
}

/** One or more of the choices. */
export function choiceList<const T extends string>(choices: readonly T[], description: string) {
  const allowed = choices.map((one) => JSON.stringify(one)).join(", ");
  const one = option(z.enum(choices), { allowed: `one of ${allowed}`, kind: "text" });
  return option(z.array(one).min(1), { allowed: `a list of some of ${allowed}`, kind: "list", description });
}

/** None, or some, of the choices. */
export function someOf<const T extends string>(choices: readonly T[], description: string) {
  const allowed = choices.map((one) => JSON.stringify(one)).join(", ");
  const one = option(z.enum(choices), { allowed: `one of ${allowed}`, kind: "text" });
  return option(
    z.array(one).prefault(() => []),
    { allowed: `a list of none or some of ${allowed}`, kind: "list", description },
  );
}

/** An address of somebody else's. What it holds besides may be secret, so it is never printed. */
export function httpUrl(description: string) {
  return option(z.string().refine(isHttpUrl), {
    allowed: "an http or https URL without a user and password (use headers)",
    kind: "text",
    description,
    secret: true,
  });
}

function isHttpUrl(given: string): boolean {
  const url = URL.parse(given);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "http:" || url.protocol === "https:";
}

export function textList(description?: string, standard: readonly string[] = []) {
  return option(
    z.array(z.string()).prefault(() => [...standard]),
    {
      allowed: "a list of strings",
      kind: "list",
      ...about(description),
    },
  );
}

export function textMap(description?: string, secret = false) {
  return option(
    z.record(z.string(), z.string()).prefault(() => ({})),
    {
      allowed: "an object of strings",
      kind: "json",
      secret,
      ...about(description),
    },
  );
}

/** Anything in a list: for options whose items this server does not look into yet. */
export function anyList(description?: string) {
  return option(
    z.array(z.unknown()).prefault(() => []),
    { allowed: "a list", kind: "json", ...about(description) },
  );
}

/** A list of objects; in the environment, JSON. */
export function objectList<S extends z.ZodType>(item: S, description?: string) {
  return option(
    z.array(item).prefault(() => []),
    { allowed: "a list of objects", kind: "json", ...about(description) },
  );
}

function durationOption(standard: string, mayBeOff: boolean, description: string | undefined) {
  const schema = z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      const milliseconds = parseDuration(given);
      if (milliseconds === undefined || (milliseconds < 0 && !mayBeOff)) {
        context.issues.push({ code: "custom", input: given, message: "not a duration" });
        return z.NEVER;
      }
      return milliseconds;
    })
    .prefault(standard);
  return option(schema, {
    allowed: `a duration such as "25s" or "1m30s"${mayBeOff ? ', or "-1" to turn it off' : ""}`,
    kind: "duration",
    ...about(description),
  });
}

/** A Go duration string in the file, milliseconds in the configuration. */
export function duration(standard: string, description?: string) {
  return durationOption(standard, false, description);
}

/** A duration where -1 means off, and stays -1. */
export function durationOrOff(standard: string, description?: string) {
  return durationOption(standard, true, description);
}

/** An object of options, every one of which has a default. */
export function section<T extends z.ZodRawShape>(shape: T) {
  // Typed as any input: whether {} satisfies the shape is what a test of the whole schema shows.
  return z.strictObject(shape).prefault(() => ({}) as never);
}

/** Marks an option, or every option of a section, as known but not built. */
export function later<S extends z.ZodType>(schema: S, harmless: readonly unknown[] = []): S {
  const facts = optionFacts.get(schema) ?? { allowed: "an object", kind: "json" as const };
  optionFacts.add(schema, { ...facts, built: false, harmless });
  return schema;
}
