import type { Answer } from "../../core/answer.ts";
import { channelName } from "../../core/ids.ts";
import { leave } from "../../core/unsubscribe.ts";
import type { Connection } from "../protocol.ts";
import { say } from "./client-event.ts";
import { malformedCode } from "./codes.ts";
import { errorFrame, pongFrame } from "./frames.ts";
import { Malformed } from "./messages.ts";
import { parse } from "./parse.ts";
import { PusherSession } from "./session.ts";
import { signIn } from "./sign-in.ts";
import { subscribe } from "./subscribe.ts";

/** One Pusher client, as its transport drives it. */
export class PusherConnection extends PusherSession implements Connection {
  receive(frame: string | Uint8Array): Answer<void> {
    if (this.closed) return undefined;
    this.heard();
    const message = parse(frame);
    if (message instanceof Malformed) {
      this.tenant.around.hub.observer.refused("pusher", "bad-request");
      this.outlet.push(errorFrame(message.reason, malformedCode));
      return undefined;
    }
    switch (message.kind) {
      case "ping":
        this.outlet.push(pongFrame);
        return undefined;
      case "pong":
        return undefined;
      case "subscribe":
        return subscribe(this, message);
      case "unsubscribe":
        unsubscribe(this, message.channel);
        return undefined;
      case "sign-in":
        signIn(this, message);
        return undefined;
      case "client-event":
        return say(this, message);
    }
  }

  alive(text: string): void {
    this.heard();
    this.tenant.around.recovery.answered(this, text);
  }
}

/** Nothing is answered, and nothing is wrong with a channel that the client does not subscribe to. */
function unsubscribe(session: PusherSession, channel: string): void {
  const subscription = session.subscriptions.get(channelName(channel));
  if (subscription === undefined) return;
  const { hub, clock, recovery } = session.tenant.around;
  recovery.unsubscribed(session, subscription.channel.traits.name);
  leave(hub, session, subscription, "unsubscribed");
  if (subscription.channel.traits.presence) session.hasLeftPresence(clock.now());
}
