import { closure, type Closure } from "../../core/closure.ts";
import { Unsayable } from "../../core/encoder.ts";
import type { Beating } from "../../core/heartbeat.ts";
import { clientId, type ClientId, type UserId } from "../../core/ids.ts";
import type { Joining } from "../../core/joining.ts";
import type { Frame, Outlet } from "../../core/outlet.ts";
import type { Refusal } from "../../core/refusal.ts";
import { Session, type Notice } from "../../core/session.ts";
import { closeCodeOf } from "./codes.ts";
import type { Reply } from "./messages.ts";
import type { Door } from "./wire.ts";

const unnamed = clientId("");

/** Gathered replies above this go out at once, and what stands behind in the frame waits for its turn. Characters. */
const gatherLimit = 65_536;

/**
 * - `waiting` for the connect command; not in the hub.
 * - `connecting`: let in, and its server-side subscriptions are being made.
 * - `connected`.
 * - `refused`: the connect command was answered with an error; the client is expected to close.
 * - `ended`.
 */
type State = "waiting" | "connecting" | "connected" | "refused" | "ended";

/** One Centrifugo connection: what the core and the commands know of it, and its way out to the client. */
export class CentrifugoSession extends Session implements Beating {
  state: State = "waiting";
  /** Unix milliseconds when its token runs out; 0 = never. */
  expiresAt = 0;
  /** When the expiry watch looks at it next; 0 = it does not. Unix milliseconds. */
  expiryCheckAt = 0;
  /** Channels that its token subscribed it to; undefined = none. */
  tokenChannels: readonly string[] | undefined = undefined;
  place = -1;
  beatBucket = -1;
  beatRound = 0;
  private id: ClientId = unnamed;
  private gathered: Frame | undefined = undefined;
  /** Joined, with a reply that is gathered and not sent yet. */
  private joinings: Joining[] | undefined = undefined;

  constructor(
    readonly door: Door,
    outlet: Outlet,
    user: UserId,
  ) {
    super(door.settings.app, outlet, door.codec.encoder);
    // Until it connects: whom the handshake named. A token says who it is better.
    this.user = user;
    door.wire.opened(this);
  }

  override get handle(): string {
    return this.id;
  }

  override get clientId(): ClientId {
    return this.id;
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
    const { heartbeat, wire } = this.door;
    heartbeat?.enter(this);
    wire.expiry?.connection(this);
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
    const frame = this.door.codec.reply(id, reply);
    if (frame instanceof Unsayable) {
      this.close(
        frame.closure ?? closure("inappropriate-protocol", "the reply has no form on this connection"),
      );
      return false;
    }
    this.gather(frame);
    return true;
  }

  refuse(id: number, refusal: Refusal): void {
    this.door.wire.hub.observer.refused("centrifugo", refusal.kind);
    this.gather(this.door.codec.refusal(id, refusal));
  }

  /** Replies to the commands of one frame go out in one frame. */
  private gather(frame: Frame): void {
    this.gathered = this.gathered === undefined ? frame : this.door.codec.join(this.gathered, frame);
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
    this.flush();
    this.outlet.push(this.door.codec.notice(notice));
    if (notice.kind === "subscribed") this.door.wire.expiry?.subscription(this, notice.outcome.expiresAt);
  }

  silent(): void {
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
    this.outlet.shut(closeCodeOf(why));
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
    const { heartbeat, wire } = this.door;
    heartbeat?.leave(this);
    wire.hub.capacity.release();
    if (before === "connecting" || before === "connected") wire.hub.depart(this, reason);
  }
}

/** RFC 6455, 7.4.1. Centrifugo gives no code here, which a WebSocket shows as one of its own anyway. */
const normalClosure = { code: 1000, reason: "" } as const;
