import type { Answer } from "../../core/answer.ts";
import type { Closure } from "../../core/closure.ts";
import { channelName } from "../../core/ids.ts";
import { leave } from "../../core/unsubscribe.ts";
import type { Connection } from "../protocol.ts";
import { say } from "./client-event.ts";
import { malformedCode } from "./codes.ts";
import { errorFrame, pongFrame } from "./frames.ts";
import { Malformed } from "./messages.ts";
import { parse } from "./parse.ts";
import type { PusherSession } from "./session.ts";
import { signIn } from "./sign-in.ts";
import { subscribe } from "./subscribe.ts";

/** What comes from a Pusher client, as its transport hands it over. */
export class PusherConnection implements Connection {
  constructor(private readonly session: PusherSession) {}

  receive(frame: string | Uint8Array): Answer<void> {
    const { session } = this;
    if (session.closed) return undefined;
    session.heard();
    const message = parse(frame);
    if (message instanceof Malformed) {
      session.tenant.around.hub.observer.refused("pusher", "bad-request");
      session.outlet.push(errorFrame(message.reason, malformedCode));
      return undefined;
    }
    switch (message.kind) {
      case "ping":
        session.outlet.push(pongFrame);
        return undefined;
      case "pong":
        return undefined;
      case "subscribe":
        return subscribe(session, message);
      case "unsubscribe":
        unsubscribe(session, message.channel);
        return undefined;
      case "sign-in":
        signIn(session, message);
        return undefined;
      case "client-event":
        return say(session, message);
    }
  }

  close(closure: Closure): void {
    this.session.close(closure);
  }

  alive(): void {
    this.session.heard();
  }

  closed(reason: string): void {
    this.session.depart(reason);
  }
}

/** Nothing is answered, and nothing is wrong with a channel that the client does not subscribe to. */
function unsubscribe(session: PusherSession, channel: string): void {
  const subscription = session.subscriptions.get(channelName(channel));
  if (subscription !== undefined) leave(session.tenant.around.hub, session, subscription, "unsubscribed");
}
