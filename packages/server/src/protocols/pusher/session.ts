import type { Closure } from "../../core/closure.ts";
import { closure } from "../../core/closure.ts";
import type { Beating } from "../../core/heartbeat.ts";
import type { ClientId } from "../../core/ids.ts";
import { clientId } from "../../core/ids.ts";
import type { Outlet } from "../../core/outlet.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { Notice } from "../../core/session.ts";
import { Session } from "../../core/session.ts";
import { closeCode, subscriptionError } from "./codes.ts";
import { pusherEncoder } from "./encode.ts";
import { errorFrame, establishedFrame, subscriptionErrorFrame } from "./frames.ts";
import { randomSocketId } from "./socket-id.ts";
import type { Tenant } from "./tenant.ts";

/** Milliseconds that a client which did not answer a `pusher:ping` has to answer a WebSocket ping. */
const secondChance = 30_000;

/** One Pusher client. */
export class PusherSession extends Session implements Beating {
  place = -1;
  beatBucket = 0;
  beatRound = 0;
  /** By when it has to give a sign of life, Unix milliseconds; 0 = it has given one. */
  private answerBy = 0;
  /** By when it has to join a closed channel or sign in; 0 = it need not, or has. */
  private provenBy = 0;
  /** Presence channels left in a second, and which: whole Unix seconds. */
  private leftPresence = 0;
  private leftSecond = 0;
  private publicId: ClientId | undefined = undefined;
  /** Why the server closed it; undefined = it did not. */
  private endedFor: Closure | undefined = undefined;
  readonly socketId: string;

  constructor(
    readonly tenant: Tenant,
    outlet: Outlet,
  ) {
    super(tenant.app, outlet, pusherEncoder);
    let id = randomSocketId();
    while (tenant.app.byHandle(id) !== undefined) id = randomSocketId();
    this.socketId = id;
  }

  override get handle(): string {
    return this.socketId;
  }

  /** Few connections are ever seen by others. */
  override get clientId(): ClientId {
    return (this.publicId ??= clientId(crypto.randomUUID()));
  }

  /** Lets the client in and tells it so. */
  enter(): void {
    const { tenant, outlet } = this;
    const { around, settings } = tenant;
    tenant.connections += 1;
    around.hub.capacity.take();
    around.hub.admit(this);
    outlet.push(establishedFrame(this.socketId, tenant.activityTimeout));
    tenant.heartbeat.enter(this);
    if (settings.authorizedWithin === 0) return;
    this.provenBy = around.clock.now() + settings.authorizedWithin;
    around.deadlines.add(this, this.provenBy);
  }

  /** The transport is gone. */
  gone(reason: string, code: number): void {
    const { tenant } = this;
    const { hub, watchlists, recovery } = tenant.around;
    recovery.gone(this, { code, closure: this.endedFor });
    tenant.connections -= 1;
    hub.capacity.release();
    tenant.recentSockets.add(this.socketId);
    tenant.heartbeat.leave(this);
    watchlists.forget(this);
    hub.depart(this, this.endedFor?.kind ?? reason);
  }

  /** Whatever comes shows that the client lives: Java clients answer no `pusher:ping` (protocol notes, 1.6). */
  heard(): void {
    this.tenant.heartbeat.answered(this);
    this.answerBy = 0;
  }

  /** No answer to a `pusher:ping`. WebSocket pings are answered by the client's library, so that they decide. */
  silent(): void {
    if (this.closed || this.answerBy !== 0) return;
    const { clock, deadlines } = this.tenant.around;
    this.outlet.probe("");
    this.answerBy = clock.now() + secondChance;
    deadlines.add(this, this.answerBy);
  }

  /** One of its deadlines may be over. */
  due(now: number): void {
    if (this.provenBy !== 0 && now >= this.provenBy)
      this.close(
        closure("unauthorized", "the connection joined no closed channel and did not sign in in time"),
      );
    else if (this.answerBy !== 0 && now >= this.answerBy)
      this.close(closure("no-pong", "no pong came in time"));
  }

  /** Its back end has vouched for it. */
  proven(): void {
    this.provenBy = 0;
  }

  /** It has left a presence channel of its own accord, and others were told. */
  hasLeftPresence(now: number): void {
    const second = Math.floor(now / 1000);
    if (second !== this.leftSecond) {
      this.leftSecond = second;
      this.leftPresence = 0;
    }
    this.leftPresence += 1;
  }

  /** Milliseconds until it may join a presence channel. Who leaves few ones, or none, joins any number at once. */
  presencePause(now: number): number {
    const limit = this.tenant.settings.presenceRejoinsPerSecond;
    const restless = limit > 0 && this.leftPresence >= limit && Math.floor(now / 1000) === this.leftSecond;
    return restless ? (this.leftSecond + 1) * 1000 - now : 0;
  }

  override tell(notice: Notice): void {
    if (this.closed) return;
    switch (notice.kind) {
      case "subscribed":
      case "refreshed":
        // The application cannot subscribe a Pusher client, which would not know of it; nor has it an end (B9).
        return;
      case "unsubscribed":
        if (notice.why.kind === "insufficient-state")
          this.close(closure("insufficient-state", "publications are missing: subscribe again"));
        else {
          this.tenant.around.recovery.unsubscribed(this, notice.channel);
          this.outlet.push(
            subscriptionErrorFrame(
              notice.channel,
              "the application ended the subscription",
              subscriptionError["permission-denied"],
            ),
          );
        }
        return;
    }
  }

  /** Something was not done; the client stays. `channel`: what it was about, as the client spelt it. */
  refuse(refusal: Refusal, code: number, channel?: string): void {
    this.tenant.around.hub.observer.refused("pusher", refusal.kind);
    this.outlet.push(errorFrame(refusal.reason, code, channel));
  }

  /** Says it twice: clients of old protocol versions read no close codes (protocol notes, 1.5). */
  override close(why: Closure): void {
    if (this.closed) return;
    const { kind, reason } = why;
    this.closed = true;
    this.endedFor = why;
    const code = closeCode[kind];
    this.outlet.push(errorFrame(reason, code));
    this.outlet.shut({ code, reason: closeText(reason) });
  }
}

const unprintable = /[^\x20-\x7e]/g;

/** A close frame has room for 123 bytes (RFC 6455, 5.5). */
function closeText(reason: string): string {
  return reason.slice(0, 120).replace(unprintable, "?");
}
