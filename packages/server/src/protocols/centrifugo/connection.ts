import { after, attempt, type Answer } from "../../core/answer.ts";
import { closure, type Closure } from "../../core/closure.ts";
import { Refusal, refuse } from "../../core/refusal.ts";
import type { Connection } from "../protocol.ts";
import { perform } from "./commands/perform.ts";
import type { Command, Inbound } from "./messages.ts";
import { Disconnect, type Outcome } from "./outcome.ts";
import type { CentrifugoSession } from "./session.ts";

/** What the transport drives: frames in, commands one after the other, replies of one frame together. */
export class CentrifugoConnection implements Connection {
  constructor(private readonly session: CentrifugoSession) {}

  receive(frame: string | Uint8Array): Answer<void> {
    return this.take(this.session.door.codec.decode(frame), 0);
  }

  close(why: Closure): void {
    this.session.close(why);
  }

  alive(): void {
    // Only a pong of the protocol is a sign of life (protocol notes, 1.6).
  }

  closed(reason: string): void {
    this.session.gone(reason);
  }

  /** Takes the messages of one frame in order, from one on; stops where the connection ends. */
  private take(messages: readonly Inbound[], from: number): Answer<void> {
    const { session } = this;
    let next = from;
    for (const message of from === 0 ? messages : messages.slice(from)) {
      if (session.state === "ended") return undefined;
      next += 1;
      const answer = this.handle(message);
      if (answer instanceof Promise) {
        // A reply does not wait for a command behind it.
        session.flush();
        return answer.then(() => this.take(messages, next));
      }
    }
    session.flush();
    return undefined;
  }

  private handle(message: Inbound): Answer<void> {
    const { session } = this;
    switch (message.kind) {
      case "malformed":
        session.close(closure("bad-request", `a frame is malformed: ${message.what}`));
        return undefined;
      case "unknown":
        session.close(closure("bad-request", `a command is not of this protocol version: ${message.what}`));
        return undefined;
      case "pong":
        if (session.state !== "connected" || session.door.heartbeat?.answered(session) !== true)
          session.close(closure("bad-request", "a pong without a ping"));
        return undefined;
      case "send":
        if (session.state === "connected")
          session.close(closure("not-available", "nobody here takes messages of clients"));
        else session.close(closure("bad-request", "the first command has to be connect"));
        return undefined;
      default:
        return this.execute(message);
    }
  }

  private execute(command: Command): Answer<void> {
    const { session } = this;
    // What else it does may be heard on channels that it has just joined.
    if (command.kind !== "subscribe" && session.hasJoined) session.flush();
    if (session.state !== (command.kind === "connect" ? "waiting" : "connected")) {
      session.close(closure("bad-request", "connect comes first, and once"));
      return undefined;
    }
    const outcome = attempt<Outcome>(
      () => perform(session, command),
      (cause) => {
        session.door.wire.hub.observer.defect(`centrifugo ${command.kind}`, cause);
        return refuse("internal", "an exception");
      },
    );
    return after(outcome, (settled) => {
      this.conclude(command, settled);
    });
  }

  private conclude(command: Command, outcome: Outcome): void {
    const { session } = this;
    if (outcome === "answered") return;
    if (outcome instanceof Disconnect) {
      session.close(outcome.closure);
    } else if (outcome instanceof Refusal) {
      session.refuse(command.id, outcome);
      if (command.kind === "connect") session.refuseEntry();
    } else {
      session.answer(command.id, outcome);
    }
  }
}
