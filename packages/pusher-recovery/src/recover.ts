import { Positions } from "./positions.ts";

/** Data of the event `twinwire:gap`, which a channel hears after its subscription where something cannot be given back. */
export interface Gap {
  readonly channel: string;
  /**
   * `epoch`: the channel's history has begun anew; `history`: it no longer reaches back; `limit`: more was missed than
   * the server gives back at once.
   */
  readonly reason: "epoch" | "history" | "limit";
}

/** What the plugin needs of a client of pusher-js, 7 or 8. */
export interface PusherLike {
  send_event(name: string, data: unknown, channel?: string): boolean;
  unsubscribe(channel: string): void;
  readonly connection: { readonly socket_id: string };
}

/** The client's connection beneath its own parser, which hands on nothing that it does not know. */
interface Transport {
  emit(event: string, data?: unknown, ...rest: unknown[]): unknown;
}

/**
 * Gives a pusher-js client what it missed: every publication once, in order, over all reconnects, on channels whose
 * namespace keeps history. Call it right after `new Pusher(…)`. On a server that knows nothing of it, nothing changes.
 *
 * @returns the client
 */
export function recover<Client extends PusherLike>(pusher: Client): Client {
  const positions = new Positions();
  const tapped = new WeakSet<Transport>();

  /** Listens to the open connection; false where there is nothing to listen to. */
  const tap = (): boolean => {
    const transport = transportOf(pusher);
    if (transport === undefined) return false;
    if (tapped.has(transport)) return true;
    tapped.add(transport);
    positions.connected(pusher.connection.socket_id);
    const emit = transport.emit.bind(transport);
    transport.emit = (event, data, ...rest) => {
      // What comes on a connection that the client has given up reaches nobody, and has not been heard.
      const frame = event === "message" && transportOf(pusher) === transport ? frameOf(data) : undefined;
      // Taken note of before anybody hears it: a handler that throws or disconnects does not bring it again.
      return frame === undefined || positions.take(frame) ? emit(event, data, ...rest) : transport;
    };
    return true;
  };

  const send = pusher.send_event.bind(pusher);
  pusher.send_event = (name, data, channel) => {
    const about = channelIn(data);
    if (about === undefined || name !== "pusher:subscribe" || !tap()) return send(name, data, channel);
    return send(name, { ...(data as object), position: positions.ask(about) }, channel);
  };
  const unsubscribe = pusher.unsubscribe.bind(pusher);
  pusher.unsubscribe = (channel) => {
    positions.forget(channel);
    unsubscribe(channel);
  };
  return pusher;
}

function transportOf({ connection }: PusherLike): Transport | undefined {
  const { connection: open } = connection as {
    readonly connection?: { readonly transport?: unknown } | null;
  };
  const transport = open?.transport;
  return typeof transport === "object" &&
    transport !== null &&
    "emit" in transport &&
    typeof transport.emit === "function"
    ? (transport as Transport)
    : undefined;
}

function frameOf(message: unknown): string | undefined {
  const data =
    typeof message === "object" && message !== null && "data" in message ? message.data : undefined;
  return typeof data === "string" ? data : undefined;
}

function channelIn(data: unknown): string | undefined {
  const channel = typeof data === "object" && data !== null && "channel" in data ? data.channel : undefined;
  return typeof channel === "string" ? channel : undefined;
}
