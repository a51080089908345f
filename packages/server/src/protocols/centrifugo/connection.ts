import { attempt, type Answer } from "../../core/answer.ts";
import { closure } from "../../core/closure.ts";
import { Refusal, refuse } from "../../core/refusal.ts";
import type { Connection } from "../protocol.ts";
import { perform } from "./commands/perform.ts";
import type { Command, Inbound } from "./messages.ts";
import { Disconnect, type Outcome } from "./outcome.ts";
import { CentrifugoSession } from "./session.ts";

/** One Centrifugo client, as the transport drives it: frames in, commands one after the other, replies of one frame together. */
export class CentrifugoConnection extends CentrifugoSession implements Connection {
  receive(frame: string | Uint8Array): Answer<void> {
    return this.take(this.voice.codec.decode(frame), 0);
  }

  alive(): void {
    // Only a pong of the protocol is a sign of life (protocol notes, 1.6).
  }

  private take(messages: readonly Inbound[], from: number): Answer<void> {
    const { wire } = this.door;
    wire.taking = this;
    const waiting = this.takeInTurn(messages, from);
    wire.taking = undefined;
    return waiting;
  }

  /** Takes the messages of one frame in order, from one on; stops where the connection ends. */
  private takeInTurn(messages: readonly Inbound[], from: number): Answer<void> {
    let next = from;
    for (const message of from === 0 ? messages : messages.slice(from)) {
      if (this.state === "ended") return undefined;
      next += 1;
      const answer = this.dispatch(message);
      if (answer instanceof Promise) {
        // A reply does not wait for a command behind it.
        this.flush();
        return answer.then(() => this.take(messages, next));
      }
      if (this.laden) {
        // A reply may be ten thousand times as long as its command, and a frame holds a thousand of them: others have
        // their turn in between, and who does not read them is noticed.
        this.flush();
        return this.door.wire.clock.nextTurn().then(() => this.take(messages, next));
      }
    }
    this.flush();
    return undefined;
  }

  private dispatch(message: Inbound): Answer<void> {
    switch (message.kind) {
      case "malformed":
        this.close(closure("bad-request", `a frame is malformed: ${message.what}`));
        return undefined;
      case "unknown":
        this.close(closure("bad-request", `a command is not of this protocol version: ${message.what}`));
        return undefined;
      case "pong":
        if (this.state !== "connected" || !this.ponged())
          this.close(closure("bad-request", "a pong without a ping"));
        return undefined;
      case "send":
        if (this.state === "connected")
          this.close(closure("not-available", "nobody here takes messages of clients"));
        else this.close(closure("bad-request", "the first command has to be connect"));
        return undefined;
      default:
        return this.execute(message);
    }
  }

  private execute(command: Command): Answer<void> {
    // What else it does may be heard on channels that it has just joined.
    if (command.kind !== "subscribe" && this.hasJoined) this.flush();
    if (this.state !== (command.kind === "connect" ? "waiting" : "connected")) {
      this.close(closure("bad-request", "connect comes first, and once"));
      return undefined;
    }
    const outcome = attempt<Outcome>(
      () => perform(this, command),
      (cause) => {
        this.door.wire.hub.observer.defect(`centrifugo ${command.kind}`, cause);
        return refuse("internal", "an exception");
      },
    );
    if (!(outcome instanceof Promise)) {
      this.conclude(command, outcome);
      return undefined;
    }
    this.suspended();
    return outcome.then((settled) => {
      this.resumed();
      // Who has left is told nothing.
      if (!this.closed) this.conclude(command, settled);
    });
  }

  private conclude(command: Command, outcome: Outcome): void {
    if (outcome === "answered") return;
    if (outcome instanceof Disconnect) {
      this.close(outcome.closure);
    } else if (outcome instanceof Refusal) {
      this.refuseCommand(command, outcome);
    } else {
      this.answer(command.id, outcome);
    }
  }

  protected refuseCommand({ id, kind }: Command, refusal: Refusal): void {
    this.refuse(id, refusal);
    if (kind === "connect") this.refuseEntry();
  }
}
