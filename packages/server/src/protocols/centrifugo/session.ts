import type { RefreshOrder } from "../../core/broker.ts";
import { closure, type Closure } from "../../core/closure.ts";
import { Unsayable } from "../../core/encoder.ts";
import type { Beating } from "../../core/heartbeat.ts";
import { clientId, type ChannelName, type ClientId } from "../../core/ids.ts";
import type { Joining } from "../../core/joining.ts";
import type { Frame, Outlet } from "../../core/outlet.ts";
import { Refusal } from "../../core/refusal.ts";
import { Session, type Notice } from "../../core/session.ts";
import { closeCodeOf } from "./codes.ts";
import { endOf, expiryOf } from "./expiry.ts";
import type { Reply } from "./messages.ts";
import type { Voice } from "./voice.ts";
import type { Luggage } from "./proxies/luggage.ts";
import type { Door } from "./wire.ts";

const unnamed = clientId("");

/** By what the requests of a client find its connection, where it speaks by requests. */
export interface Ticket {
  readonly session: string;
  readonly node: string;
}

const noTicket: Ticket = { session: "", node: "" };

/** Gathered replies above this go out at once, and what stands behind in the frame waits for its turn. Characters, or bytes. */
const gatherLimit = 65_536;

/**
 * - `waiting` for the connect command; not in the hub.
 * - `connecting`: let in, and its server-side subscriptions are being made.
 * - `connected`.
 * - `refused`: the connect command was answered with an error; the client is expected to close.
 * - `ended`.
 */
type State = "waiting" | "connecting" | "connected" | "refused" | "ended";

/** The client's frames wait behind an open command, the answers to pings among them. */
interface Waiting {
  open: boolean;
  /** Pings whose answers may stand in that queue. */
  excused: number;
}

/** One Centrifugo connection: what the core and the commands know of it, and its way out to the client. */
export class CentrifugoSession extends Session implements Beating {
  state: State = "waiting";
  /** Unix milliseconds when its token runs out; 0 = never. */
  expiresAt = 0;
  /** When the expiry watch looks at it next; 0 = it does not. Unix milliseconds. */
  expiryCheckAt = 0;
  /** Channels that its token subscribed it to; undefined = none. */
  tokenChannels: readonly string[] | undefined = undefined;
  /** What proxies are told of it; undefined = nothing, or nobody asks. */
  luggage: Luggage | undefined = undefined;
  /** A command that has to wait is, or was, open; undefined = none was in a ping's time. */
  waiting: Waiting | undefined = undefined;
  readonly ticket: Ticket = noTicket;
  place = -1;
  beatBucket = -1;
  beatRound = 0;
  private id: ClientId = unnamed;
  private gathered: Frame | undefined = undefined;
  /** Joined, with a reply that is gathered and not sent yet. */
  private joinings: Joining[] | undefined = undefined;

  constructor(
    readonly door: Door,
    readonly voice: Voice,
    outlet: Outlet,
  ) {
    super(door.settings.app, outlet, voice.codec.encoder);
    door.wire.opened(this);
  }

  override get handle(): string {
    return this.id;
  }

  override get clientId(): ClientId {
    return this.id;
  }

  override get secret(): string | undefined {
    return this.ticket === noTicket ? undefined : this.ticket.session;
  }

  /** Lets it in, under an id that nobody has. Its user has been set. */
  admit(): void {
    this.state = "connecting";
    this.door.wire.hub.admit(this);
  }

  /** The id is known before the client is let in: its subscriptions show it. */
  name(): void {
    this.id = clientId(crypto.randomUUID());
  }

  /** It is connected, and was told so. */
  welcome(): void {
    this.state = "connected";
    this.voice.heartbeat?.enter(this);
    this.door.wire.expiry?.connection(this);
  }

  /** Its connect command was answered with an error. */
  refuseEntry(): void {
    if (this.state === "ended") return;
    const admitted = this.state === "connecting";
    this.state = "refused";
    if (admitted) this.door.wire.hub.depart(this, "refused");
    this.door.wire.refused(this);
  }

  /** False where the reply is not for this encoding: then the connection has been closed. */
  answer(id: number, reply: Reply): boolean {
    const frame = this.voice.codec.reply(id, reply);
    if (frame instanceof Unsayable) {
      this.closeUnsaid(frame);
      return false;
    }
    this.gather(frame);
    return true;
  }

  private closeUnsaid({ closure: why }: Unsayable): void {
    this.close(why ?? closure("inappropriate-protocol", "what is to be said has no form on this connection"));
  }

  refuse(id: number, refusal: Refusal): void {
    this.door.wire.hub.observer.refused("centrifugo", refusal.kind);
    this.gather(this.voice.codec.refusal(id, refusal));
  }

  /** Replies to the commands of one frame go out in one frame. */
  private gather(frame: Frame): void {
    this.gathered = this.gathered === undefined ? frame : this.voice.codec.join(this.gathered, frame);
  }

