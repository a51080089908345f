import { isEventName, type Wire } from "./wire.ts";

/** What came over a channel. */
export interface Incoming {
  /** Undefined for a publication that is no event. */
  readonly wire: Wire | undefined;
  readonly raw: unknown;
}

/** A channel of a client library, or your own. */
export interface Source {
  readonly channel: string;
  /** Hands over what comes from now on. The function that it returns ends that at once. */
  listen(hear: (incoming: Incoming) => void): () => void;
}

type PusherListener = (event: string, data: unknown) => void;

/** A channel of pusher-js. */
export interface PusherChannel {
  readonly name: string;
  bind_global(listener: PusherListener): unknown;
  unbind_global(listener: PusherListener): unknown;
}

/** Hears a channel of pusher-js. */
export function fromPusher(channel: PusherChannel): Source {
  return {
    channel: channel.name,
    listen(hear) {
      let listening = true;
      const listener: PusherListener = (event, data) => {
        if (!listening || !isEventName(event)) return;
        const wire = { event, data };
        hear({ wire, raw: wire });
      };
      channel.bind_global(listener);
      return () => {
        listening = false;
        // pusher-js skips a listener where one is taken away while it goes through them.
        queueMicrotask(() => channel.unbind_global(listener));
      };
    },
  };
}

type PublicationListener = (context: { readonly data: unknown }) => void;

/** A subscription of centrifuge. */
export interface CentrifugeSubscription {
  readonly channel: string;
  on(event: "publication", listener: PublicationListener): unknown;
  removeListener(event: "publication", listener: PublicationListener): unknown;
}

/** Hears a subscription of centrifuge, of either of its builds. */
export function fromCentrifuge(subscription: CentrifugeSubscription): Source {
  return {
    channel: subscription.channel,
    listen(hear) {
      const listener: PublicationListener = ({ data }) => {
        hear({ wire: wireOf(data), raw: data });
      };
      subscription.on("publication", listener);
      return () => {
        subscription.removeListener("publication", listener);
      };
    },
  };
}

/** An event is an object of exactly `type` and `data` (B10). */
function wireOf(raw: unknown): Wire | undefined {
  const value = raw instanceof Uint8Array ? parsed(raw) : raw;
  if (typeof value !== "object" || value === null || !("type" in value) || !("data" in value))
    return undefined;
  const { type, data } = value;
  const isEvent = typeof type === "string" && isEventName(type) && Object.keys(value).length === 2;
  return isEvent ? { event: type, data } : undefined;
}

/** The protobuf build of centrifuge hands over bytes. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
