import type { StandardSchemaV1 } from "@standard-schema/spec";

import { isEventName, type Wire } from "./wire.ts";

/** Event types and the schemas of their payloads, of any library that speaks Standard Schema. */
export type Schemas = Readonly<Record<string, StandardSchemaV1>>;

/** The event types of a catalogue. */
export type EventType<S extends Schemas> = keyof S & string;

/** What is published: the schema's input. */
export type PayloadIn<S extends Schemas, T extends keyof S> = StandardSchemaV1.InferInput<S[T]>;

/** What a handler gets: the schema's output. */
export type PayloadOut<S extends Schemas, T extends keyof S> = StandardSchemaV1.InferOutput<S[T]>;

/** How an event is put on the wire and read from it. */
export interface Envelope {
  wrap(type: string, data: unknown): Wire;
  /** Undefined for a message that carries no event of this catalogue; it goes to the `unknown` handler. */
  unwrap(wire: Wire): { readonly type: string; readonly data: unknown } | undefined;
}

/** Declared events. Publishers and subscribers share one. */
export interface Catalogue<S extends Schemas = Schemas> {
  readonly schemas: S;
  readonly envelope: Envelope;
}

const plain: Envelope = {
  wrap: (type, data) => ({ event: type, data }),
  unwrap: ({ event, data }) => ({ type: event, data }),
};

/**
 * Declares events: each type with the schema of its payload.
 *
 * Without an `envelope`, the type is the event's name on the wire, and the payload its data.
 *
 * @throws TypeError for a type that could not be told apart: `unknown`, and, without an envelope, a name that no event
 *   may have: empty, longer than 200 characters, or beginning with `pusher:` or `pusher_internal:`.
 */
export function defineEvents<S extends Schemas>(
  schemas: S,
  options: { readonly envelope?: Envelope | undefined } = {},
): Catalogue<S> {
  const { envelope = plain } = options;
  for (const type of Object.keys(schemas)) {
    if (type === "unknown") throw new TypeError('"unknown" is what events outside the catalogue are called');
    if (envelope === plain && !isEventName(type))
      throw new TypeError(`An event cannot be called ${JSON.stringify(type)}`);
  }
  return { schemas, envelope };
}

/** Whether the catalogue declares the type. What every object inherits, such as `constructor`, is no type. */
export function isDeclared<S extends Schemas>(catalogue: Catalogue<S>, type: string): type is EventType<S> {
  return Object.hasOwn(catalogue.schemas, type);
}
