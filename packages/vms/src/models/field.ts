// Every field of the wire is declared once, for both directions: reading is tolerant, since back ends of several
// years are out there; sending is strict, since both old mobile apps must decode what we send.
import * as v from "valibot";

import { snakeKey } from "./wire-names.ts";
import { wireDate } from "./wire-date.ts";

/** One field: how it is read, and what may be sent in it. */
export interface Field<
  Read extends v.GenericSchema = v.GenericSchema,
  Send extends v.GenericSchema = v.GenericSchema,
> {
  readonly read: Read;
  readonly send: Send;
  /** An object belongs here: `[]`, which PHP writes for an empty one, then means absent. */
  readonly holdsObject: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

function field<Read extends v.GenericSchema, Send extends v.GenericSchema>(read: Read, send: Send) {
  return { read, send, holdsObject: false } satisfies Field;
}

/** The platforms' decoders take a number where text belongs, and so does ours. */
const readText = v.union([v.string(), v.pipe(v.union([v.number(), v.boolean()]), v.transform(String))]);

const numeral = v.pipe(v.string(), v.regex(/^-?\d+(?:\.\d+)?$/, "Expected a number"), v.transform(Number));

const readFlag = v.union([
  v.boolean(),
  v.pipe(
    v.union([
      v.literal(0),
      v.literal(1),
      v.literal("0"),
      v.literal("1"),
      v.literal("true"),
      v.literal("false"),
    ]),
    v.transform((value) => value === 1 || value === "1" || value === "true"),
  ),
]);

export const text = field(readText, v.string());

export const flag = field(readFlag, v.boolean());

/** Any number. */
export const decimal = field(
  v.pipe(v.union([v.number(), numeral]), v.finite()),
  v.pipe(v.number(), v.finite()),
);

const largestInt = 2_147_483_647;

/** An id, a count, an order: a whole number, or its digits in text. Sent in 32 bits, which is all that Android reads. */
export const integer = field(
  v.pipe(v.union([v.number(), numeral]), v.safeInteger()),
  v.pipe(v.number(), v.safeInteger(), v.minValue(-largestInt - 1), v.maxValue(largestInt)),
);

/** A point in time. Read as the text it is; sent from a `Date` or ISO text, in the one form that both apps read. */
export const date = field(
  readText,
  v.pipe(
    v.union([v.date(), v.string()]),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return wireDate(dataset.value);
      } catch (cause) {
        addIssue({ message: cause instanceof Error ? cause.message : "Not a date" });
        return NEVER;
      }
    }),
  ),
);

/** A time of day, `HH:mm:ss`. */
export const timeOfDay = field(
  readText,
  v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, "Expected HH:mm:ss")),
);

/** A text that is mostly one of those known, and may be another. */
export type OpenText<Known extends string> = Known | (string & Record<never, never>);

/** Text of an enumeration: any text is read, one of the list is sent (iOS drops a push over an unknown one). */
export function oneOf<const Values extends readonly string[]>(...values: Values) {
  return field(
    v.pipe(
      readText,
      v.transform((value): OpenText<Values[number]> => value),
    ),
    v.picklist(values),
  );
}

/** A list; what is null in one that is read is left out of it. */
export function list<Item extends Field>(item: Item) {
  type Value = NonNullable<v.InferOutput<Item["read"]>>;
  return field(
    v.pipe(
      v.array(v.nullable(item.read as Item["read"])),
      v.transform((items) => items.filter((one) => one !== null) as Value[]),
    ),
    v.array(item.send as Item["send"]),
  );
}

/** The field may be absent in both directions. */
export function optional<F extends Field>(inner: F) {
  return {
    read: v.optional(inner.read as F["read"]),
    send: v.optional(inner.send as F["send"]),
    holdsObject: inner.holdsObject,
  } satisfies Field;
}

/** The field must be sent, since one of the platforms fails without it, and may be absent when read. */
export function sent<F extends Field>(inner: F) {
  return {
    read: v.optional(inner.read as F["read"]),
    send: inner.send as F["send"],
    holdsObject: inner.holdsObject,
  } satisfies Field;
}

/** As `optional`, and `null` may be sent. */
export function nullable<F extends Field>(inner: F) {
  return {
    read: v.optional(inner.read as F["read"]),
    send: v.nullish(inner.send as F["send"]),
    holdsObject: inner.holdsObject,
  } satisfies Field;
}

type ReadEntries<F extends Fields> = { [Name in keyof F]: F[Name]["read"] };
type SendEntries<F extends Fields> = { [Name in keyof F]: F[Name]["send"] };

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAbsent(inner: Field, value: unknown): boolean {
  return (
    value === null || value === undefined || (inner.holdsObject && Array.isArray(value) && value.length === 0)
  );
}

/** The object without its absent fields. A field spelt in camel case is taken too, as iOS does. */
function withoutAbsent(fields: Fields, value: Record<string, unknown>): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const name = Object.hasOwn(fields, key) ? key : snakeKey(key);
    const inner = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (inner === undefined) entries.push([key, item]);
    else if (!isAbsent(inner, item) && (name === key || !Object.hasOwn(value, name)))
      entries.push([name, item]);
  }
  return Object.fromEntries(entries);
}

/** An object of the wire. Read: unknown fields stay, absent ones are left out. Sent: the fields named, no others. */
export function model<const F extends Fields>(fields: F) {
  const names = Object.entries<Field>(fields);
  const readEntries = Object.fromEntries(names.map(([name, inner]) => [name, inner.read])) as ReadEntries<F>;
  const sendEntries = Object.fromEntries(names.map(([name, inner]) => [name, inner.send])) as SendEntries<F>;
  const expected = "Expected an object";
  return {
    read: v.pipe(
      v.unknown(),
      v.custom<Record<string, unknown>>(isRecord, expected),
      v.transform((value) => withoutAbsent(fields, value)),
      v.looseObject(readEntries),
    ),
    // An array passes for an object with valibot, and PHP writes [] for {}.
    send: v.pipe(
      v.custom<v.InferInput<v.StrictObjectSchema<SendEntries<F>, undefined>>>(isRecord, expected),
      v.strictObject(sendEntries),
    ),
    holdsObject: true,
  } satisfies Field;
}
