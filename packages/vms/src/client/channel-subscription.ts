import type Pusher from "pusher-js";
import type { Channel, ChannelAuthorizationCallback } from "pusher-js";
import { isRecord } from "../models/field.ts";
import { backoff, type BackoffOptions } from "./backoff.ts";
import type { Authorization } from "./channel-authorization.ts";
import { PusherError } from "./pusher-error.ts";

/** Asks the application for its word. Never rejects. */
export type Authorize = (socketId: string, channel: string, signal: AbortSignal) => Promise<Authorization>;

export interface SubscriptionOwner {
  readonly authorize: Authorize;
  readonly backoff: BackoffOptions;
  /** It is listened to now, or no more. */
  changed(): void;
  failed(error: PusherError): void;
  event(channel: string, event: string, data: unknown): void;
}

/** A word that the application has not given yet. */
interface Asking {
  readonly control: AbortController;
  readonly socketId: string;
  readonly answer: ChannelAuthorizationCallback;
}

type State = "authorizing" | "asked" | "subscribed" | "waiting" | "left";

/** One channel of one connection: what is refused is reported and asked for again, for as long as the connection stands. */
export class ChannelSubscription {
  readonly name: string;
  private readonly pusher: Pusher;
  private readonly owner: SubscriptionOwner;
  private channel: Channel | undefined;
  private state: State = "authorizing";
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: Asking | undefined;

  constructor(pusher: Pusher, name: string, owner: SubscriptionOwner) {
    this.pusher = pusher;
    this.name = name;
    this.owner = owner;
  }

  get isSubscribed(): boolean {
    return this.state === "subscribed";
  }

  /** Whether the server has been asked and has not answered yet. */
  get isAsked(): boolean {
    return this.state === "asked";
  }

  join(): void {
    this.channel = this.pusher.subscribe(this.name).bind_global(this.heard);
  }

  /** pusher-js wants the application's word. */
  authorize(socketId: string, answer: ChannelAuthorizationCallback): void {
    const asking = { control: new AbortController(), socketId, answer };
    this.state = "authorizing";
    this.asking = asking;
    void this.owner.authorize(socketId, this.name, asking.control.signal).then((outcome) => {
      // Another was asked since, or the channel was left; that was answered then.
      if (this.asking !== asking) return;
      this.asking = undefined;
      if (outcome.ok) {
        this.state = "asked";
        answer(null, { auth: outcome.auth });
        return;
      }
      const { message, status, cause } = outcome;
      const fault = {
        kind: "authorization",
        channel: this.name,
        ...(status === undefined ? {} : { status }),
      } as const;
      // First pusher-js: whoever is told of the error may ask again at once, with another token.
      answer(new Error(message), null);
      this.fail(new PusherError(message, fault, cause));
    });
  }

  /** The server has refused the channel. It says so twice at times; the first word counts. */
  refused(message: string, code?: number): void {
    if (this.state !== "asked" && this.state !== "subscribed") return;
    const fault = {
      kind: "subscription",
      channel: this.name,
      ...(code === undefined ? {} : { code }),
    } as const;
    this.fail(new PusherError(`Channel ${this.name} was refused: ${message}`, fault));
  }

  /** Does not wait any longer: what was refused, or is still being looked at, may be granted now. */
  retry(): void {
    const { asking } = this;
    this.failures = 0;
    if (this.state === "waiting") this.ask();
    if (asking === undefined) return;
    asking.control.abort();
    this.authorize(asking.socketId, asking.answer);
  }

  /** Nothing is heard of it any more. */
  leave(): void {
    // As long as the server has not answered, pusher-js would only note that the channel is to be left, and keep it
    // where the answer is a refusal.
    if (this.isAsked) this.mark({ subscribed: true, pending: false });
    this.state = "left";
    clearTimeout(this.timer);
    this.channel?.unbind_global(this.heard);
    const { asking } = this;
    this.asking = undefined;
    asking?.control.abort();
    // Without an answer, pusher-js would keep the channel as pending, and could never join it again.
    asking?.answer(new Error("The channel was left"), null);
    this.pusher.unsubscribe(this.name);
  }

  private readonly heard = (event: string, data: unknown): void => {
    if (this.state === "left") return;
    switch (event) {
      case "pusher:subscription_succeeded":
        this.state = "subscribed";
        this.failures = 0;
        this.owner.changed();
        return;
      case "pusher:subscription_error":
        this.refused(isRecord(data) && typeof data["error"] === "string" ? data["error"] : "no reason given");
        return;
      default:
        this.owner.event(this.name, event, data);
    }
  };

  private fail(error: PusherError): void {
    const wasSubscribed = this.isSubscribed;
    this.state = "waiting";
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.ask();
      },
      backoff(this.failures, this.owner.backoff),
    );
    this.failures += 1;
    if (wasSubscribed) this.owner.changed();
    this.owner.failed(error);
  }

  private ask(): void {
    clearTimeout(this.timer);
    // For pusher-js a refused channel is pending for ever, or still subscribed: it would not ask again.
    this.mark({ subscribed: false, pending: false });
    this.pusher.subscribe(this.name);
  }

  /** What pusher-js is to take the channel for. */
  private mark({ subscribed, pending }: { readonly subscribed: boolean; readonly pending: boolean }): void {
    if (this.channel === undefined) return;
    this.channel.subscribed = subscribed;
    this.channel.subscriptionPending = pending;
  }
}
