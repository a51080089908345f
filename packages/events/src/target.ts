import type { Target } from "./publisher.ts";

export interface PusherSendOptions {
  /** The connection that is to hear nothing of it, since it caused the event. */
  readonly socketId?: string;
}

/** A client of the Pusher HTTP API, such as `PusherPublisher` of `@twinwire/backend`. */
export interface PusherApi {
  trigger(
    channels: string | readonly string[],
    event: string,
    data: unknown,
    options?: PusherSendOptions,
  ): Promise<unknown>;
}

/** Sends events by the Pusher HTTP API. */
export function pusherTarget(api: PusherApi): Target<PusherSendOptions> {
  return {
    // A text would be sent as it is, and read as JSON: "1" would arrive as a number.
    send: (channels, { event, data }, options) =>
      api.trigger(channels, event, typeof data === "string" ? JSON.stringify(data) : data, options),
  };
}

export interface CentrifugoSendOptions {
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether the channel's history does without it. */
  readonly skipHistory?: boolean;
  /** The server takes the same key once within its memory for it. */
  readonly idempotencyKey?: string;
  readonly delta?: boolean;
  /** Where the data stands in the order of your own; what is not newer than the newest is not published. */
  readonly version?: number;
  readonly versionEpoch?: string;
}

/** A client of the Centrifugo HTTP API, such as `CentrifugoPublisher` of `@twinwire/backend`. */
export interface CentrifugoApi {
  publish(channel: string, data: unknown, options?: CentrifugoSendOptions): Promise<unknown>;
  broadcast(channels: readonly string[], data: unknown, options?: CentrifugoSendOptions): Promise<unknown>;
}

/** Sends events by the Centrifugo HTTP API, as `{type, data}`, which Pusher clients hear as events too. */
export function centrifugoTarget(api: CentrifugoApi): Target<CentrifugoSendOptions> {
  return {
    send(channels, { event, data }, options) {
      const [channel, ...others] = channels;
      const publication = { type: event, data };
      return channel !== undefined && others.length === 0
        ? api.publish(channel, publication, options)
        : api.broadcast(channels, publication, options);
    },
  };
}
