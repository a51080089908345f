import type { App } from "../../../core/app.ts";
import type { Closure } from "../../../core/closure.ts";
import type { DeltaEncoder, Encoder } from "../../../core/encoder.ts";
import type { Hub } from "../../../core/hub.ts";
import { type ChannelName, type ClientId, clientId, type Topic, type UserId } from "../../../core/ids.ts";
import type { JoinOutcome } from "../../../core/joining.ts";
import type { Fanout, Frame, Outlet } from "../../../core/outlet.ts";
import type { Publication, StreamPosition } from "../../../core/publication.ts";
import type { Refusal } from "../../../core/refusal.ts";
import { type ChannelNotice, type Notice, Session } from "../../../core/session.ts";

/** A publication as it travels to a client. */
export interface Delivered {
  readonly channel: string;
  readonly number: number;
  /** How much greater the number is than that of the publication before, in place of the number. */
  readonly delta: boolean;
  readonly position: StreamPosition | undefined;
}

/** What comes out of a client's socket, in this order. */
export type Arrival =
  | { readonly kind: "frame"; readonly frame: Frame }
  | {
      readonly kind: "joined";
      readonly channel: ChannelName;
      /** Which of the client's joins it answers. */
      readonly attempt: number;
      readonly outcome: JoinOutcome;
    }
  | {
      readonly kind: "refused";
      readonly channel: ChannelName;
      readonly attempt: number;
      readonly refusal: Refusal;
    }
  | { readonly kind: "notice"; readonly notice: ChannelNotice }
  | { readonly kind: "closed"; readonly closure: Closure };

const numberText = ({ content }: Publication): string => (content.kind === "json" ? content.text : "");

function frameOf(channel: string, { position }: Publication, rest: string): string {
  return `${channel} ${position?.epoch ?? ""} ${position?.offset ?? 0} ${rest}`;
}

/** What a client holds for the next delta: whoever adds a difference to another number than it was made of gets a wrong one. */
const differences: DeltaEncoder = {
  body: (content) => Uint8Array.from(content.kind === "json" ? content.text : "", (digit) => Number(digit)),
  changed(channel, publication, { base, body }) {
    const difference = Number(body.join("")) - Number(base.join(""));
    // One in three is no shorter, as far as anybody can tell.
    return difference % 3 === 0 ? undefined : frameOf(channel, publication, `${difference} delta`);
  },
};

function encoderOf(encoding: string): Encoder {
  return {
    wire: "centrifugo",
    encoding,
    echoesMembership: true,
    publication: (channel, publication) => frameOf(channel, publication, numberText(publication)),
    membership: () => undefined,
    deltas: differences,
  };
}

/** Publications as short texts: channel, epoch, offset, number. */
export const plainEncoder = encoderOf("plain");
/** Another encoding that says the same. */
export const otherEncoder = encoderOf("other");

export function decode(frame: Frame): Delivered {
  const [channel = "", epoch = "", offset = "", number = "", delta = ""] = String(frame).split(" ");
  const position = epoch === "" ? undefined : { offset: Number(offset), epoch };
  return { channel, number: Number(number), delta: delta !== "", position };
}

/** A socket as the runtime has it: what was pushed before `follow` comes first, after `unfollow` nothing comes. */
class SimulatedOutlet implements Outlet {
  readonly room = Number.POSITIVE_INFINITY;
  readonly arrivals: Arrival[] = [];
  private readonly followed = new Set<Topic>();
  private open = true;

  constructor(private readonly fanout: SimulatedFanout) {}

  push(frame: Frame): void {
    this.arrive({ kind: "frame", frame });
  }

  arrive(arrival: Arrival): void {
    if (this.open) this.arrivals.push(arrival);
  }

  follow(topic: Topic): void {
    if (!this.open) return;
    this.followed.add(topic);
    this.fanout.add(topic, this);
  }

  unfollow(topic: Topic): void {
    if (this.followed.delete(topic)) this.fanout.delete(topic, this);
  }

  probe(): void {
    return;
  }

  shut(): void {
    this.open = false;
    for (const topic of this.followed) this.fanout.delete(topic, this);
    this.followed.clear();
  }
}

/** The topics of one node. */
export class SimulatedFanout implements Fanout {
  private readonly topics = new Map<Topic, Set<Outlet>>();

  add(topic: Topic, outlet: Outlet): void {
    const followers = this.topics.get(topic);
    if (followers === undefined) this.topics.set(topic, new Set([outlet]));
    else followers.add(outlet);
  }

  delete(topic: Topic, outlet: Outlet): void {
    const followers = this.topics.get(topic);
    if (followers?.delete(outlet) === true && followers.size === 0) this.topics.delete(topic);
  }

  publish(topic: Topic, frame: Frame, except?: Outlet): void {
    for (const outlet of this.topics.get(topic) ?? []) if (outlet !== except) outlet.push(frame);
  }

  get size(): number {
    return this.topics.size;
  }
}

let connections = 0;

/** One connection to one node. */
export class SimulatedClient extends Session {
  override readonly handle: string;
  override readonly clientId: ClientId;
  private readonly socket: SimulatedOutlet;

  constructor(
    readonly hub: Hub,
    {
      app,
      fanout,
      user,
      encoder = plainEncoder,
    }: { app: App; fanout: SimulatedFanout; user: UserId; encoder?: Encoder },
  ) {
    const socket = new SimulatedOutlet(fanout);
    super(app, socket, encoder);
    this.socket = socket;
    this.user = user;
    connections += 1;
    this.handle = `handle-${connections}`;
    this.clientId = clientId(`client-${connections}`);
    hub.admit(this);
  }

  /** What has come and was not taken yet. */
  get arrivals(): Arrival[] {
    return this.socket.arrivals;
  }

  say(arrival: Arrival): void {
    this.socket.arrive(arrival);
  }

  override tell(notice: Notice): void {
    if (notice.kind !== "refreshed") this.say({ kind: "notice", notice });
  }

  override close(closure: Closure): void {
    if (this.closed) return;
    this.say({ kind: "closed", closure });
    this.end(closure.kind);
  }

  /** The connection is gone, whoever ended it. */
  end(reason: string): void {
    if (this.closed) return;
    this.socket.shut();
    this.hub.depart(this, reason);
  }
}
