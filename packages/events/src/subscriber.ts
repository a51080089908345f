import { isDeclared, type Catalogue, type EventType, type PayloadOut, type Schemas } from "./catalogue.ts";
import type { EventIssue } from "./issue.ts";
import type { Incoming, Source } from "./source.ts";
import { validate } from "./validate.ts";

interface Origin {
  readonly channel: string;
  /** As the client library gave it: `{event, data}` of Pusher, the publication's data of Centrifugo. */
  readonly raw: unknown;
}

/** An event of the catalogue; a union over its types unless one is named. */
export type ReceivedEvent<S extends Schemas, T extends EventType<S> = EventType<S>> = {
  [K in T]: Origin & { readonly type: K; readonly data: PayloadOut<S, K> };
}[T];

/** What is no event of the catalogue. */
export interface UnknownEvent extends Origin {
  readonly type: "unknown";
  /** The type on the wire; undefined for a publication that is no event, which is in `data` as a whole. */
  readonly name: string | undefined;
  readonly data: unknown;
}

export type Received<S extends Schemas> = ReceivedEvent<S> | UnknownEvent;

/** What went wrong with one event. The next ones go on. */
export type EventFault = Origin & {
  /** Type of the event, or its name on the wire where the type could not be read; `unknown` as in `UnknownEvent`. */
  readonly type: string;
} & (
    | {
        /** The payload is not what its type promises. */
        readonly kind: "invalid";
        readonly issues: readonly EventIssue[];
      }
    | {
        /**
         * `handler`: a handler threw, or its promise was rejected. `catalogue`: the envelope or a schema threw, or a
         * schema is asynchronous.
         */
        readonly kind: "handler" | "catalogue";
        readonly cause: unknown;
      }
  );

type Handler<Args extends readonly unknown[]> = ((...args: Args) => unknown) | undefined;

/** Handlers may be asynchronous: nobody waits for them, but a rejection goes to `error`. */
export interface Handlers<S extends Schemas> {
  /** By type. Come before `any`. */
  readonly on?: {
    readonly [T in EventType<S>]?: Handler<[data: PayloadOut<S, T>, event: ReceivedEvent<S, T>]>;
  };
  /** Every event, those outside the catalogue too. */
  readonly any?: Handler<[event: Received<S>]>;
  /** Types that the catalogue does not declare, and publications that are no event. */
  readonly unknown?: Handler<[event: UnknownEvent]>;
  /** Must not throw: that would reach the client library. */
  readonly error: (fault: EventFault) => void;
}

export interface Subscription {
  /** No handler is called any more. Leaving the channel stays with its owner. */
  readonly stop: () => void;
}

type Result<S extends Schemas> =
  | { readonly kind: "event"; readonly event: ReceivedEvent<S> }
  | { readonly kind: "unknown"; readonly event: UnknownEvent }
  | { readonly kind: "fault"; readonly fault: EventFault };

function read<S extends Schemas>(catalogue: Catalogue<S>, channel: string, incoming: Incoming): Result<S> {
  const { wire, raw } = incoming;
  const origin = { channel, raw };
  const unknown = (name: string | undefined, data: unknown): Result<S> => ({
    kind: "unknown",
    event: { type: "unknown", name, data, ...origin },
  });
  if (wire === undefined) return unknown(undefined, raw);
  let type = wire.event;
  try {
    const unwrapped = catalogue.envelope.unwrap(wire);
    if (unwrapped === undefined) return unknown(wire.event, wire.data);
    type = unwrapped.type;
    if (!isDeclared(catalogue, type)) return unknown(type, unwrapped.data);
    const validated = validate(catalogue, type, unwrapped.data);
    if (!validated.ok)
      return { kind: "fault", fault: { kind: "invalid", type, issues: validated.issues, ...origin } };
    return { kind: "event", event: { type, data: validated.data, ...origin } };
  } catch (cause) {
    return { kind: "fault", fault: { kind: "catalogue", type, cause, ...origin } };
  }
}

/** Listens to the events of one channel. Pusher's own events are not among them. */
export function createSubscriber<S extends Schemas>(
  catalogue: Catalogue<S>,
  source: Source,
  handlers: Handlers<NoInfer<S>>,
): Subscription {
  const { channel } = source;
  let listening = true;

  function call(event: Received<S>, handle: () => unknown): void {
    // The handler before may have stopped it.
    if (!listening) return;
    const failed = (cause: unknown): void => {
      if (listening) handlers.error({ kind: "handler", type: event.type, cause, channel, raw: event.raw });
    };
    try {
      const answer = handle();
      if (answer instanceof Promise) answer.catch(failed);
    } catch (cause) {
      failed(cause);
    }
  }

  const leave = source.listen((incoming) => {
    if (!listening) return;
    const result = read(catalogue, channel, incoming);
    if (result.kind === "fault") {
      handlers.error(result.fault);
      return;
    }
    if (result.kind === "unknown") call(result.event, () => handlers.unknown?.(result.event));
    else if (Object.hasOwn(handlers.on ?? {}, result.event.type))
      call(result.event, () => handlers.on?.[result.event.type]?.(result.event.data, result.event));
    call(result.event, () => handlers.any?.(result.event));
  });
  return {
    stop() {
      if (!listening) return;
      listening = false;
      leave();
    },
  };
}
