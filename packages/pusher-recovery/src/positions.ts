/** A place in a channel's stream, as the server says it. */
export interface Position {
  readonly offset: number;
  readonly epoch: string;
}

/** What `pusher:subscribe` asks for. */
export interface Asked extends Partial<Position> {
  readonly sockets: readonly string[];
}

/** Socket ids that count: what was kept from one of them is kept from its successors. */
const mostSockets = 16;

/** How far each channel has been heard, over all connections. */
export class Positions {
  /** By the channels that the application wants; undefined = nothing is known of one yet. */
  private readonly heard = new Map<string, Position | undefined>();
  private readonly sockets: string[] = [];

  /** A connection has been opened. */
  connected(socketId: string): void {
    if (this.sockets.includes(socketId)) return;
    this.sockets.push(socketId);
    if (this.sockets.length > mostSockets) this.sockets.shift();
  }

  ask(channel: string): Asked {
    if (!this.heard.has(channel)) this.heard.set(channel, undefined);
    return { ...this.heard.get(channel), sockets: [...this.sockets] };
  }

  /** The application does not want the channel any more. */
  forget(channel: string): void {
    this.heard.delete(channel);
  }

  /** Takes note of a frame as it came; false: it has been heard before, and is not to be heard again. */
  take(frame: string): boolean {
    // Most frames of a server that knows nothing of positions are looked at no further.
    if (!frame.includes('"offset":')) return true;
    const message = parsed(frame);
    const { event, channel } = message;
    const position = positionOf(message);
    // Of a channel that was left, the last frames may still be on their way.
    if (typeof channel !== "string" || position === undefined) return true;
    if (event === succeeded) {
      // Whoever has stood somewhere stays there: what was missed follows, or the word that it is not to be had. Without
      // a place, the channel may have been left and wanted again before this answer came.
      if (this.heard.get(channel) === undefined) this.heard.set(channel, position);
      return true;
    }
    if (!this.heard.has(channel)) return true;
    if (event === gap) {
      this.heard.set(channel, position);
      return true;
    }
    const here = this.heard.get(channel);
    if (here?.epoch === position.epoch && position.offset <= here.offset) return false;
    this.heard.set(channel, position);
    return true;
  }
}

const gap = "twinwire:gap";
const succeeded = "pusher_internal:subscription_succeeded";

type Message = Readonly<Record<string, unknown>>;

function parsed(frame: string): Message {
  try {
    const value: unknown = JSON.parse(frame);
    return typeof value === "object" && value !== null ? (value as Message) : {};
  } catch {
    return {};
  }
}

function positionOf({ offset, epoch }: Message): Position | undefined {
  return typeof offset === "number" && typeof epoch === "string" ? { offset, epoch } : undefined;
}
