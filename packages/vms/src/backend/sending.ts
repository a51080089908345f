import { isSocketId } from "@twinwire/backend";
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
   * Id of the connection that is not told: the header `X-Socket-ID` of the client that made the change, as it came.
   * Where there is none, or it is no id of a connection, every connection is told.
   */
  readonly exceptSocketId?: string | null | undefined;
}

/** Publishes on one channel. What `wire` throws is rejected with, before anything is sent. */
export type Send = (wire: () => Wire) => Promise<void>;

/** Sends to one channel, leaving out a connection where one is named. */
export function sender(publisher: VmsTrigger, channel: string, options: VmsPublishOptions): Send {
  const socketId = options.exceptSocketId ?? "";
  // From a client: one that is malformed would have the server refuse the event, and nobody would hear of the change.
  const except = isSocketId(socketId) ? { socketId } : {};
  return async (wire) => {
    const { event, data } = wire();
    await publisher.trigger(channel, event, data, except);
  };
}
