import type { Catalogue, EventType, PayloadIn, Schemas } from "./catalogue.ts";
import { InvalidEventError } from "./issue.ts";
import { validate } from "./validate.ts";
import type { Wire } from "./wire.ts";

/** Where events are sent: one of the two HTTP APIs, or your own. Any of them is a `Target` without options. */
export interface Target<Options = never> {
  /** Resolves once it is taken for all channels; there is at least one. */
  readonly send: (channels: readonly string[], wire: Wire, options?: Options) => Promise<unknown>;
}

/** Publishes the events of a catalogue. Any of them is a `Publisher<S>`, which is given no options. */
export interface Publisher<S extends Schemas, Options = never> {
  /**
   * Checks the payload and sends it, as it was given, to one channel or several; to none, nothing is sent.
   *
   * Checked is what a subscriber will read, that is the payload once it went through JSON: a `Date` is text then.
   * Keys that the schema does not know are sent too, unless it refuses them.
   *
   * Rejects with `InvalidEventError` before anything is sent, and with whatever the target rejects with.
   */
  readonly publish: <T extends EventType<S>>(
    channel: string | readonly string[],
    type: T,
    data: PayloadIn<S, T>,
    options?: Options,
  ) => Promise<void>;
}

/** The payload as the other side will read it. */
function throughJson(type: string, data: unknown): unknown {
  try {
    // An absent payload is null: a publication without `data` would be no event (B10).
    return JSON.parse(JSON.stringify(data ?? null)) as unknown;
  } catch (cause) {
    const message = `Cannot be written as JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new InvalidEventError(type, [{ path: "", message }]);
  }
}

export function createPublisher<S extends Schemas, Options>(
  catalogue: Catalogue<S>,
  target: Target<Options>,
): Publisher<S, Options> {
  return {
    async publish(...[channel, type, data, options]) {
      const payload = throughJson(type, data);
      const validated = validate(catalogue, type, payload);
      if (!validated.ok) throw new InvalidEventError(type, validated.issues);
      const channels = typeof channel === "string" ? [channel] : channel;
      if (channels.length > 0) await target.send(channels, catalogue.envelope.wrap(type, payload), options);
    },
  };
}
