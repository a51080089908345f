// Every field of the wire is declared once, for both directions: reading is tolerant, since back ends of several
// years are out there; sending is strict, since both old mobile apps must decode what we send.
import * as v from "valibot";

import { snakeKey } from "./wire-names.ts";
import { wireDate } from "./wire-date.ts";

/**
 * One field: how it is read, and what may be sent in it. `Read` is what a reader gets, `Send` what a publisher gives,
 * `Wire` what is sent of that. The schemas' own types stay inside: spelt out, they would not fit a declaration file.
 */
export interface Field<Read = unknown, Send = unknown, Wire = unknown> {
  readonly read: v.GenericSchema<unknown, Read>;
  readonly send: v.GenericSchema<Send, Wire>;
  /** An object belongs here: `[]`, which PHP writes for an empty one, then means absent. */
  readonly holdsObject: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

type ReadOf<F extends Field> = v.InferOutput<F["read"]>;
type SendOf<F extends Field> = v.InferInput<F["send"]>;
type WireOf<F extends Field> = v.InferOutput<F["send"]>;

/** For a field of text, a number or a flag. */
function field<Read, Send, Wire>(
  read: v.GenericSchema<unknown, Read>,
  send: v.GenericSchema<Send, Wire>,
): Field<Read, Send, Wire> {
  return { read, send, holdsObject: false };
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
export function oneOf<const Values extends readonly string[]>(
  ...values: Values
): Field<OpenText<Values[number]>, Values[number], Values[number]> {
  return field(
    v.pipe(
      readText,
      v.transform((value): OpenText<Values[number]> => value),
    ),
    v.picklist(values),
  );
}

export interface List<Item extends Field> extends Field<
  NonNullable<ReadOf<Item>>[],
  SendOf<Item>[],
  WireOf<Item>[]
> {}

/** A list; what is null in one that is read is left out of it. */
export function list<Item extends Field>(item: Item): List<Item> {
  return field(
    v.pipe(
      v.array(v.nullable(item.read)),
      v.transform((items) => items.filter((one) => one !== null) as NonNullable<ReadOf<Item>>[]),
    ),
    v.array(item.send),
  );
}

export interface Optional<F extends Field> extends Field<
  ReadOf<F> | undefined,
  SendOf<F> | undefined,
  WireOf<F> | undefined
> {}

/** The field may be absent in both directions. */
export function optional<F extends Field>({ read, send, holdsObject }: F): Optional<F> {
  return { read: v.optional(read), send: v.optional(send), holdsObject };
}

export interface Sent<F extends Field> extends Field<ReadOf<F> | undefined, SendOf<F>, WireOf<F>> {}

/** The field must be sent, since one of the platforms fails without it, and may be absent when read. */
export function sent<F extends Field>({ read, send, holdsObject }: F): Sent<F> {
  return { read: v.optional(read), send, holdsObject };
}

export interface Nullable<F extends Field> extends Field<
  ReadOf<F> | undefined,
  SendOf<F> | null | undefined,
  WireOf<F> | null | undefined
> {}

/** As `optional`, and `null` may be sent. */
export function nullable<F extends Field>({ read, send, holdsObject }: F): Nullable<F> {
  return { read: v.optional(read), send: v.nullish(send), holdsObject };
}

/** An object whose fields may be left out where they may be undefined. */
type ObjectOf<Values> = {
  [Name in keyof Values as undefined extends Values[Name] ? never : Name]: Values[Name];
} & {
  [Name in keyof Values as undefined extends Values[Name] ? Name : never]?: Values[Name];
};

export interface Model<F extends Fields> extends Field<
  ObjectOf<{ [Name in keyof F]: ReadOf<F[Name]> }>,
  ObjectOf<{ [Name in keyof F]: SendOf<F[Name]> }>,
  ObjectOf<{ [Name in keyof F]: WireOf<F[Name]> }>
> {}

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
export function model<const F extends Fields>(fields: F): Model<F> {
  const names = Object.entries<Field>(fields);
  const readEntries = Object.fromEntries(names.map(([name, inner]) => [name, inner.read]));
  const sendEntries = Object.fromEntries(names.map(([name, inner]) => [name, inner.send]));
  const expected = "Expected an object";
  const read = v.pipe(
    v.unknown(),
    v.custom<Record<string, unknown>>(isRecord, expected),
    v.transform((value) => withoutAbsent(fields, value)),
    v.looseObject(readEntries),
  );
  // An array passes for an object with valibot, and PHP writes [] for {}.
  const send = v.pipe(v.custom<Record<string, unknown>>(isRecord, expected), v.strictObject(sendEntries));
  // What the entries came to, the compiler cannot follow.
  return { read, send, holdsObject: true } as unknown as Model<F>;
}