  /** As much is gathered as is to go out in one turn. */
  get laden(): boolean {
    return this.gathered !== undefined && this.gathered.length > gatherLimit;
  }

  /** Follows the channel when the reply goes out; nothing but more joins may be done before, and in this turn. */
  followAfterReply(joining: Joining): void {
    (this.joinings ??= []).push(joining);
    // No frame gathers replies where a command had to wait: whoever waits for it goes on later, and something may be
    // published before that.
    if (this.door.wire.taking !== this) this.flush();
  }

  /** Frames of the client are not looked at until `resumed`. */
  suspended(): void {
    if (this.waiting === undefined) this.waiting = { open: true, excused: 0 };
    else this.waiting.open = true;
  }

  resumed(): void {
    if (this.waiting === undefined) return;
    this.waiting.open = false;
    if (this.waiting.excused === 0) this.waiting = undefined;
  }

  /** A pong; false where nothing was asked. */
  ponged(): boolean {
    if (this.voice.heartbeat?.answered(this) === true) return true;
    const { waiting } = this;
    if (waiting === undefined || waiting.excused === 0) return false;
    waiting.excused -= 1;
    return true;
  }

  /** It has joined channels that it does not follow yet. */
  get hasJoined(): boolean {
    return this.joinings !== undefined;
  }

  /** Sends the replies gathered so far; what is published from now on comes after them. */
  flush(): void {
    const { gathered, joinings } = this;
    if (gathered !== undefined) {
      this.gathered = undefined;
      if (this.state !== "ended") this.outlet.push(gathered);
    }
    if (joinings === undefined) return;
    this.joinings = undefined;
    for (const joining of joinings) joining.follow();
  }

  override tell(notice: Notice): void {
    if (this.state === "ended") return;
    if (notice.kind === "refreshed") {
      this.refreshBy(notice.order);
      return;
    }
    this.flush();
    const frame = this.voice.codec.notice(notice);
    if (frame instanceof Unsayable) {
      this.closeUnsaid(frame);
      return;
    }
    this.outlet.push(frame);
    if (notice.kind === "subscribed") this.expires(notice.channel);
  }

  /** One of its subscriptions may have an end, or another one. */
  expires(channel: ChannelName): void {
    const subscription = this.subscriptions.get(channel);
    if (subscription !== undefined && subscription.expiresAt !== 0)
      this.door.wire.expiry?.subscription(this, subscription);
  }

  /** The application puts the end of the connection off, or ends it (protocol notes, 2.2). */
  private refreshBy({ expired, expireAt, info }: RefreshOrder): void {
    const { clock, expiry: watch } = this.door.wire;
    const now = clock.now();
    const expiry = expiryOf(expireAt, now);
    if (expired || expiry instanceof Refusal) {
      this.close(closure("connection-expired", "the application ended the connection"));
      return;
    }
    if (info !== undefined) this.connInfo = info;
    this.expiresAt = endOf(expiry, now);
    this.flush();
    this.outlet.push(this.voice.codec.refreshed(expiry));
    watch?.connection(this);
  }

  silent(): void {
    if (this.waiting?.open === true) {
      this.waiting.excused += 1;
      return;
    }
    this.close(closure("no-pong", "the client did not answer a ping in time"));
  }

  override close(why: Closure): void {
    if (this.state === "ended") return;
    this.flush();
    const before = this.state;
    // Who has been let in is counted when it departs.
    if (before === "waiting" || before === "refused")
      this.door.wire.hub.observer.refused("centrifugo", why.kind);
    this.end();
    const code = closeCodeOf(why);
    if (this.voice.saysGoodbye) this.outlet.push(this.voice.codec.disconnect(code));
    this.outlet.shut(code);
    this.release(before, why.kind);
  }

  /** Its time to connect is over. */
  expectConnected(): void {
    if (this.state === "waiting" || this.state === "connecting")
      this.close(closure("stale", "no successful connect command came in time"));
  }

  /** The client had its time to close a connection that was refused. */
  dismiss(): void {
    if (this.state !== "refused") return;
    if (this.voice.saysGoodbye) {
      this.close(closure("stale", "the client did not leave after its connect command was refused"));
      return;
    }
    this.end();
    this.outlet.shut(normalClosure);
    this.release("refused", "refused");
  }

  /** The transport is gone. */
  gone(reason: string): void {
    if (this.state === "ended") return;
    const before = this.state;
    this.end();
    this.release(before, reason);
  }

  private end(): void {
    this.state = "ended";
    this.closed = true;
  }

  private release(before: State, reason: string): void {
    const { wire } = this.door;
    this.voice.heartbeat?.leave(this);
    wire.hub.capacity.release();
    if (before === "connecting" || before === "connected") wire.hub.depart(this, reason);
    this.released();
  }

  /** Called once the connection is over. */
  protected released(): void {
    // Nobody else knows of it.
  }
}

/** RFC 6455, 7.4.1. Centrifugo gives no code here, which a WebSocket shows as one of its own anyway. */
const normalClosure = { code: 1000, reason: "" } as const;
