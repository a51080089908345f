import type { Wire } from "@twinwire/events";

/** The part of a publisher on the Pusher HTTP API that is needed: `PusherPublisher` of @twinwire/backend has it. */
export interface VmsTrigger {
  trigger(
    channel: string,
    event: string,
    data: unknown,
    options?: { readonly socketId?: string },
  ): Promise<unknown>;
}

export interface VmsPublishOptions {
  /**
   * Id of the connection that is not told, as the client that made the change gives it in `X-Socket-ID`.
   * @default every connection is told
   */
  readonly exceptSocketId?: string;
}

/** Publishes on one channel. What `wire` throws is rejected with, before anything is sent. */
export type Send = (wire: () => Wire) => Promise<void>;

/** Sends to one channel, leaving out a connection where one is named. */
export function sender(publisher: VmsTrigger, channel: string, options: VmsPublishOptions): Send {
  const { exceptSocketId } = options;
  const except = exceptSocketId === undefined ? {} : { socketId: exceptSocketId };
  return async (wire) => {
    const { event, data } = wire();
    await publisher.trigger(channel, event, data, except);
  };
}
